"""reStructuredText as HTML, also what only Sphinx and its extensions know."""

from __future__ import annotations

import re
from collections import defaultdict
from html import escape
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.languages import en
from docutils.writers.html5_polyglot import Writer

_ROLE = re.compile(r":[\w:+-]+:`([^`<]+?)(?:\s*<[^`>]*>)?`")
#: A link as Markdown writes it, which many write here as well.
_MARKDOWN_LINK = re.compile(r"(?<![`\w])\[([^\]\n`]+)\]\((https?://[^\s()]+)\)")
_DIRECTIVE = re.compile(r"^[ \t]*\.\.[ \t]+([\w:-]+)::", re.MULTILINE)
#: Directives of Sphinx whose bodies name pages and code for its own use.
_UNREAD = re.compile(
    r"toctree|index|auto.*|include.*|literalinclude|highlight|meta|tags|py:.*|rst:.*"
)
#: Those that fold their body away below a title.
_FOLDS = re.compile(r"dropdown|collapse|toggle|details|spoiler|faq|question")


class _Other(Directive):
    """A directive docutils does not know: all in its body, below its title if it has one."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = defaultdict(lambda: directives.unchanged, name=directives.unchanged)

    def run(self) -> list[nodes.Node]:
        if not self.content or _UNREAD.fullmatch(self.name):
            return []
        body = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, body)
        title = " ".join(self.arguments)
        if not title:
            return list(body.children)
        if _FOLDS.fullmatch(self.name):
            opened, closed = f"<details><summary>{escape(title)}</summary>", "</details>"
            return [_raw(opened), *body.children, _raw(closed)]
        return [nodes.paragraph("", "", nodes.strong(title, title)), *body.children]


def _raw(html: str) -> nodes.Node:
    return nodes.raw("", html, format="html")


def rst_to_html(text: str) -> str:
    """reStructuredText as HTML; Sphinx's roles are read as their words."""
    settings: dict[str, Any] = {
        "report_level": 5,
        "halt_level": 6,
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "doctitle_xform": False,
        "initial_header_level": 1,
        "embed_stylesheet": False,
        "stylesheet_path": "",
        "warning_stream": "",
    }
    for name in {*_DIRECTIVE.findall(text)} - {*en.directives}:
        directives.register_directive(name, _Other)
    source = _MARKDOWN_LINK.sub(r"`\1 <\2>`__", _ROLE.sub(r"\1", text))
    return str(publish_parts(source, writer=Writer(), settings_overrides=settings)["html_body"])
