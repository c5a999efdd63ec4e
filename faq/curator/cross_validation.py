"""Every phrasing of a FAQ asked as if it were new: what the matcher makes of it unseen.

The one module here that knows how the matcher holds phrasings out (`Matcher.trials`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faq.certainty import MOST_OFFERED, may_answer, needed_to_answer
from faq.curator.evaluation import Scored
from faq.matching.calibration import Trial
from faq.matching.coverage import coverage_of
from faq.matching.matcher import Matcher
from faq.model import ALERTS, IN_SCOPE_SHARE, Outcome


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One held-out phrasing: the entry that leads for it, with what score (0-100).

    `entry` is the entry that should lead; None where none should: a negative, or a phrasing
    whose own entry was taken away. `kind` is that of the phrasing's own entry, None for a
    negative.
    """

    phrasing: str
    kind: Outcome | None
    entry: str | None
    leader: str
    score: float
    #: What it and the next entries score together.
    offered: float
    #: Whether the leading entry explains enough of it to answer.
    may_answer: bool = True

    @property
    def right(self) -> bool:
        """Whether its own entry leads."""
        return self.leader == self.entry


def rehearse(matcher: Matcher) -> tuple[Rehearsal, ...]:
    """Every phrasing held out, those that must not be answered too (a sample in a large FAQ)."""
    return tuple(_rehearsal(matcher, trial) for trial in matcher.trials(sys.maxsize))


def _rehearsal(matcher: Matcher, trial: Trial) -> Rehearsal:
    label = int(matcher.labels[trial.number])
    own = matcher.entries[label] if label < len(matcher.entries) else None
    leader, words = matcher.entries[trial.leader], matcher.training_set.words[trial.number]
    itself = words if trial.leader == label else ()
    covered = coverage_of(matcher.vocabulary(trial.leader), words, itself)
    scores = matcher.calibration.scores(trial.signs, trial.odds[:MOST_OFFERED])
    score, offered = float(scores[0]), float(scores.sum())
    return Rehearsal(
        matcher.texts[trial.number],
        own.kind if own else None,
        own.id if own and trial.in_scope else None,
        leader.id,
        score,
        offered,
        may_answer(leader, score, covered, needed_to_answer(matcher)),
    )


def inside(rehearsals: Iterable[Rehearsal]) -> list[Rehearsal]:
    """Those an entry should answer."""
    return [r for r in rehearsals if r.entry is not None]


def outside(rehearsals: Iterable[Rehearsal]) -> list[Rehearsal]:
    """Those no entry should answer."""
    return [r for r in rehearsals if r.entry is None]


def governed(rehearsals: Iterable[Rehearsal]) -> list[Rehearsal]:
    """Those the thresholds decide about: all but the phrasings of alerts, which go by their own."""
    return [r for r in rehearsals if r.kind not in ALERTS]


def scored(rehearsals: Sequence[Rehearsal]) -> list[Scored]:
    """For the reliability table: queries in and out of scope in the shares they are asked."""
    own, other = inside(rehearsals), outside(rehearsals)
    return [
        *(Scored(r.score, r.right, IN_SCOPE_SHARE / len(own)) for r in own),
        *(Scored(r.score, r.right, (1 - IN_SCOPE_SHARE) / len(other)) for r in other),
    ]
