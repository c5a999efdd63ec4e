"""A second opinion on the entries that lead, where a FAQ has too few phrasings to be sure.

What the vectors say (a calibrated score) and what the cross-encoder says are two opinions on one
question: which of these entries, or none, answers? Their logarithms are weighted and added (a
logarithmic opinion pool, Genest and Zidek 1986). With many phrasings an entry the first opinion
knows more, and is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from faq.markup import plain
from faq.matching.cross_encoder import CrossEncoder, Ids
from faq.matching.query import Reader, Reading
from faq.matching.similarity import Floats
from faq.model import INFORMING, Candidate, Entry

#: A FAQ has few phrasings if its entries have no more than so many on the average.
FEW_PHRASINGS = 2.0
#: So many entries are read, if they score so much: of the others hardly any is right.
READ_AGAIN, WORTH_READING = 5, 2.0
#: What a score counts, and what the cross-encoder says, and how much likelier "none" is than both
#: say. By `python -m tests.benchmarks.fit_pool`.
OF_SCORE, OF_READING, OF_NONE = 0.62, 0.48, 0.51
#: No score is quite 0 or 100.
LEAST, MOST = 0.001, 0.99
#: Entries whose words are kept as they are read.
REMEMBERED = 2_000


class SecondOpinion:
    """Reads the entries that lead together with the query, and pools both opinions."""

    def __init__(self, cross_encoder: CrossEncoder, reader: Reader) -> None:
        self._cross_encoder = cross_encoder
        self._reader = reader
        self._entry = lru_cache(maxsize=REMEMBERED)(self._read)

    def pooled(self, reading: Reading, ranked: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, best first, with scores that both opinions gave.

        Small talk and alerts do not answer a question, and keep their scores.
        """
        informing = [c for c in ranked if c.entry.kind in INFORMING]
        again = [c for c in informing[:READ_AGAIN] if c.score >= WORTH_READING]
        if not again or ranked[0] is not again[0]:
            return list(ranked)
        said = np.array([self.answers(reading, c.entry) for c in again], dtype=np.float32)
        scores = pool(np.array([c.score for c in again], dtype=np.float32), said)
        read = [Candidate(c.entry, s) for c, s in zip(again, scores.tolist(), strict=True)]
        least = float(scores.min())
        rest = [replace(c, score=min(c.score, least)) for c in informing[len(again) :]]
        others = [c for c in ranked if c.entry.kind not in INFORMING]
        return sorted([*read, *rest, *others], key=lambda c: -c.score)

    def answers(self, reading: Reading, entry: Entry) -> float:
        """Log-odds that the entry answers what was read, against none."""
        query = self._cross_encoder.query(reading.words)
        return self._cross_encoder.answers(query, self._entry(entry))

    def _read(self, entry: Entry) -> Ids:
        words = self._reader.words
        return self._cross_encoder.entry(words(entry.question), words(plain(entry.answer)))


def pool(
    scores: Floats,
    said: Floats,
    of_score: float = OF_SCORE,
    of_reading: float = OF_READING,
    of_none: float = OF_NONE,
) -> Floats:
    """Both opinions as scores, 0 to 100, of the entries with these `scores` and log-odds `said`."""
    none = max(1 - float(scores.sum()) / 100, 1 - MOST)
    entries = of_score * np.log(np.maximum(scores / 100, LEAST)) + of_reading * said
    every = np.append(entries, of_score * np.log(none) + of_none)
    odds = np.exp(every - every.max())
    return np.asarray(100 * np.minimum(odds[:-1] / odds.sum(), MOST), dtype=np.float32)
