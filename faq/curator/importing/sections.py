"""The sections of a document that is no list of questions: a heading, and what stands under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faq.curator.importing.blocks import Block, Kind
from faq.markup import plain


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, where a document is no list of questions."""

    heading: str
    topic: str
    blocks: tuple[Block, ...]


def sections_of(blocks: Sequence[Block], title: str) -> list[Section]:
    """The sections of a document: what stands under each heading."""
    found: list[Section] = []
    stack: list[Block] = []
    under: list[Block] = []

    def close() -> None:
        if under:
            names = [plain(b.text) for b in stack]
            heading = names[-1] if names else title
            above = [n for n in names[:-1] if n != title]
            found.append(Section(heading, above[0] if above else "", tuple(under)))
            under.clear()

    for block in blocks:
        if block.kind is Kind.HEADING:
            close()
            stack = [b for b in stack if b.level < block.level]
            stack.append(block)
        else:
            under.append(block)
    close()
    return found
