"""Markdown and reStructuredText as HTML, without what only a site's generator reads."""

from __future__ import annotations

import json
import re
import tomllib


def markdown_to_html(text: str) -> str:
    """Markdown with tables, definition lists and HTML, as HTML; what a site's generator reads
    (front matter, shortcodes, attributes) is left out."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - optional: the extra `documents`
    from mdit_py_plugins.deflist import deflist_plugin  # noqa: PLC0415 - optional, the same

    parser = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(
        ["table", "strikethrough"]
    )
    return str(parser.use(deflist_plugin).render(_plain_markdown(text)))


_ADMONITION = re.compile(
    r"^[?!]{3}\+?[ \t]*[\w-]*[ \t]*\"(?P<title>[^\"\n]+)\"[ \t]*\n"
    r"(?P<body>(?:(?:[ ]{4}|\t).*\n|[ \t]*\n)*)",
    re.MULTILINE,
)


def _opened(match: re.Match[str]) -> str:
    """What a page of MkDocs folds away under a title, as HTML does."""
    body = re.sub(r"^(?: {4}|\t)", "", match["body"], flags=re.MULTILINE)
    return f"<details>\n<summary>{match['title']}</summary>\n\n{body}\n</details>\n\n"


_FRONT = re.compile(
    r"\A\s*(?:---\s*\n.*?\n(?:---|\.\.\.)\s*(?:\n|\Z)|\+\+\+\s*\n.*?\n\+\+\+\s*\n)", re.DOTALL
)
_SHORTCODES = re.compile(
    r"\{\{[<%].*?[>%]\}\}|\{%-?\s.*?-?%\}|\{\{[^{}\n]*\}\}|^[ \t]*\{:[^}\n]*\}[ \t]*$|\{:[^}\n]*\}"
    r"|(?<=\S)[ \t]*\{[#.][^{}\n]*\}[ \t]*$|^:::+[^\n]*$"
    r"|^import\s[^\n]*?(?:\bfrom\s|[\"'])[^\n]*$|^export\s+(?:const|default)\s[^\n]*$"
    r"|\[\[_?TOC_?\]\]|^\[TOC\]$|^(?:!!!|\?\?\?\+?)[ \t]*\w+[ \t]*",
    re.DOTALL | re.MULTILINE,
)


def _plain_markdown(text: str) -> str:
    body = text.replace("\r\n", "\n").replace("\ufeff", "")
    if match := _FRONT.match(body):
        body = body[match.end() :]
    elif body.lstrip().startswith("{"):
        body = _without_json(body)
    body = _SHORTCODES.sub("", _ADMONITION.sub(_opened, body + "\n"))
    body = re.sub(r"^> ?\[!\w+\][ \t]*$", ">", body, flags=re.MULTILINE)
    body = re.sub(r"\\\\$", r"\\", body, flags=re.MULTILINE)  # kramdown breaks a line with two
    # a heading without a space after its signs, as many people write it
    return re.sub(r"^(#{1,6})(?=[^#\s!])", r"\1 ", body, flags=re.MULTILINE)


_WORDPRESS = re.compile(r"\s*===[ \t]*\S.*===[ \t]*$", re.MULTILINE)


def is_wordpress(text: str) -> bool:
    """Whether a text is a plugin's readme.txt, which is Markdown but for its headings."""
    return _WORDPRESS.match(text) is not None


def from_wordpress(text: str) -> str:
    """Such a readme with Markdown's headings: its `=== name ===`, `== part ==`, `= question =`."""
    return re.sub(
        r"^(={1,3})[ \t]*(.+?)[ \t]*\1[ \t]*$",
        lambda m: f"{'#' * (4 - len(m[1]))} {m[2]}",
        text,
        flags=re.MULTILINE,
    )


def front_title(text: str) -> str:
    """The title a document's front matter gives it."""
    head = text[:4000]
    found = re.search(r"^\s*[\"']?title[\"']?\s*[:=]\s*(.+?),?\s*$", head, re.MULTILINE)
    front = _FRONT.match(head) or head.lstrip().startswith("{")
    return found[1].strip("\"' ") if found and front else ""


def front_data(text: str) -> list[object]:
    """The lists in a document's front matter (YAML or TOML): a page's template may show them."""
    import yaml  # noqa: PLC0415 - optional: the extra `documents`

    front = _FRONT.match(text.replace("\r\n", "\n").replace("\ufeff", ""))
    lines = front[0].strip().split("\n")[1:-1] if front else []
    try:
        if front and front[0].lstrip().startswith("+"):
            data = tomllib.loads("\n".join(lines))
        else:
            data = yaml.safe_load("\n".join(lines))
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError):
        return []
    return [v for v in data.values() if isinstance(v, list)] if isinstance(data, dict) else []


def _without_json(text: str) -> str:
    try:
        _, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return text
    return text.lstrip()[end:]


_ROLE = re.compile(r":[\w:+-]+:`([^`<]+?)(?:\s*<[^`>]*>)?`")


def rst_to_html(text: str) -> str:
    """reStructuredText as HTML; Sphinx's roles are read as their words."""
    from docutils.core import publish_parts  # noqa: PLC0415 - optional: the extra `documents`

    settings = {
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
    source = _ROLE.sub(r"\1", text)
    parts = publish_parts(source, writer_name="html5", settings_overrides=settings)
    return str(parts["html_body"])
