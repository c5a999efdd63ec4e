"""How well a query fits each entry, as logits: two ways, for small and for large FAQs.

Both pool all phrasings of an entry. `Learned` weighs every phrasing for every entry, which is
worth 3 points on CLINC150 but costs memory as phrasings times entries; `Centroids` keeps one
mean an entry, and serves a hundred thousand phrasings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from faq.evidence import Floats, WordEvidence, meaning_similarity
from faq.logistic import fit
from faq.reading import Reading

Ints = NDArray[np.int64]

#: What words weigh in the similarity, beside meaning: with the encoder, and without it, where
#: meaning is only the mean of word vectors. Chosen on CLINC150's validation rows.
WORD_SHARE_ENCODER = 0.1
WORD_SHARE_ALONE = 0.5
FOLDS = 4
#: Phrasings from which on training a weight for each would take minutes.
LARGE = 5_000
#: A difference of 0.05 in cosine makes an entry about e times likelier (CLINC150, validation).
CENTROID_SCALE = 20.0
HELD_OUT_AT_MOST = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Phrasings to learn from: words, vectors (phrasings, dimensions), classes (entry numbers).

    The class after the last entry is "none of these" (negatives).
    """

    words: Sequence[tuple[str, ...]]
    vectors: Floats
    labels: Ints
    entries: int
    word_share: float

    @property
    def classes(self) -> int:
        """Entries, and one more where there are negatives."""
        return int(max(self.entries, self.labels.max() + 1))

    def only(self, numbers: Ints) -> Sample:
        """The sample reduced to some of its phrasings."""
        words = [self.words[i] for i in numbers.tolist()]
        vectors, labels = self.vectors[numbers], self.labels[numbers]
        return Sample(words, vectors, labels, self.entries, self.word_share)

    def reading(self, number: int) -> Reading:
        """One phrasing."""
        return Reading(self.words[number], self.vectors[number])


class Learned:
    """Logistic regression over the similarity to every phrasing."""

    def __init__(self, sample: Sample, weights: Floats | None = None) -> None:
        self._words = WordEvidence(sample.words)
        self._share = np.float32(sample.word_share)
        self._sample = sample
        self.weights = self._fit() if weights is None else weights

    def similarity(self, reading: Reading) -> Floats:
        """Similarity to each phrasing, shape (phrasings,)."""
        words, meaning = self.parts(reading)
        return np.asarray(self._share * words + (1 - self._share) * meaning, dtype=np.float32)

    def parts(self, reading: Reading) -> tuple[Floats, Floats]:
        """The words and the meaning part by themselves, each (phrasings,), 0 to 1."""
        words = self._words.similarity(reading.words)
        return words, meaning_similarity(self._sample.vectors, reading.vector)

    def logits(self, reading: Reading) -> Floats:
        """Fit to each class, shape (classes,)."""
        return np.asarray(self.similarity(reading) @ self.weights, dtype=np.float32)

    @cached_property
    def _matrix(self) -> Floats:
        """Similarity of every phrasing to every other, shape (phrasings, phrasings)."""
        words = np.stack([self._words.similarity(words) for words in self._sample.words])
        meaning = meaning_similarity(self._sample.vectors, self._sample.vectors)
        matrix = self._share * words + (1 - self._share) * meaning
        return np.asarray((matrix + matrix.T) / 2, dtype=np.float32)

    def _fit(self) -> Floats:
        return fit(self._matrix, self._sample.labels, self._sample.classes)

    def held_out(self) -> tuple[Ints, Floats]:
        """Numbers of phrasings and the logits each gets from a model that has not seen it."""
        matrix, labels, classes = self._matrix, self._sample.labels, self._sample.classes
        del self._matrix  # 75 MB for 4,300 phrasings
        if len(matrix) < 2 * FOLDS:  # too few to hold any out
            return np.arange(len(matrix)), np.asarray(matrix @ self.weights)
        order = np.random.default_rng(0).permutation(len(matrix))
        logits = np.zeros((len(matrix), classes), dtype=np.float32)
        for fold in range(FOLDS):
            asked = order[fold::FOLDS]
            kept = np.setdiff1d(order, asked)
            weights = fit(matrix[np.ix_(kept, kept)], labels[kept], classes)
            logits[asked] = matrix[np.ix_(asked, kept)] @ weights
        return np.arange(len(matrix)), logits


class Centroids:
    """One mean vector and one bag of words an entry."""

    weights: Floats = np.zeros((0, 0), dtype=np.float32)

    def __init__(self, sample: Sample) -> None:
        inside = np.flatnonzero(sample.labels < sample.entries)
        labels = sample.labels[inside]
        sums = np.zeros((sample.entries, sample.vectors.shape[1]), dtype=np.float32)
        np.add.at(sums, labels, sample.vectors[inside])
        self._centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        pooled: list[list[str]] = [[] for _ in range(sample.entries)]
        for i, label in zip(inside.tolist(), labels.tolist(), strict=True):
            pooled[label].extend(sample.words[i])
        self._words = WordEvidence(pooled)
        self._share = np.float32(sample.word_share)
        self._sample = sample

    def logits(self, reading: Reading) -> Floats:
        """Fit to each entry, shape (entries,)."""
        words = self._words.similarity(reading.words)
        fit_ = self._share * words + (1 - self._share) * (self._centres @ reading.vector)
        return np.asarray(CENTROID_SCALE * fit_, dtype=np.float32)

    def held_out(self) -> tuple[Ints, Floats]:
        """Numbers of some phrasings and their logits by centroids made without them."""
        order = np.random.default_rng(0).permutation(len(self._sample.labels))
        asked, kept = np.split(order, [min(HELD_OUT_AT_MOST, len(order) // FOLDS)])
        other = Centroids(self._sample.only(kept))
        return asked, np.stack([other.logits(self._sample.reading(i)) for i in asked.tolist()])


Scorer = Learned | Centroids


def scorer_for(sample: Sample, weights: Floats | None = None) -> Scorer:
    """The scorer that suits the size; `weights` are those of an earlier run, if known."""
    if len(sample.labels) > LARGE:
        return Centroids(sample)
    return Learned(sample, weights)
