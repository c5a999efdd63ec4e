"""Telegram's HTML: source → the text a user sees and its entities, counted in UTF-16 units.

Follows `parse_html` of tdlib, with its error texts, because those are what a bot has to survive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

KINDS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
PLAIN = re.compile(r"[^<&]+")
# Only these four names and numbers are decoded; &nbsp; and the like reach the user as typed.
CHARACTER = re.compile(r"&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot)(?![a-z]));?", re.I)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG_NAME = re.compile(r"<(/?)([^\s>]*)")
VALUE = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9.\-]+)"""
START_TAG = re.compile(rf"<[^\s>]*(?:\s+[^\s=>]+(?:\s*=\s*{VALUE})?)*\s*>")
ATTRIBUTE = re.compile(rf"""\s([^\s=>]+)(?:\s*=\s*({VALUE}))?""")
END_TAG = re.compile(r"</[^\s>]*\s*>")


class ParseError(Exception):
    """The source is not Telegram HTML; the message is the one Telegram gives."""


@dataclass(frozen=True)
class Entity:
    """A marked stretch of a text; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""

    def json(self) -> dict[str, Any]:
        """The entity as the Bot API sends it."""
        data = {"type": self.type, "offset": self.offset, "length": self.length}
        return data | ({"url": self.url} if self.url else {})


@dataclass(frozen=True)
class Formatted:
    """A text as a user sees it, with its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class _Open:
    tag: str
    kind: str
    offset: int
    url: str


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Formatted:
    """The text and entities of HTML source; raises ParseError."""
    return _Parser(source).run()


def trim(formatted: Formatted) -> Formatted:
    """Without the white space at both ends, which Telegram removes before it counts."""
    bare = formatted.text.strip()
    start = utf16_length(formatted.text) - utf16_length(formatted.text.lstrip())
    clipped = (_clip(entity, start, utf16_length(bare)) for entity in formatted.entities)
    return Formatted(bare, tuple(entity for entity in clipped if entity.length > 0))


def _clip(entity: Entity, start: int, size: int) -> Entity:
    begin = max(entity.offset - start, 0)
    end = min(entity.offset + entity.length - start, size)
    return replace(entity, offset=begin, length=end - begin)


class _Parser:
    """One pass over one source: what has been written, and which tags are open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> Formatted:
        while self.at < len(self.source):
            self.step()
        if self.open:
            tag = self.open[-1].tag
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        ordered = sorted(self.entities, key=lambda entity: (entity.offset, -entity.length))
        return Formatted("".join(self.pieces), tuple(ordered))

    def step(self) -> None:
        if plain := PLAIN.match(self.source, self.at):
            self.write(plain.group(), plain.end())
        elif self.source[self.at] == "&":
            self.character()
        elif self.source.startswith("</", self.at):
            self.end_tag()
        else:
            self.start_tag()

    def write(self, text: str, end: int) -> None:
        self.pieces.append(text)
        self.units += utf16_length(text)
        self.at = end

    def character(self) -> None:
        match = CHARACTER.match(self.source, self.at)
        text = _decode(match) if match else ""
        if match and text:
            self.write(text, match.end())
        else:
            self.write("&", self.at + 1)

    def start_tag(self) -> None:
        name = TAG_NAME.match(self.source, self.at)
        tag = name[2].lower() if name else ""
        if name and name.end() == len(self.source):
            raise ParseError(f"Unclosed start tag at byte offset {self.byte_offset()}")
        if tag not in KINDS:
            where = self.byte_offset()
            raise ParseError(f'Unsupported start tag "{tag}" at byte offset {where}')
        whole = START_TAG.match(self.source, self.at)
        if not whole:
            raise ParseError(f"Unclosed start tag at byte offset {self.byte_offset()}")
        self.open.append(self.opened(tag, _attributes(whole.group())))
        self.at = whole.end()

    def opened(self, tag: str, attributes: dict[str, str]) -> _Open:
        kind = KINDS[tag]
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            where = self.byte_offset()
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        if tag == "blockquote" and "expandable" in attributes:
            kind = "expandable_blockquote"
        return _Open(tag, kind, self.units, attributes.get("href", ""))

    def end_tag(self) -> None:
        where = self.byte_offset()
        if not self.open:
            raise ParseError(f"Unexpected end tag at byte offset {where}")
        whole = END_TAG.match(self.source, self.at)
        if not whole:
            raise ParseError(f"Unclosed end tag at byte offset {where}")
        opened, found = self.open.pop(), whole.group()[2:-1].strip().lower()
        if found and found != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{found}>"'
            raise ParseError(f"Unmatched end tag at byte offset {where}, {expected}")
        self.close(opened)
        self.at = whole.end()

    def close(self, opened: _Open) -> None:
        length = self.units - opened.offset
        # A link without a usable address stays plain text, as in Telegram.
        if length and not (opened.kind == "text_link" and "." not in opened.url):
            self.entities.append(Entity(opened.kind, opened.offset, length, opened.url))

    def byte_offset(self) -> int:
        return len(self.source[: self.at].encode(errors="surrogatepass"))


def _decode(match: re.Match[str]) -> str:
    if match[3]:
        return NAMED[match[3].lower()]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0x110000 else ""


def _attributes(tag: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(tag.rstrip(">"))
    return {name.lower(): _unquoted(value) for name, value in found}


def _unquoted(value: str) -> str:
    bare = value[1:-1] if value[:1] in {'"', "'"} else value
    return CHARACTER.sub(lambda match: _decode(match) or match.group(), bare)
