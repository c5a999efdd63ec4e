"""Chooses the two thresholds from what happened to held-out phrasings, and tells their effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from faq.curator.cross_validation import Rehearsal, governed, inside, outside
from faq.curator.evaluation import Rate
from faq.model import IN_SCOPE_SHARE, Outcome, Thresholds

#: Of a hundred held-out queries at most so many may get a wrong answer. A held-out phrasing is
#: harder than a new question, which still has all phrasings to help it: on the 291 development
#: questions thresholds chosen for 5 in 100 gave 3 wrong answers in 100.
WRONG_AT_MOST = 0.05
#: Fewer held-out phrasings tell nothing.
LEAST = 40
#: With fewer shipped negatives than this, phrasings whose own entry is taken away stand in.
LEAST_NEGATIVES = 20


@dataclass(frozen=True, slots=True)
class Effect:
    """What thresholds do: to phrasings of entries, and to queries no entry should answer."""

    right: Rate
    wrong: Rate
    asked_back: Rate
    declined: Rate
    outside_answered: Rate
    outside_asked_back: Rate

    @property
    def wrong_share(self) -> float:
        """Of all queries, the share answered wrongly."""
        return _mixed(self.wrong, self.outside_answered)

    @property
    def failed_share(self) -> float:
        """Of all queries, the share declined though an entry fits or asked back though none."""
        return _mixed(self.declined, self.outside_asked_back)


def _mixed(own: Rate, other: Rate) -> float:
    """A share of all queries, where `IN_SCOPE_SHARE` of them are in scope."""
    return IN_SCOPE_SHARE * own.share + (1 - IN_SCOPE_SHARE) * other.share


def asked(rehearsals: Sequence[Rehearsal]) -> tuple[list[Rehearsal], list[Rehearsal]]:
    """The phrasings thresholds decide about, and the queries that no entry should answer."""
    ours = governed(rehearsals)
    other = outside(ours)
    negatives = [r for r in other if r.kind is None]
    return inside(ours), negatives if len(negatives) >= LEAST_NEGATIVES else other


def effect(rehearsals: Sequence[Rehearsal], thresholds: Thresholds) -> Effect:
    """What these thresholds would have done.

    Asked back is what scores alone lead to: where none of the entries offered explains a query, the
    responder still declines.
    """
    own, other = asked(rehearsals)
    ended = Counter((_outcome(r, thresholds), r.right) for r in own)
    elsewhere = Counter(_outcome(r, thresholds) for r in other)
    return Effect(
        Rate(ended[Outcome.ANSWER, True], len(own)),
        Rate(ended[Outcome.ANSWER, False], len(own)),
        Rate(ended[Outcome.SUGGEST, True] + ended[Outcome.SUGGEST, False], len(own)),
        Rate(ended[Outcome.FALLBACK, True] + ended[Outcome.FALLBACK, False], len(own)),
        Rate(elsewhere[Outcome.ANSWER], len(other)),
        Rate(elsewhere[Outcome.SUGGEST], len(other)),
    )


def _outcome(rehearsal: Rehearsal, thresholds: Thresholds) -> Outcome:
    if rehearsal.score >= thresholds.answer and rehearsal.may_answer:
        return Outcome.ANSWER
    return Outcome.SUGGEST if rehearsal.offered >= thresholds.suggest else Outcome.FALLBACK


def choose(rehearsals: Sequence[Rehearsal]) -> Thresholds | None:
    """The lowest `answer` with few wrong answers, the `suggest` that fails fewest.

    Whole scores; None where there are too few phrasings to tell.
    """
    if len(asked(rehearsals)[0]) < LEAST:
        return None
    answers = (effect(rehearsals, Thresholds(t, 0, "")) for t in range(100))
    answer = next((t for t, e in enumerate(answers) if e.wrong_share <= WRONG_AT_MOST), 100)
    below = {t: effect(rehearsals, Thresholds(answer, t, "")) for t in range(answer + 1)}
    suggest = min(below, key=lambda t: (below[t].failed_share, -t))
    return Thresholds(float(answer), float(suggest), _origin(below[suggest]))


def _origin(found: Effect) -> str:
    return (
        f"python -m faq check, {found.right.total} held-out phrasings and "
        f"{found.outside_answered.total} queries without an entry: "
        f"{100 * found.wrong_share:.1f} % answered wrongly (at most {100 * WRONG_AT_MOST:.0f} %), "
        f"{100 * found.failed_share:.1f} % declined or asked back in vain (the fewest possible)"
    )
