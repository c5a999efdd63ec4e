"""From phrasings to a trained model: similarities, entry weights, and what its scores mean.

A score is a chance: of the answers given with 90, nine in ten are right. It is learnt from the
content itself. Every fifth phrasing is asked as if it were a new query while the rest answer it;
what must not be answered is stood in for by queries whose own entry is taken away, and by the
off-topic and near-miss negatives a content folder ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq.evidence import Floats, WordEvidence, meaning_similarity
from faq.explained import Vocabulary, burden
from faq.logistic import fit, fit_binary
from faq.reading import Reading

Ints = NDArray[np.int64]

#: What words weigh in the similarity, beside meaning: with the encoder, and without it, where
#: meaning is only the mean of word vectors. Chosen on CLINC150's validation rows.
WORD_SHARE_ENCODER = 0.1
WORD_SHARE_ALONE = 0.5
FOLDS = 5
#: Of ten queries about eight are something a FAQ has an entry for: 82 % of CLINC150's test
#: rows, 86 % of our development questions (gaps and alerts are entries too).
IN_SCOPE_SHARE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Phrasings to learn from: what was read, and the class (entry number) of each.

    The class after the last entry is "none of these" (negatives).
    """

    readings: Sequence[Reading]
    labels: Ints
    entries: int

    @property
    def classes(self) -> int:
        """Entries, and one more where there are negatives."""
        return int(max(self.entries, self.labels.max() + 1))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What training leaves: entry weights a phrasing, and calibration weights."""

    weights: Floats
    calibration: Floats


class Similarity:
    """Similarity of any reading to every phrasing of a sample."""

    def __init__(self, readings: Sequence[Reading], word_share: float) -> None:
        self._words = WordEvidence([r.words for r in readings])
        self.vectors = np.stack([r.vector for r in readings])
        self._share = np.float32(word_share)

    def row(self, reading: Reading) -> Floats:
        """Similarity to each phrasing, shape (phrasings,)."""
        words = self._words.similarity(reading.words)
        meaning = meaning_similarity(self.vectors, reading.vector)
        return np.asarray(self._share * words + (1 - self._share) * meaning, dtype=np.float32)

    def parts(self, reading: Reading) -> tuple[Floats, Floats]:
        """The words and the meaning part by themselves, each (phrasings,), 0 to 1."""
        words = self._words.similarity(reading.words)
        return words, meaning_similarity(self.vectors, reading.vector)


def signs(logits: Floats, unexplained: float) -> list[float]:
    """What tells a right answer from a wrong one, for the class that leads.

    Its logit plus its log-odds against all others (how near it is, and how alone it is there),
    and the weight of the words it does not explain. The sum keeps both questions, "is this in
    the FAQ at all" and "is it this entry", within half a point of the better of the two.
    """
    first = float(logits.max())
    others = np.sort(logits)[:-1]
    log_odds = first - float(np.log(np.exp(others).sum() + 1e-9)) if len(others) else first
    return [first + log_odds, unexplained]


def train(sample: Sample, matrix: Floats, vocabularies: Sequence[Vocabulary]) -> Model:
    """Entry weights over all phrasings, and calibration from held-out ones."""
    weights = fit(matrix, sample.labels, sample.classes)
    rows, truth, importance = held_out(sample, matrix, vocabularies)
    return Model(weights, fit_binary(rows, truth, importance))


def held_out(
    sample: Sample, matrix: Floats, vocabularies: Sequence[Vocabulary]
) -> tuple[Floats, Floats, Floats]:
    """Signs, truth (1: the leading entry is right) and importance of each held-out query."""
    rows: list[list[float]] = []
    truth: list[float] = []
    inside: list[bool] = []
    for number, logits in enumerate(cross_validated(sample, matrix)):
        label, reading = int(sample.labels[number]), sample.readings[number]
        for hidden in ((), (label,)) if label < sample.entries else ((),):
            shown = logits.copy()
            shown[list(hidden)] = -np.inf
            leader = int(shown[: sample.entries].argmax())
            own = reading.words if leader == label else ()
            left = burden(vocabularies[leader].unexplained(reading.words, own))
            rows.append(signs(shown[np.isfinite(shown)], left))
            truth.append(float(leader == label))
            inside.append(label < sample.entries and not hidden)
    return np.array(rows, np.float32), np.array(truth, np.float32), balance(inside)


def balance(inside: Sequence[bool]) -> Floats:
    """A weight a query, so that queries inside the FAQ count `IN_SCOPE_SHARE` in all."""
    within = np.array(inside)
    share = np.where(
        within,
        IN_SCOPE_SHARE / max(1, within.sum()),
        (1 - IN_SCOPE_SHARE) / max(1, (~within).sum()),
    )
    return np.asarray(share * len(within), dtype=np.float32)


def cross_validated(sample: Sample, matrix: Floats) -> Floats:
    """Logits (phrasings, classes) of each phrasing by a model that has not seen it."""
    order = np.random.default_rng(0).permutation(len(matrix))
    logits = np.zeros((len(matrix), sample.classes), dtype=np.float32)
    for fold in range(FOLDS):
        asked = order[fold::FOLDS]
        kept = np.setdiff1d(order, asked)
        weights = fit(matrix[np.ix_(kept, kept)], sample.labels[kept], sample.classes)
        logits[asked] = matrix[np.ix_(asked, kept)] @ weights
    return logits
