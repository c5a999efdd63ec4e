"""How well a query fits each entry, as logits: two ways, for most FAQs and for huge ones.

Both pool all phrasings of an entry. `Learned` is a logistic regression over the similarity to
landmarks, a choice of the phrasings: 96 % right on CLINC150 with all its 15,000 phrasings, where
`Centroids`, one mean an entry, reach 93. But it costs as much time as phrasings times entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from faq.matching.logistic import fit
from faq.matching.query import Reading
from faq.matching.similarity import Floats, Halves, WordEvidence, meaning_similarity

Ints = NDArray[np.int64]

#: What words weigh in the similarity, beside meaning: with the encoder, and without it, where
#: meaning is only the mean of word vectors. Chosen on CLINC150's validation rows.
WORD_SHARE_ENCODER = 0.1
WORD_SHARE_ALONE = 0.5
FOLDS = 4
#: Phrasings a query is compared with. On CLINC150's validation rows (10 shots) 300 of 1,500 cost
#: 0.6 points with the encoder and 3 on words alone, 750 cost 0.1; on the shipped content 2,000 of
#: 5,600 cost nothing with the encoder.
LANDMARKS = 2_000
#: Phrasings times classes from which on training would take minutes.
HUGE = 3_000_000
#: A difference of 0.05 in cosine makes an entry about e times likelier (CLINC150, validation).
CENTROID_SCALE = 20.0
HELD_OUT_AT_MOST = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Phrasings to learn from: words, vectors (phrasings, dimensions), classes (entry numbers).

    The vectors are kept at half precision, which changes no answer and halves their memory. The
    class after the last entry is "none of these" (negatives).
    """

    words: Sequence[tuple[str, ...]]
    vectors: Halves
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

    def lots(self) -> Ints:
        """A number for each phrasing, as if drawn by lot, that depends on nothing but its words.

        What is chosen by it stays chosen when a curator adds a phrasing elsewhere.
        """
        return np.array([crc32(" ".join(words).encode()) for words in self.words], dtype=np.int64)

    def reading(self, number: int) -> Reading:
        """One phrasing."""
        return Reading(self.words[number], self.vectors[number].astype(np.float32))


class Similarity:
    """How alike a query and each of some phrasings are, by words and by meaning."""

    def __init__(self, words: Sequence[Sequence[str]], vectors: Halves, word_share: float) -> None:
        self._words = WordEvidence(words)
        self._vectors = vectors.astype(np.float32)
        self._share = np.float32(word_share)

    def __call__(self, reading: Reading) -> Floats:
        """Similarity to each phrasing, shape (phrasings,)."""
        words, meaning = self.parts(reading)
        return np.asarray(self._share * words + (1 - self._share) * meaning, dtype=np.float32)

    def of_many(self, sample: Sample) -> Floats:
        """Similarity of many phrasings to each, shape (sample's phrasings, phrasings)."""
        vectors = sample.vectors.astype(np.float32)
        found = (1 - self._share) * meaning_similarity(self._vectors, vectors).T
        for number, words in enumerate(sample.words):
            found[number] += self._share * self._words.similarity(words)
        return np.asarray(found, dtype=np.float32)

    def parts(self, reading: Reading) -> tuple[Floats, Floats]:
        """The words and the meaning part by themselves, each (phrasings,), 0 to 1."""
        words = self._words.similarity(reading.words)
        return words, meaning_similarity(self._vectors, reading.vector)


