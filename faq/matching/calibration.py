"""What a score means: a chance, learnt from the content itself.

Of the answers given with 90, nine in ten are right. Held-out phrasings are asked as if they were
new queries; what must not be answered is stood in for by queries whose own entry is taken away,
and by the off-topic and near-miss negatives a content folder ships.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from faq.matching.classifier import Sample, Scorer
from faq.matching.coverage import Vocabulary, burden
from faq.matching.logistic import fit_binary
from faq.matching.similarity import Floats

#: Of ten queries about eight are something a FAQ has an entry for: 82 % of CLINC150's test
#: rows, 86 % of our development questions (gaps and alerts are entries too).
IN_SCOPE_SHARE = 0.8


def signs(logits: Floats, unexplained: float) -> list[float]:
    """What tells a right answer from a wrong one, for the class that leads.

    Its logit plus its log-odds against all others (how near it is, and how alone it is there),
    and the weight of the words it does not explain. The sum keeps both questions, "is this in
    the FAQ at all" and "is it this entry", within half a point of the better of the two.
    """
    ordered = np.sort(logits)
    first, others = float(ordered[-1]), ordered[:-1]
    log_odds = first - float(np.log(np.exp(others).sum() + 1e-9)) if len(others) else first
    return [first + log_odds, unexplained]


@dataclass(frozen=True, slots=True)
class Trial:
    """One held-out query: its number, the entry that leads, and whether that is right."""

    number: int
    leader: int
    right: bool
    inside: bool
    signs: tuple[float, ...]


def trials(
    sample: Sample,
    scorer: Scorer,
    vocabulary: Callable[[int], Vocabulary],
    *,
    at_most: int = sys.maxsize,
) -> list[Trial]:
    """Every held-out phrasing as it is, and once more with its own entry taken away.

    Of a large FAQ about `at_most` phrasings.
    """
    found = []
    for number, logits in zip(*scorer.held_out(at_most), strict=True):
        label = int(sample.labels[number])
        words = sample.words[number]
        for taken in ((), (label,)) if label < sample.entries > 1 else ((),):
            shown = logits.copy()
            shown[list(taken)] = -np.inf
            leader = int(shown[: sample.entries].argmax())
            own = words if leader == label else ()
            left = burden(vocabulary(leader).unexplained(words, own))
            here = signs_of_leader(shown, leader, left)
            inside = label < sample.entries and not taken
            found.append(Trial(int(number), leader, leader == label, inside, tuple(here)))
    return found


def signs_of_leader(logits: Floats, leader: int, unexplained: float) -> list[float]:
    """`signs` where the class "none of these" may lead: then the best entry pays for it."""
    given = logits[np.isfinite(logits)]
    behind = float(logits[leader] - given.max())
    first, left = signs(given, unexplained)
    return [first + 2 * behind, left]


def calibrate(found: Sequence[Trial]) -> Floats:
    """Weights of the signs, and the intercept, that turn them into a chance."""
    inside = np.array([t.inside for t in found])
    share = np.where(
        inside,
        IN_SCOPE_SHARE / max(1, inside.sum()),
        (1 - IN_SCOPE_SHARE) / max(1, (~inside).sum()),
    )
    importance = np.asarray(share * len(found), dtype=np.float32)
    truth = np.array([t.right for t in found], dtype=np.float32)
    rows = np.array([t.signs for t in found], dtype=np.float32)
    weights = fit_binary(rows, truth, importance)
    if weights[1] > 0:  # too few cases to tell: an unexplained word never speaks for an answer
        rows[:, 1] = 0
        weights = fit_binary(rows, truth, importance)
    return weights


def chance(calibration: Floats, here: Sequence[float]) -> float:
    """The chance, 0 to 1, that an answer with these signs is right."""
    exponent = float(np.dot(calibration[:-1], here) + calibration[-1])
    return float(1 / (1 + np.exp(-np.clip(exponent, -30, 30))))
