"""How likely it is that somebody is in danger now, by the words of a message.

"My chest feels tight" and "my chest felt tight before the stent" share nearly every word; what
tells them apart are many small words together, more than rules can list. A logistic regression over
words and pairs of words (TF-IDF) has learnt them from messages of people in danger and of calm ones
in the same words (`tests/benchmarks/training/alerts`, `python -m tests.benchmarks.fit_danger`). It
knows nothing of a FAQ: which alert is meant, its own phrasings tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from faq.language.lexicon import DATA
from faq.matching.similarity import MOST_WORDS, word_features

Floats = NDArray[np.float32]


class DangerClassifier:
    """Log-odds that a message is from somebody in danger, or beside somebody who is."""

    def __init__(self, codes: NDArray[np.uint32], idf: Floats, weights: Floats, bias: float):
        """`codes` (features,) ascending, as `word_features` gives them; `idf`, `weights` alike."""
        self._codes, self._idf, self._weights, self._bias = codes, idf, weights, bias

    def log_odds(self, words: Sequence[str]) -> float:
        """Of repaired English words: above 0 danger is likelier than not, where half are."""
        values, numbers = tfidf(word_features(words[:MOST_WORDS]), self._codes, self._idf)
        return float(values @ self._weights[numbers]) + self._bias


def tfidf(
    features: Iterable[int], codes: NDArray[np.uint32], idf: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """A text's known features, by their numbers in `codes`, as a vector of length 1."""
    counted = Counter(features)
    asked = np.fromiter(counted.keys(), np.uint32, len(counted))
    numbers = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    known = codes[numbers] == asked
    counts = np.fromiter(counted.values(), np.float32, len(counted))[known]
    numbers = numbers[known]
    values = (1 + np.log(counts)) * idf[numbers]
    return (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32), numbers


@cache
def danger_classifier() -> DangerClassifier:
    """The shipped one, read once."""
    with np.load(DATA / "danger.npz") as stored:
        idf, weights = (stored[name].astype(np.float32) for name in ("idf", "weights"))
        return DangerClassifier(stored["codes"], idf, weights, float(stored["bias"]))
