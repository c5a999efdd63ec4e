"""What a score means: a probability, from what held for many FAQs and what holds for this one.

Of the answers given with 90, nine in ten are right. Two questions are told apart, because
different signs answer them: is the query on the FAQ's subject, and if so, is the entry that leads
the right one? Phrasings are held out and asked as if they were new queries, and once more with
their own entry taken away, so that none is right; questions about other things, those a content
folder ships and those every FAQ gets, stand in for what is off the subject. An entry with one or
two phrasings has none to spare, so there is a prior: weights fitted on other people's FAQs, which
the FAQ's own trials outweigh as they come in (Platt 1999, with a Gaussian prior).

With an encoder and more phrasings one question is asked besides: is the leader right? Own trials
are too easy to learn its weights from, since what one person wrote is more alike than what people
ask; they tell its constant alone. (Of live bots, HINT3, 68 % are right where four in five without
an entry are refused, by two questions 64 %.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.matching.classifier import Ints, KernelRidge, TrainingSet
from faq.matching.coverage import Vocabulary, coverage_of
from faq.matching.priors import Prior, Priors
from faq.matching.similarity import Floats
from faq.model import IN_SCOPE_SHARE

Doubles = NDArray[np.float64]

#: Of the others half are on the subject, too.
NEAR_SHARE = 0.5
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
#: How many of the entries that follow the first a trial remembers.
REMEMBERED = 5


class Signs(NamedTuple):
    """What tells a right answer from a wrong one, of the entry that leads.

    `fit`: how well it fits, the logarithm of its output. `lead`: the logarithm of its odds against
    all other entries. `covered`: the share (0 to 1) of the query that its words cover. `nearest`:
    the logarithm of the query's likeness in meaning to the nearest text of any entry.
    """

    fit: float
    lead: float
    covered: float
    nearest: float

    @property
    def of_subject(self) -> tuple[float, ...]:
        """What tells whether the query is on the FAQ's subject, and a constant."""
        return self.fit, self.covered, self.nearest, 1.0

    @property
    def of_first(self) -> tuple[float, ...]:
        """What tells whether, if it is, the first entry is the right one; and a constant."""
        return self.fit, self.lead, self.covered, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Weights of the signs and the constant: of the subject and of the first entry, each (4,).

    `in_one`: `first` weighs the signs of the subject, and tells of every query.
    """

    subject: Floats
    first: Floats
    in_one: bool = False

    def asked_in_scope(self, share: float) -> Calibration:
        """The same where `share` of the queries, 0 to 1, are in scope, not `IN_SCOPE_SHARE`."""
        subject, first = self.subject.copy(), self.first.copy()
        now, then = _on_subject(share), _on_subject(IN_SCOPE_SHARE)
        subject[-1] += _log_odds(now) - _log_odds(then)
        of_now, of_then = (1.0, 1.0) if self.in_one else (now, then)
        first[-1] += _log_odds(share / of_now) - _log_odds(IN_SCOPE_SHARE / of_then)
        return Calibration(subject, first, self.in_one)

    def scores(self, signs: Signs, odds: Floats) -> Floats:
        """Scores, 0 to 100, of the entries with these `odds`, best first; together 100 at most.

        What the first leaves of the subject is shared among all others by their odds; none of them
        gets more than the first.
        """
        on_subject = _probability(self.subject, signs.of_subject)
        if self.in_one:
            first = _probability(self.first, signs.of_subject)
        else:
            first = on_subject * _probability(self.first, signs.of_first)
        others = max(float(np.exp(-signs.lead)) - LEAST_ODDS, LEAST_ODDS)
        shares = np.minimum(max(on_subject - first, 0.0) * odds / others, first)
        shares[0] = first
        return np.asarray(100 * shares, dtype=np.float32)


def odds_to_first(outputs: Floats, first: float) -> Floats:
    """How likely each output makes its class, 1 for the one with the output `first`.

    The third power: of 2 to 8 it tells best which entry is right, with one phrasing an entry as
    with ten, for 10 entries as for 150.
    """
    return np.asarray((np.maximum(outputs, LEAST_OUTPUT) / max(first, LEAST_OUTPUT)) ** 3)


def signs_of(outputs: Floats, leader: int, covered: float, nearest: float) -> Signs:
    """The signs of a query with these outputs of all entries, of which that of `leader` is first.

    `nearest` is the likeness to the nearest text, 0 to 1.
    """
    first = float(outputs[leader])
    others = float(odds_to_first(outputs, first).sum()) - 1
    return Signs(
        float(np.log(max(first, LEAST_OUTPUT))),
        -float(np.log(others + LEAST_ODDS)),
        covered,
        float(np.log(max(nearest, LEAST_OUTPUT))),
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """One held-out query: its number, the entry that leads, and whether that is right.

    `on_subject`: whether it is a phrasing of an entry; `in_scope`: whether that has not been taken
    away. `odds` are those of the leader, 1, and of the next few.
    """

    number: int
    leader: int
    right: bool
    on_subject: bool
    in_scope: bool
    signs: Signs
    odds: Floats


def held_out(
    texts: TrainingSet, model: KernelRidge, vocabulary: Callable[[int], Vocabulary], at_most: int
) -> list[Trial]:
    """Held-out phrasings as they are, and once more with their own entry taken away.

    Only of entries with enough phrasings, and at most so many, the same ones each time.
    """
    numbers = _spare(texts, at_most)
    trials = []
    for number, outputs, (without_itself, without_entry) in zip(
        numbers.tolist(), model.held_out(numbers), model.nearest(numbers), strict=True
    ):
        label = int(texts.labels[number])
        on_subject = label < texts.entries
        for taken in (False, True) if on_subject and texts.entries > 1 else (False,):
            shown = outputs[: texts.entries].copy()
            shown[label:][:taken] = 0
            leader = int(shown.argmax())
            words = texts.words[number]
            itself = words if leader == label else ()
            covered = coverage_of(vocabulary(leader), words, itself)
            signs = signs_of(shown, leader, covered, without_entry if taken else without_itself)
            odds = np.sort(odds_to_first(shown, float(shown[leader])))[::-1][: 1 + REMEMBERED]
            in_scope = on_subject and not taken
            trials.append(Trial(number, leader, leader == label, on_subject, in_scope, signs, odds))
    return trials


def _spare(texts: TrainingSet, at_most: int) -> Ints:
    """Numbers of the phrasings that can be held out: of negatives and of entries with enough."""
    written = np.bincount(texts.labels, texts.written, texts.classes)
    order = texts.stable_order()
    spare = order[texts.written[order] & (written >= FEWEST_PHRASINGS)[texts.labels[order]]]
    return np.sort(spare[:at_most])


def calibrate(trials: Sequence[Trial], priors: Priors) -> Calibration:
    """The weights that turn signs into probabilities, after a prior and the FAQ's own trials."""
    counts = _importance(trials)
    subject = _most_likely(
        [t.signs.of_subject for t in trials], [t.on_subject for t in trials], counts, priors.subject
    )
    if priors.in_one:
        first = _most_likely(
            [t.signs.of_subject for t in trials],
            [t.right for t in trials],
            counts,
            priors.first,
            -1,
        )
        return Calibration(subject, first, in_one=True)
    on_subject = [t.on_subject for t in trials]
    first = _most_likely(
        [t.signs.of_first for t in trials if t.on_subject],
        [t.right for t in trials if t.on_subject],
        counts[on_subject],
        priors.first,
    )
    return Calibration(subject, first)


