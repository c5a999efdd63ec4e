"""Finds the entries a query may mean: repaired words and meaning, pooled over each entry."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import numpy as np

from faq.encoder import Encoder
from faq.explained import Vocabulary, burden
from faq.knowledge import Candidate, Entry, FAQError
from faq.reading import Reader, Reading
from faq.training import (
    WORD_SHARE_ALONE,
    WORD_SHARE_ENCODER,
    Sample,
    Similarity,
    signs,
    train,
)


class Matcher:
    """Ranks entries for a query. Built once; afterwards a pure function of the query."""

    def __init__(self, entries: Iterable[Entry], *, negatives: Sequence[str] = ()) -> None:
        self.entries = tuple(entries)
        if not self.entries:
            raise FAQError("Matcher: there are no entries. Give it at least one.")
        phrasings = [(p, i) for i, e in enumerate(self.entries) for p in e.phrasings]
        phrasings += [(text, len(self.entries)) for text in negatives]
        encoder = Encoder.load(os.environ.get("FAQ_ENCODER", "auto"))
        self.reader = Reader((p for p, _ in phrasings), encoder)
        readings = [self.reader.read(p) for p, _ in phrasings]
        share = WORD_SHARE_ENCODER if encoder else WORD_SHARE_ALONE
        self.similarity = Similarity(readings, share)
        labels = np.array([i for _, i in phrasings])
        sample = Sample(readings, labels, len(self.entries))
        self.vocabularies = [
            Vocabulary(readings[j].words for j in np.flatnonzero(labels == i))
            for i in range(len(self.entries))
        ]
        matrix = np.stack([self.similarity.row(r) for r in readings])
        self.model = train(sample, (matrix + matrix.T) / 2, self.vocabularies)

    def rank(self, query: str, limit: int = 3) -> list[Candidate]:
        """The best `limit` entries, best first, with scores from 0 to 100."""
        return self._rank(self.reader.read(query), limit)

    def rank_many(self, queries: Iterable[str], limit: int = 3) -> list[list[Candidate]]:
        """`rank` for each query."""
        return [self.rank(query, limit) for query in queries]

    def _rank(self, reading: Reading, limit: int) -> list[Candidate]:
        logits = self.similarity.row(reading) @ self.model.weights
        best = np.argsort(-logits[: len(self.entries)], kind="stable")[:limit]
        left = burden(self.vocabularies[best[0]].unexplained(reading.words))
        weigh, intercept = self.model.calibration[:-1], self.model.calibration[-1]
        chance = 1 / (1 + np.exp(-(np.dot(signs(logits, left), weigh) + intercept)))
        ratios = np.exp(logits[best] - logits[best[0]])
        return [
            Candidate(self.entries[i], float(100 * chance * ratio))
            for i, ratio in zip(best, ratios, strict=True)
        ]
