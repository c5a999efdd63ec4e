"""How alike a query and the phrasings are, by their words and by their meaning.

A similarity is a number from 0 to 1. Words count by shared words, word pairs and character
n-grams, weighted by how rare they are (TF-IDF); meaning by the angle between two vectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

#: Character n-grams inside a word, its ends marked: "stent" gives " s", "st", … "stent".
SHORTEST, LONGEST = 2, 5
#: Sharpness of the meaning similarity exp(-2(1 - cos)); 1 to 4 differ by half a point on
#: CLINC150's validation rows, 2 is best for rank and separation together.
SHARPNESS = 2.0


def word_features(words: Sequence[str]) -> Iterator[str]:
    """Words and pairs of neighbours."""
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))


def character_features(words: Sequence[str]) -> Iterator[str]:
    """Character n-grams of each word."""
    for word in words:
        padded = f" {word} "
        for size in range(SHORTEST, min(LONGEST, len(padded)) + 1):
            yield from (f"\0{padded[i : i + size]}" for i in range(len(padded) - size + 1))


class Postings:
    """Documents by feature (TF-IDF): the cosine of a query with all of them in one pass."""

    def __init__(self, documents: Iterable[Iterable[str]]) -> None:
        self._index: dict[str, int] = {}
        counted = [self._count(document) for document in documents]
        self.size = len(counted)
        features = np.concatenate([numbers for numbers, _ in counted])
        spread = np.bincount(features, minlength=len(self._index))
        self._idf = np.log((1 + self.size) / (1 + spread)).astype(np.float32) + 1
        weights = np.concatenate([self._weigh(numbers, counts) for numbers, counts in counted])
        order = np.argsort(features, kind="stable")
        owner = np.repeat(np.arange(self.size, dtype=np.int32), [len(n) for n, _ in counted])
        self._documents, self._weights = owner[order], weights[order]
        self._starts = np.searchsorted(features[order], np.arange(len(self._index) + 1))

    def _count(self, document: Iterable[str]) -> tuple[Ints, Floats]:
        """Feature numbers of a document, and how often it has each; new ones get a number."""
        counts = Counter(document)
        numbers = [self._index.setdefault(f, len(self._index)) for f in counts]
        return np.array(numbers, dtype=np.int32), np.array(list(counts.values()), dtype=np.float32)

    def _weigh(self, numbers: Ints, counts: Floats) -> Floats:
        """TF-IDF weights of one text, at length 1."""
        weights = (1 + np.log(counts)) * self._idf[numbers]
        return np.asarray(weights / max(float(np.linalg.norm(weights)), 1e-9), dtype=np.float32)

    def cosine(self, features: Iterable[str]) -> Floats:
        """The cosine with every document, shape (documents,)."""
        counts = Counter(f for f in features if f in self._index)
        if not counts:
            return np.zeros(self.size, dtype=np.float32)
        numbers = np.array([self._index[f] for f in counts], dtype=np.int32)
        weights = self._weigh(numbers, np.array(list(counts.values()), dtype=np.float32))
        starts = self._starts[numbers]
        lengths = self._starts[numbers + 1] - starts
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        scores = self._weights[at] * np.repeat(weights, lengths)
        return np.bincount(self._documents[at], scores, self.size).astype(np.float32)


class WordEvidence:
    """Similarity by words: half whole words, half character n-grams."""

    def __init__(self, phrasings: Sequence[Sequence[str]]) -> None:
        self._words = Postings(word_features(p) for p in phrasings)
        self._characters = Postings(character_features(p) for p in phrasings)

    def similarity(self, words: Sequence[str]) -> Floats:
        """Similarity to every phrasing, shape (phrasings,), 0 to 1."""
        whole = self._words.cosine(word_features(words))
        return np.asarray((whole + self._characters.cosine(character_features(words))) / 2)


def meaning_similarity(vectors: Floats, vector: Floats) -> Floats:
    """Similarity of unit vectors (n, d) to one (d,), or to m of them (m, d): (n,) or (n, m)."""
    return np.asarray(np.exp(SHARPNESS * (vectors @ vector.T - 1)), dtype=np.float32)
