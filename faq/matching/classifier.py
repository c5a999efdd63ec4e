"""How well a query fits each entry: regularised least squares over similarities (kernel ridge).

All phrasings of an entry count together, and so does what its answer says. The weights come from
one linear system, so that training takes a moment, and the system tells besides what it would
have said of each phrasing without having seen it (leave-one-out). Rifkin, Yeo, Poggio:
"Regularized least-squares classification", 2003. On the validation rows of CLINC150 and on 16
FAQs with one phrasing an entry it ranks as well as logistic regression or better (CLINC150, 10
phrasings: 93.2 against 92.4 %; the shipped questions alone: 65 against 59 %), in a twentieth of
the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from faq.matching.query import Reading
from faq.matching.similarity import Floats, Halves, LexicalSimilarity, meaning_similarity

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: What words weigh in the similarity, beside meaning: with the encoder, and without it, where
#: meaning is only the mean of word vectors. Chosen on CLINC150's validation rows, the shipped
#: questions and 16 FAQs of other domains; 0.05 to 0.15 lie within half a point.
WORD_SHARE_ENCODER = 0.1
WORD_SHARE_ALONE = 0.4
#: Ridge; 0.06 to 1 lie within half a point, the more phrasings the smaller.
RIDGE = 0.25
#: Up to so many texts the system is solved exactly; beyond, what they share is taken from
#: landmarks (Snelson, Ghahramani: "Sparse Gaussian processes using pseudo-inputs", 2006).
EXACT = 2_000
#: Texts times landmarks. Of 6,000 texts 1,300 are landmarks: half a point below 2,000 on CLINC150.
LANDMARK_CELLS = 8_000_000
FEWEST_LANDMARKS = 256
#: Added to the kernel's diagonal: phrasings alike must not make it singular.
JITTER = 1e-4
#: Rows of similarities computed at once.
ROWS = 256
#: Vectors that stay in a processor's cache (0.8 MB) while several texts are compared with them.
IN_CACHE = 512
#: Texts times classes up to which the weights are kept as one matrix (floats, 4 bytes each).
DENSE_CELLS = 12_000_000


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Texts to learn from: words, vectors (texts, dimensions), classes (entry numbers).

    The vectors are kept at half precision, which changes no answer and halves their memory. The
    class after the last entry is "none of these" (negatives). `written` marks the phrasings, as
    against what an answer says and what an id spells.
    """

    words: Sequence[tuple[str, ...]]
    vectors: Halves
    labels: Ints
    written: Bools
    entries: int
    word_share: float
    language: str = "en"

    @property
    def classes(self) -> int:
        """Entries, and one more where there are negatives."""
        return int(max(self.entries, self.labels.max() + 1))

    def weights(self) -> Floats:
        """How much each text counts, shape (texts,), 1 on average.

        All that an answer says counts as one phrasing. The more phrasings an entry has, the less
        each of them counts, but not so much less that an entry with many counts no more.
        """
        others = np.bincount(self.labels, ~self.written, self.classes)
        each = np.where(self.written, 1, 1 / np.maximum(others, 1)[self.labels])
        of_class = np.bincount(self.labels, each, self.classes)
        counted = each / np.sqrt(of_class[self.labels])
        return np.asarray(counted / counted.mean(), dtype=np.float32)

    def stable_order(self) -> Ints:
        """The texts in an order as if drawn by lot, that depends on nothing but their words.

        What comes first stays first when a curator adds a phrasing elsewhere.
        """
        lots = [crc32(" ".join(words).encode()) for words in self.words]
        return np.asarray(np.argsort(lots, kind="stable"), dtype=np.int64)

    def reading(self, number: int) -> Reading:
        """One text."""
        return Reading(self.words[number], self.vectors[number].astype(np.float32))


