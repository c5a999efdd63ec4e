r"""The small part of Markdown an answer may hold, read once and drawn the same everywhere.

`**bold**`, `*italic*`, `[words](https://address)`, and lines that begin with `- ` for a list; a
backslash before `*`, `[` or `\` makes it an ordinary sign. Each stands within a line. All else is
text, and so is what is not closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

__all__ = ["html", "plain", "quoted", "utf16", "written_out"]

_TOKEN = re.compile(
    r"""
      \\(?P<sign>[\\*\[\]])
    | \*\*(?=\S)(?P<bold>[^\n]{1,600}?)(?<=\S)\*\*(?!\*)
    | (?<![\w*])\*(?=[^\s*])(?P<italic>[^\n*]{0,600}[^\s*])\*(?![\w*])
    | \[(?P<words>(?:\\.|[^\[\]\n\\])+)\]
      \((?P<url>(?:https?://|mailto:)(?:[^\s()]|\([^\s()]*\))+)\)
    """,
    re.VERBOSE,
)
_BULLET = re.compile(r"^( *)[-*+] (?=\S)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text drawn one way; `url` is where it leads, empty where nowhere."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""


def parse(text: str) -> tuple[Span, ...]:
    """The spans of a text, in order; their texts together are what is shown."""
    return tuple(_spans(_BULLET.sub(r"\1• ", text), Span("")))


def _spans(text: str, within: Span) -> Iterator[Span]:
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            yield replace(within, text=text[at : token.start()])
        at = token.end()
        if token["sign"]:
            yield replace(within, text=token["sign"])
        elif token["bold"]:
            yield from _spans(token["bold"], replace(within, bold=True))
        elif token["italic"]:
            yield from _spans(token["italic"], replace(within, italic=True))
        else:
            yield from _spans(token["words"], replace(within, url=token["url"]))
    if at < len(text):
        yield replace(within, text=text[at:])


def plain(text: str) -> str:
    """What is read on the screen: the length of a message is counted from this."""
    return "".join(span.text for span in parse(text))


def utf16(text: str) -> int:
    """Length in UTF-16 units, as messengers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def written_out(text: str) -> str:
    """For where nothing can be tapped: the address of a link stands behind its words."""
    return "".join(map(_with_address, parse(text)))


def _with_address(span: Span) -> str:
    address = span.url.removeprefix("mailto:")
    return span.text if address in {"", span.text} else f"{span.text} ({address})"


def html(text: str) -> str:
    """As HTML with the tags `b`, `i` and `a`, which messengers and pages read alike."""
    return "".join(map(_tagged, parse(text)))


def _tagged(span: Span) -> str:
    drawn = escape(span.text)
    for tag, wanted in (("i", span.italic), ("b", span.bold)):
        drawn = f"<{tag}>{drawn}</{tag}>" if wanted else drawn
    return f'<a href="{escape(span.url)}">{drawn}</a>' if span.url else drawn


def quoted(text: str) -> str:
    """A plain text with the signs that mean something here made ordinary ones."""
    signs = re.sub(r"\\(?=[\\*\[\]])|\*|\[(?=[^\[\]\n]*\]\()", r"\\\g<0>", text)
    return signs
