"""The one form all documents are read into: blocks of text in their order, and pairs of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