class Similarity:
    """How alike a query and each of some texts are, by words and by meaning."""

    def __init__(self, texts: TrainingSet) -> None:
        self._words = LexicalSimilarity(texts.words, texts.language)
        self._vectors = texts.vectors.astype(np.float32)
        self._share = np.float32(texts.word_share)

    def __call__(self, reading: Reading) -> Floats:
        """Similarity to each text, shape (texts,), 0 to 1."""
        return self.joined(*self.parts(reading))

    def joined(self, words: Floats, meaning: Floats) -> Floats:
        """Both parts as one similarity."""
        return np.asarray(self._share * words + (1 - self._share) * meaning, dtype=np.float32)

    def meaning_among(self, numbers: Ints) -> Floats:
        """The meaning part of some of the texts with all of them, shape (numbers, texts)."""
        return meaning_similarity(self._vectors, self._vectors[numbers]).T

    def of_many(self, texts: TrainingSet, numbers: Ints) -> Floats:
        """Similarity of some texts of a set to each, shape (numbers, texts)."""
        vectors = texts.vectors[numbers].astype(np.float32)
        found = (1 - self._share) * meaning_similarity(self._vectors, vectors).T
        for row, number in enumerate(numbers.tolist()):
            found[row] += self._share * self._words.similarity(texts.words[number])
        return np.asarray(found, dtype=np.float32)

    def parts(self, reading: Reading) -> tuple[Floats, Floats]:
        """The words and the meaning part by themselves, each (texts,), 0 to 1."""
        [(words, meaning)] = self.parts_of_many([reading])
        return words, meaning

    def parts_of_many(self, readings: Sequence[Reading]) -> list[tuple[Floats, Floats]]:
        """The same of each reading, whatever stands beside it; the vectors are fetched once."""
        words = [self._words.similarity(reading.words) for reading in readings]
        meaning = np.empty((len(readings), len(self._vectors)), dtype=np.float32)
        for first in range(0, len(self._vectors), IN_CACHE):
            some = self._vectors[first : first + IN_CACHE]
            for row, reading in zip(meaning, readings, strict=True):
                row[first : first + IN_CACHE] = meaning_similarity(some, reading.vector)
        return list(zip(words, meaning, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a query's similarities are multiplied with.

    Either `own` is the whole matrix, (texts, classes), and the rest is empty; or a text speaks for
    its own class with `own` (texts,), less what `shared` (texts, landmarks) times `back`
    (landmarks, classes) takes back. `spared` (texts,) is the share of a text's own say: it tells
    what would be without it.
    """

    own: Floats
    spared: Floats
    shared: Floats
    back: Floats


class KernelRidge:
    """Least squares, one output a class: 1 for the texts of the class, 0 for all others."""

    def __init__(self, texts: TrainingSet, solution: Solution | None = None) -> None:
        self._texts = texts
        self._of_entries = int(np.searchsorted(texts.labels, texts.entries))
        self.similarity = Similarity(texts)
        self.solution = solution or self._solve()

    def outputs(self, reading: Reading) -> Floats:
        """Fit to each class, shape (classes,): about 1 for one that is sure, 0 for no fit."""
        return self.fit([reading])[0][0]

    def fit(self, readings: Sequence[Reading]) -> list[tuple[Floats, float]]:
        """Of each reading its fit to each class, and how near in meaning, 0 to 1, the nearest text
        of an entry is."""
        found = []
        for words, meaning in self.similarity.parts_of_many(readings):
            outputs = self._outputs(self.similarity.joined(words, meaning))
            found.append((outputs, float(meaning[: self._of_entries].max())))
        return found

    def _outputs(self, alike: Floats) -> Floats:
        found = self.solution
        if not found.shared.size:
            return np.asarray(alike @ found.own, dtype=np.float32)
        own = np.bincount(self._texts.labels, alike * found.own, self._texts.classes)
        return np.asarray(own - (alike @ found.shared) @ found.back, dtype=np.float32)

    def held_out(self, numbers: Ints) -> Floats:
        """What each of these texts would get had it not been seen, shape (numbers, classes)."""
        own_say = self._weights(numbers) / self.solution.spared[numbers, None]
        return np.asarray(self._truth(numbers) - own_say, dtype=np.float32)

    def nearest(self, numbers: Ints) -> Iterator[tuple[float, float]]:
        """How near in meaning to each of these texts the nearest other text of an entry is.

        And the nearest text of another entry, 0 to 1.
        """
        labels = self._texts.labels[: self._of_entries]
        for some in np.array_split(numbers, max(1, len(numbers) // ROWS)):
            alike = self.similarity.meaning_among(some)[:, : self._of_entries]
            for row, number in zip(alike, some.tolist(), strict=True):
                row[number : number + 1] = 0
                elsewhere = row[labels != self._texts.labels[number]]
                yield float(row.max()), float(elsewhere.max(initial=0.0))

    def fitted(self, numbers: Ints) -> Floats:
        """What each of these texts gets, shape (numbers, classes)."""
        noise = RIDGE / self._texts.weights()[numbers, None]
        return np.asarray(self._truth(numbers) - noise * self._weights(numbers), dtype=np.float32)

    def _truth(self, numbers: Ints) -> Floats:
        return np.eye(self._texts.classes, dtype=np.float32)[self._texts.labels[numbers]]

    def _weights(self, numbers: Ints) -> Floats:
        """What a query's similarity to some texts is multiplied with, (numbers, classes)."""
        found = self.solution
        if not found.shared.size:
            return found.own[numbers]
        own = self._truth(numbers) * found.own[numbers, None]
        return np.asarray(own - found.shared[numbers] @ found.back, dtype=np.float32)

    def _solve(self) -> Solution:
        noise = RIDGE / self._texts.weights().astype(np.float64)
        if len(noise) <= EXACT:
            return self._exact(noise)
        return self._by_landmarks(noise, landmarks(self._texts))

    def _exact(self, noise: NDArray[np.float64]) -> Solution:
        kernel = self.similarity.of_many(self._texts, np.arange(len(noise))).astype(np.float64)
        inverse = np.linalg.inv((kernel + kernel.T) / 2 + np.diag(noise + JITTER))
        own = inverse @ np.eye(self._texts.classes)[self._texts.labels]
        return _solution(own, np.diag(inverse))

    def _by_landmarks(self, noise: NDArray[np.float64], chosen: Ints) -> Solution:
        """The kernel taken as what the landmarks tell of it, and each text's own rest.

        Woodbury's identity leaves systems of the size of the landmarks.
        """
        rows = self.similarity.of_many(self._texts, chosen).astype(np.float64)
        core = rows[:, chosen]
        core = (core + core.T) / 2 + JITTER * np.eye(len(core))
        told = (rows * np.linalg.solve(core, rows)).sum(axis=0)
        rest = np.maximum(1 - told, 0)
        rest[chosen] = 0  # of themselves they tell all
        rest += noise
        shared = rows / rest
        inner = core + shared @ rows.T
        labels, classes = self._texts.labels, self._texts.classes
        of_class = np.zeros((len(core), classes))
        np.add.at(of_class.T, labels, shared.T)
        back = np.linalg.solve(inner, of_class)
        spared = 1 / rest - (shared * np.linalg.solve(inner, shared)).sum(axis=0)
        if len(labels) * classes > DENSE_CELLS:
            return _solution(1 / rest, spared, shared.T, back)
        own = np.eye(classes)[labels] / rest[:, None] - shared.T @ back
        return _solution(own, spared)


def _solution(
    own: NDArray[np.float64],
    spared: NDArray[np.float64],
    shared: NDArray[np.float64] | None = None,
    back: NDArray[np.float64] | None = None,
) -> Solution:
    none = np.zeros((0, 0), dtype=np.float32)
    parts = [none if part is None else part.astype(np.float32) for part in (shared, back)]
    return Solution(own.astype(np.float32), spared.astype(np.float32), *parts)


def landmarks(texts: TrainingSet) -> Ints:
    """Numbers of the texts that stand for all.

    Drawn by lots, so that one phrasing more or less moves one landmark at most: a curator's change
    must not shift the scores of all other entries.
    """
    most = max(FEWEST_LANDMARKS, LANDMARK_CELLS // len(texts.labels))
    return np.sort(texts.stable_order()[:most])
