"""The entries as people browse them: by topic, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faq import Entry, Knowledge, Outcome

#: Kinds of entries that are offered as questions.
SHOWN = frozenset({Outcome.ANSWER, Outcome.GAP})
#: Buttons that fit a phone's screen with their heading.
PAGE = 8


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic with its entries."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def pages(self) -> int:
        """How many pages the entries fill."""
        return -(-len(self.entries) // PAGE)

    def page(self, number: int) -> Sequence[Entry]:
        """The entries of one page; pages count from 0."""
        return self.entries[number * PAGE : (number + 1) * PAGE]


def shelves(knowledge: Knowledge) -> list[Shelf]:
    """Topics that have entries, in the content's order; entries without one under the title."""
    shown = [entry for entry in knowledge.entries if entry.kind in SHOWN]
    names = dict.fromkeys((*knowledge.topics, *(entry.topic for entry in shown)))
    found = {name: tuple(e for e in shown if e.topic == name) for name in names}
    return [Shelf(name or knowledge.title, entries) for name, entries in found.items() if entries]


def answered_entries(knowledge: Knowledge) -> list[Entry]:
    """What the document answers: the questions to pick a random one from."""
    return [entry for entry in knowledge.entries if entry.kind is Outcome.ANSWER]
