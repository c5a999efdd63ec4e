"""Chooses the two thresholds from what happened to held-out phrasings, and tells their effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faq.calibration import IN_SCOPE_SHARE
from faq.evaluation import Rate
from faq.knowledge import Thresholds
from faq.rehearsal import Rehearsal, governed, inside, outside

#: Of a hundred queries at most three may get a wrong answer ...
WRONG_AT_MOST = 0.03
#: ... and of a hundred queries the FAQ has an entry for at most two no reply to choose from.
DECLINED_AT_MOST = 0.02
#: Too few held-out phrasings to choose from.
LEAST = 40


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
        """Of all queries, `IN_SCOPE_SHARE` of them in scope, the share answered wrongly."""
        return (
            IN_SCOPE_SHARE * self.wrong.share + (1 - IN_SCOPE_SHARE) * self.outside_answered.share
        )


def effect(rehearsals: Sequence[Rehearsal], thresholds: Thresholds) -> Effect:
    """What these thresholds would have done."""
    asked, other = inside(governed(rehearsals)), outside(governed(rehearsals))
    answered = [r for r in asked if r.score >= thresholds.answer]
    declined = [r for r in asked if r.score < thresholds.suggest]
    right = sum(r.right for r in answered)
    others_answered = sum(r.score >= thresholds.answer for r in other)
    others_reacted = sum(r.score >= thresholds.suggest for r in other)
    return Effect(
        Rate(right, len(asked)),
        Rate(len(answered) - right, len(asked)),
        Rate(len(asked) - len(answered) - len(declined), len(asked)),
        Rate(len(declined), len(asked)),
        Rate(others_answered, len(other)),
        Rate(others_reacted - others_answered, len(other)),
    )


def choose(rehearsals: Sequence[Rehearsal]) -> Thresholds | None:
    """The lowest answer threshold with few wrong answers, the highest that declines few.

    Whole scores; None where there are too few phrasings to tell.
    """
    asked = inside(governed(rehearsals))
    if len(asked) < LEAST:
        return None
    answer = next((t for t in range(101) if _at(rehearsals, t).wrong_share <= WRONG_AT_MOST), 100)
    suggest = max(t for t in range(answer + 1) if _declined(asked, t) <= DECLINED_AT_MOST)
    return Thresholds(float(answer), float(suggest), _origin(rehearsals, answer, suggest))


def _at(rehearsals: Sequence[Rehearsal], answer: float) -> Effect:
    return effect(rehearsals, Thresholds(answer, 0.0, ""))


def _declined(asked: Iterable[Rehearsal], suggest: float) -> float:
    below = [r.score < suggest for r in asked]
    return sum(below) / len(below)


def _origin(rehearsals: Sequence[Rehearsal], answer: float, suggest: float) -> str:
    found = effect(rehearsals, Thresholds(answer, suggest, ""))
    return (
        f"python -m faq check, {found.right.total} held-out phrasings: "
        f"{_percent(found.wrong_share)} of queries answered wrongly (at most "
        f"{_percent(WRONG_AT_MOST)}), {_percent(found.declined.share)} of those in scope declined "
        f"(at most {_percent(DECLINED_AT_MOST)})"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
