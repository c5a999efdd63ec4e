"""The one form all documents are read into: blocks of text in their order, and pairs of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

#: The style of a block that shows code.
CODE = "code"
#: The style of an item of a list below whose line paragraphs stand.
LEADS_MORE = "li with more"


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    #: Marked as a question by the document itself: `summary`, `dt`, an accordion's button.
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document.

    text: with the markup of `faq.markup`; lines as they are. level: of a heading (1–6), or how
    deep an item of a list lies. strong: all of it stands out (bold). style: the name of its
    paragraph style or class. path: ids of the elements around it, outermost first. line: where it
    begins in the file, 0 if unknown.
    """

    kind: Kind
    text: str
    level: int = 0
    strong: bool = False
    style: str = ""
    marker: str = ""
    path: tuple[int, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its answer, as found; `place` says where, for whoever must look at it."""

    question: str
    answer: str
    topic: str = ""
    paraphrases: tuple[str, ...] = ()
    place: str = ""
    id: str = ""
    draft: bool = False
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: pairs, a title (may be empty), and remarks on what was left out."""

    title: str
    pairs: tuple[Pair, ...]
    remarks: tuple[str, ...] = ()
    #: The text of a document; empty for a sheet.
    text: tuple[str, ...] = ()


def joined(blocks: Sequence[Block]) -> str:
    """An answer of several blocks: paragraphs apart, items and rows on lines of their own."""
    parts: list[str] = []
    before: Block | None = None
    blocks = _less_a_list_of_one(blocks)
    outermost = min((b.level for b in blocks if b.kind is Kind.ITEM), default=1)
    for block in blocks:
        text = _shown(block, outermost)
        if not text:
            continue
        close = before and before.kind is block.kind and block.kind in {Kind.ITEM, Kind.ROW}
        parts += ["\n" if close else "\n\n"] if before else []
        parts.append(text)
        before = block
    return "".join(parts).strip()


def _less_a_list_of_one(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks, where a list of one item that is all there is, is a paragraph."""
    first, *below = blocks or [Block(Kind.PARAGRAPH, "")]
    alone = all(b.kind is Kind.ITEM and b.level > first.level for b in below)
    if first.kind is not Kind.ITEM or first.marker not in {"", "-"} or not alone:
        return blocks
    return [replace(first, kind=Kind.PARAGRAPH), *below]


def _shown(block: Block, outermost: int) -> str:
    text = reflowed(block.text) if block.style == "wrapped" else block.text
    text = text.strip()
    if block.kind is Kind.ITEM:
        indent = "  " * (block.level - outermost)
        return f"{indent}{block.marker or '-'} {text}"
    if block.kind is Kind.ROW:
        return " ".join(text.split())
    stands_out = block.kind in {Kind.HEADING, Kind.TERM} or block.strong
    if stands_out and "**" not in text and "\n" not in text and "[" not in text:
        return f"**{text}**" if text else ""
    return text


_LISTED = re.compile(r"^\s*(?:[•●▪◦‣–—*-]\s|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s)")


def reflowed(text: str) -> str:
    """Lines that were cut at a margin as one; lists and short lines stay."""
    lines = [line.rstrip() for line in text.split("\n")]
    margin = 0.7 * max(map(len, lines), default=0)
    out = lines[0]
    for before, line in pairwise(lines):
        runs_on = before.endswith((",", "-")) or line.lstrip()[:1].islower()
        ends = len(before) < margin and not runs_on
        listed = _LISTED.match(line)
        out += ("\n" if ends or listed else " ") + line.strip() if line.strip() else "\n"
    return re.sub(r"(?m)^\s*[•●▪◦‣–—*]\s+", "- ", out)
