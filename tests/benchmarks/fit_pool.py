"""Fits the weights of `faq/matching/second_opinion.py`: what a score counts, and a second reading.

    uv run --all-extras python -m tests.benchmarks.fit_pool

Every message of the FAQs kept back is ranked and its leading entries are read again; the weights
make the right entry, or none, as likely as can be (maximum likelihood). Prints them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from faq import Matcher
from faq.matching.second_opinion import READ_AGAIN, WORTH_READING, SecondOpinion, pool
from faq.model import IN_SCOPE_SHARE
from tests.benchmarks.few_phrasings import Asked, kept_back

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """A message's leading scores, what was said of them, which is right (-1: none), its share."""

    scores: Floats
    said: Floats
    right: int
    counts: float


def read_again(asked: Asked) -> Iterator[Read]:
    """Each message of a FAQ whose entries have their question alone."""
    matcher = Matcher(asked.entries)
    cross_encoder = matcher.reader.cross_encoder
    if cross_encoder is None:
        raise SystemExit("The extra 'semantic' is not installed.")
    opinion, matcher.second_opinion = SecondOpinion(cross_encoder, matcher.reader), None
    out = (1 - IN_SCOPE_SHARE) / 2
    kinds = (
        (asked.queries, IN_SCOPE_SHARE),
        ([(q, frozenset[str]()) for q in asked.near], out),
        ([(q, frozenset[str]()) for q in asked.off], out),
    )
    for queries, share in kinds:
        for query, gold in queries:
            reading = matcher.reader.read(query)
            ranked = [c for c in matcher.rank(reading, READ_AGAIN) if c.score >= WORTH_READING]
            if not ranked:
                continue
            said = [opinion.answers(reading, c.entry) for c in ranked]
            right = next((n for n, c in enumerate(ranked) if c.entry.id in gold), -1)
            scores = np.array([c.score for c in ranked], dtype=np.float32)
            yield Read(scores, np.array(said, dtype=np.float32), right, share / len(queries))


def unlikeliness(weights: Sequence[float], rows: Sequence[Read]) -> float:
    """How unlikely these weights make what is right (log loss)."""
    lost = 0.0
    for row in rows:
        scores = pool(row.scores, row.said, *weights) / 100
        likely = scores[row.right] if row.right >= 0 else 1 - scores.sum()
        lost -= row.counts * float(np.log(max(likely, 1e-4)))
    return lost


def main() -> None:
    """Print the weights of a score, of a reading, and of none."""
    rows = [row for asked in kept_back() for row in read_again(asked)]
    found = minimize(unlikeliness, [0.7, 0.3, 0.5], args=(rows,), method="Nelder-Mead")
    print("OF_SCORE, OF_READING, OF_NONE =", *found.x.round(2).tolist())


if __name__ == "__main__":
    main()
