"""Why a query was matched as it was: for curators, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faq.matching.matcher import Matcher
from faq.model import Candidate

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A phrasing near a query, with the words and the meaning part of its similarity (0-1)."""

    phrasing: str
    entry: str
    words: float
    meaning: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the matcher saw in a query."""

    read_as: str
    candidates: Sequence[Candidate]
    unmatched: Sequence[str]
    neighbours: Sequence[Neighbour]

    def lines(self) -> list[str]:
        """To read in a terminal."""
        open_words = ", ".join(self.unmatched) or "none"
        return [
            f"read as: {self.read_as}",
            "candidates: " + ", ".join(f"{c.entry.id} {c.score:.1f}" for c in self.candidates),
            f"words the first does not cover: {open_words}",
            "nearest phrasings (words, meaning):",
            *(f"  {n.words:.2f} {n.meaning:.2f}  {n.entry}: {n.phrasing}" for n in self.neighbours),
        ]


def explain(matcher: Matcher, query: str) -> Explanation:
    """The words a query was read as, its candidates, and the phrasings nearest to it."""
    reading = matcher.reader.read(query)
    candidates = matcher.rank(query)
    first = matcher.entries.index(candidates[0].entry)
    return Explanation(
        " ".join(reading.words),
        candidates,
        matcher.vocabulary(first).unmatched(reading.words),
        _neighbours(matcher, query),
    )


def _neighbours(matcher: Matcher, query: str) -> list[Neighbour]:
    """The nearest of all phrasings."""
    reading = matcher.reader.read(query)
    similarity = matcher.model.similarity
    words, meaning = similarity.parts(reading)
    ids = [*(entry.id for entry in matcher.entries), "none of these"]
    nearest = np.argsort(-similarity(reading), kind="stable")[:NEAREST]
    return [
        Neighbour(matcher.texts[i], ids[matcher.labels[i]], float(words[i]), float(meaning[i]))
        for i in nearest
    ]