def _importance(trials: Sequence[Trial]) -> Doubles:
    """How much each trial counts: 1 if in scope, the others so that all are as in real queries.

    Questions about other things alone tell nothing: without a phrasing of an entry none counts.
    """
    in_scope = np.array([t.in_scope for t in trials], dtype=bool)
    on_subject = np.array([t.on_subject for t in trials], dtype=bool)
    near, far = on_subject & ~in_scope, ~on_subject
    total = in_scope.sum() / IN_SCOPE_SHARE
    of_near = near * total * (_on_subject(IN_SCOPE_SHARE) - IN_SCOPE_SHARE) / max(1, near.sum())
    of_far = far * total * (1 - _on_subject(IN_SCOPE_SHARE)) / max(1, far.sum())
    return np.asarray(in_scope + of_near + of_far)


def _on_subject(in_scope: float) -> float:
    """The share of queries on the subject, if so many are in scope."""
    return in_scope + NEAR_SHARE * (1 - in_scope)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _most_likely(
    signs: Sequence[tuple[float, ...]],
    happened: Sequence[bool],
    importance: Doubles,
    prior: Prior,
    free: int = 0,
) -> Floats:
    """The weights most likely after what is known and what was seen (Newton's method).

    Those before `free` stay as they are known; -1 leaves the constant.
    """
    known, firm = np.array(prior.weights), PRIOR_TRIALS * np.array(prior.information)[free:, free:]
    rows = np.array(signs, dtype=np.float64).reshape(-1, len(known))
    truth = np.array(happened, dtype=np.float64)
    weights = known.copy()
    for _ in range(25 if signs else 0):
        said = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        seen = rows[:, free:]
        gradient = seen.T @ (importance * (truth - said)) - firm @ (weights - known)[free:]
        curvature = (seen * (importance * said * (1 - said))[:, None]).T @ seen + firm
        weights[free:] += np.linalg.solve(curvature + 1e-9 * np.eye(len(firm)), gradient)
    return weights.astype(np.float32)


def _probability(weights: Floats, signs: Sequence[float]) -> float:
    """The probability, 0 to 1, that these weights give what has these signs."""
    exponent = float(np.dot(weights, signs))
    return float(1 / (1 + np.exp(-np.clip(exponent, -SUREST, SUREST))))