class Learned:
    """Logistic regression over the similarity to the landmarks."""

    def __init__(self, sample: Sample, weights: Floats | None = None) -> None:
        self._sample = sample
        self._landmarks = landmarks(sample, LANDMARKS)
        words = [sample.words[i] for i in self._landmarks.tolist()]
        vectors = sample.vectors[self._landmarks]
        self._similarity = Similarity(words, vectors, sample.word_share)
        self.weights = self._fit() if weights is None else weights

    def logits(self, reading: Reading) -> Floats:
        """Fit to each class, shape (classes,)."""
        return np.asarray(self._similarity(reading) @ self.weights, dtype=np.float32)

    @cached_property
    def leaders(self) -> Ints:
        """The entry that leads for each phrasing, shape (phrasings,)."""
        logits = self._matrix @ self.weights[:, : self._sample.entries]
        return np.asarray(logits.argmax(axis=1), dtype=np.int64)

    @cached_property
    def _matrix(self) -> Floats:
        """Similarity of every phrasing to every landmark, shape (phrasings, landmarks)."""
        return self._similarity.of_many(self._sample)

    def _fit(self) -> Floats:
        kernel = self._matrix[self._landmarks]
        return fit(self._matrix, kernel, self._sample.labels, self._sample.classes)

    def held_out(self, at_most: int) -> tuple[Ints, Floats]:
        """Numbers of phrasings and the logits each gets from a model that has not seen it.

        A quarter of them at a time; of a large FAQ only the quarters that give about `at_most`.
        """
        matrix, labels, classes = self._matrix, self._sample.labels, self._sample.classes
        _ = self.leaders  # while the matrix is here
        del self._matrix  # 38 MB for 4,700 phrasings
        count = len(labels)
        fold = self._sample.lots() % FOLDS
        folds = [np.flatnonzero(fold == number) for number in range(FOLDS)]
        folds = [asked for asked in folds if 0 < len(asked) < count]
        if count < 2 * FOLDS or not folds:  # too few to hold any out
            return np.arange(count), np.asarray(matrix @ self.weights)
        folds = folds[: max(1, round(at_most * FOLDS / count))]
        logits = np.zeros((count, classes), dtype=np.float32)
        for asked in folds:
            kept = np.setdiff1d(np.arange(count), asked)
            seen = np.flatnonzero(np.isin(self._landmarks, kept))
            kernel = matrix[np.ix_(self._landmarks[seen], seen)]
            weights = fit(matrix[np.ix_(kept, seen)], kernel, labels[kept], classes)
            logits[asked] = matrix[np.ix_(asked, seen)] @ weights
        numbers = np.sort(np.concatenate(folds))
        return numbers, logits[numbers]


def landmarks(sample: Sample, most: int) -> Ints:
    """Numbers of about `most` phrasings, at least one of every class.

    Drawn by lots, so that one phrasing more or less moves one landmark at most: a curator's change
    must not shift the scores of all other entries.
    """
    if len(sample.labels) <= most:
        return np.arange(len(sample.labels))
    order = np.argsort(sample.lots(), kind="stable")
    _, first_of_class = np.unique(sample.labels[order], return_index=True)
    return np.unique(np.concatenate([order[:most], order[first_of_class]]))


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

    @cached_property
    def leaders(self) -> Ints:
        """The entry that leads for each phrasing, shape (phrasings,)."""
        numbers = range(len(self._sample.labels))
        logits = (self.logits(self._sample.reading(number)) for number in numbers)
        return np.array([row.argmax() for row in logits], dtype=np.int64)

    def held_out(self, at_most: int) -> tuple[Ints, Floats]:
        """Numbers of some phrasings and their logits by centroids made without them."""
        order = np.random.default_rng(0).permutation(len(self._sample.labels))
        asked, kept = np.split(order, [min(at_most, HELD_OUT_AT_MOST, len(order) // FOLDS)])
        other = Centroids(self._sample.only(kept))
        return asked, np.stack([other.logits(self._sample.reading(i)) for i in asked.tolist()])


Scorer = Learned | Centroids


def scorer_for(sample: Sample, weights: Floats | None = None) -> Scorer:
    """The scorer that suits the size; `weights` are those of an earlier run, if known."""
    if len(sample.labels) * sample.classes > HUGE:
        return Centroids(sample)
    return Learned(sample, weights)
