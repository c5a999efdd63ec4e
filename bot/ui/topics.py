"""The entries as people browse them: by topic, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from faq import Entry, Knowledge, Outcome

T = TypeVar("T")

#: Kinds of entries that are offered as questions.
SHOWN = frozenset({Outcome.ANSWER, Outcome.GAP})
#: Buttons that fit a phone's screen with their heading.
PAGE = 8


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic with its entries."""

    name: str
    entries: tuple[Entry, ...]


def pages(things: Sequence[T]) -> list[Sequence[T]]:
    """Things by the page, at least one page; pages count from 0."""
    return [things[at : at + PAGE] for at in range(0, len(things), PAGE)] or [()]


def shelves(knowledge: Knowledge) -> list[Shelf]:
    """Topics that have entries, in the content's order; entries without one under the title."""
    shown = [entry for entry in knowledge.entries if entry.kind in SHOWN]
    names = dict.fromkeys((*knowledge.topics, *(entry.topic for entry in shown)))
    found = {name: tuple(e for e in shown if e.topic == name) for name in names}
    return [Shelf(name or knowledge.title, entries) for name, entries in found.items() if entries]


def answered_entries(knowledge: Knowledge) -> list[Entry]:
    """What the document answers: the questions to pick a random one from."""
    return [entry for entry in knowledge.entries if entry.kind is Outcome.ANSWER]
