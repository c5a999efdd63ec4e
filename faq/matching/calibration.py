"""What a score means: a probability, from what held for many FAQs and what holds for this one.

Of the answers given with 90, nine in ten are right. Phrasings are held out and asked as if they
were new queries; what must not be answered is stood in for by phrasings whose own entry is taken
away, and by the negatives a content folder ships. An entry with one or two phrasings has none to
spare, so there is a prior: weights fitted on other people's FAQs, which the FAQ's own trials
outweigh as they come in (Platt 1999, with a Gaussian prior).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq.matching.classifier import Ints, KernelRidge, TrainingSet
from faq.matching.coverage import Vocabulary, share_explained
from faq.matching.similarity import Floats

#: Of ten queries about eight are something a FAQ has an entry for: 82 % of CLINC150's test
#: rows, 86 % of our development questions (gaps and alerts are entries too).
IN_SCOPE_SHARE = 0.8
#: A phrasing is held out only where so many are written: what is left must resemble the entry.
#: (Two left: calibration error 5.7 % on sets with three; one left: 9.8 % against the prior's 7.0.)
FEWEST_PHRASINGS = 3
#: Trials the prior is worth; 5 to 100 lie within half a point of calibration error.
PRIOR_TRIALS = 50
#: Below these a logarithm tells nothing.
LEAST_OUTPUT = 0.005
LEAST_ODDS = 0.001
#: No score is quite 100 (99.9), none quite 0.
SUREST = 7.0


@dataclass(frozen=True, slots=True)
class Prior:
    """Weights of the features and the intercept, and how firm they are.

    `weights` (features + 1,) and `information` (features + 1, features + 1), the Fisher
    information of one trial. Both were made by `python -m tests.benchmarks.fit_prior`.
    """

    weights: tuple[float, ...]
    information: tuple[tuple[float, ...], ...]


PRIORS = {
    "encoder": Prior(
        (0.25, 0.83, 0.88, -0.22),
        (
            (0.6857, -0.0175, -0.1145, -0.3257),
            (-0.0175, 0.2149, 0.0339, 0.0431),
            (-0.1145, 0.0339, 0.0398, 0.0635),
            (-0.3257, 0.0431, 0.0635, 0.1638),
        ),
    ),
    "words": Prior(
        (-0.03, 0.66, 2.31, -2.0),
        (
            (0.5323, -0.0851, -0.1181, -0.2739),
            (-0.0851, 0.3336, 0.0553, 0.0927),
            (-0.1181, 0.0553, 0.046, 0.0702),
            (-0.2739, 0.0927, 0.0702, 0.1525),
        ),
    ),
}


def odds_to_first(outputs: Floats, first: float) -> Floats:
    """How likely each output makes its class, 1 for the one with the output `first`.

    The third power: of 2 to 8 it tells best which entry is right, with one phrasing an entry as
    with ten, for 10 entries as for 150.
    """
    return np.asarray((np.maximum(outputs, LEAST_OUTPUT) / max(first, LEAST_OUTPUT)) ** 3)


def features(outputs: Floats, leader: int, covered: float) -> tuple[float, float, float]:
    """What tells a right answer from a wrong one, of the entry that leads.

    How well it fits (the logarithm of its output), the logarithm of its odds against all others,
    "none of these" among them, and the share (0 to 1) of the query that its words cover.
    """
    first = float(outputs[leader])
    against = float(odds_to_first(outputs, first).sum()) - 1
    return float(np.log(max(first, LEAST_OUTPUT))), -float(np.log(against + LEAST_ODDS)), covered


@dataclass(frozen=True, slots=True)
class Trial:
    """One held-out query: its number, the entry that leads, and whether that is right."""

    number: int
    leader: int
    right: bool
    in_scope: bool
    features: tuple[float, float, float]


def held_out(
    texts: TrainingSet, model: KernelRidge, vocabulary: Callable[[int], Vocabulary], at_most: int
) -> list[Trial]:
    """Held-out phrasings as they are, and once more with their own entry taken away.

    Only of entries with enough phrasings, and at most so many, the same ones each time.
    """
    numbers = _spare(texts, at_most)
    trials = []
    for number, outputs in zip(numbers.tolist(), model.held_out(numbers), strict=True):
        label = int(texts.labels[number])
        for taken in ((), (label,)) if label < texts.entries > 1 else ((),):
            shown = outputs.copy()
            shown[list(taken)] = 0
            leader = int(shown[: texts.entries].argmax())
            words = texts.words[number]
            itself = words if leader == label else ()
            covered = share_explained(vocabulary(leader), words, itself)
            in_scope = label < texts.entries and not taken
            signs = features(shown, leader, covered)
            trials.append(Trial(number, leader, leader == label, in_scope, signs))
    return trials


def _spare(texts: TrainingSet, at_most: int) -> Ints:
    """Numbers of the phrasings that can be held out: of negatives and of entries with enough."""
    written = np.bincount(texts.labels, texts.written, texts.classes)
    order = texts.stable_order()
    spare = order[texts.written[order] & (written >= FEWEST_PHRASINGS)[texts.labels[order]]]
    return np.sort(spare[:at_most])


def calibrate(trials: Sequence[Trial], prior: Prior) -> Floats:
    """Weights of the features, and the intercept, that turn them into a probability."""
    known, firm = np.array(prior.weights), PRIOR_TRIALS * np.array(prior.information)
    if not trials:
        return known.astype(np.float32)
    rows = np.array([(*t.features, 1.0) for t in trials])
    truth = np.array([t.right for t in trials], dtype=np.float64)
    return _most_likely(rows, truth, _importance(trials), known, firm).astype(np.float32)


def _importance(trials: Sequence[Trial]) -> NDArray[np.float64]:
    """How much each trial counts: queries in and out of scope in the shares they are asked."""
    in_scope = np.array([t.in_scope for t in trials])
    shares = np.where(
        in_scope,
        IN_SCOPE_SHARE / max(1, in_scope.sum()),
        (1 - IN_SCOPE_SHARE) / max(1, (~in_scope).sum()),
    )
    return np.asarray(shares * in_scope.sum() / IN_SCOPE_SHARE if in_scope.any() else shares)


def _most_likely(
    rows: NDArray[np.float64],
    truth: NDArray[np.float64],
    importance: NDArray[np.float64],
    known: NDArray[np.float64],
    firm: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The weights most likely after what is known and what was seen (Newton's method)."""
    weights = known
    for _ in range(25):
        said = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (importance * (truth - said)) - firm @ (weights - known)
        curvature = (rows * (importance * said * (1 - said))[:, None]).T @ rows + firm
        weights = weights + np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
    return weights


def probability(calibration: Floats, found: Sequence[float]) -> float:
    """The probability, 0 to 1, that an answer with these features is right."""
    exponent = float(np.dot(calibration[:-1], found) + calibration[-1])
    return float(1 / (1 + np.exp(-np.clip(exponent, -SUREST, SUREST))))
