"""Which passages of the document the entries rest on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from faq.model import Entry, Knowledge, Outcome, Passage


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many entries quote each passage, and which entries of the document quote none."""

    uses: tuple[tuple[Passage, int], ...]
    without_quotes: tuple[Entry, ...]

    @property
    def unused(self) -> tuple[Passage, ...]:
        """Passages no entry quotes."""
        return tuple(passage for passage, uses in self.uses if not uses)


def coverage(knowledge: Knowledge) -> Coverage:
    """The uses of every passage, in the order of the document."""
    uses = Counter(passage.id for entry in knowledge.entries for passage in entry.quotes)
    articles = (entry for entry in knowledge.entries if entry.kind is Outcome.ANSWER)
    return Coverage(
        tuple((passage, uses[passage.id]) for passage in knowledge.passages),
        tuple(entry for entry in articles if not entry.quotes),
    )
