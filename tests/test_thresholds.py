"""Thresholds are chosen for a stated rate, from what happened to held-out phrasings."""

from __future__ import annotations

from faq.curator.cross_validation import Rehearsal
from faq.curator.thresholds import WRONG_AT_MOST, choose, effect
from faq.model import Outcome, Thresholds


def rehearsed(score: float, *, leader: str = "a", entry: str | None = "a") -> Rehearsal:
    return Rehearsal("x", Outcome.ANSWER if entry else None, entry, leader, score, score)


def test_thresholds_are_the_lowest_that_keep_the_stated_rate() -> None:
    right = [rehearsed(score) for score in range(50, 100)] * 2
    wrong = [rehearsed(score, leader="b") for score in range(20, 60)]
    off_topic = [rehearsed(score, entry=None) for score in range(0, 30)]
    run = [*right, *wrong, *off_topic]
    chosen = choose(run)
    assert chosen is not None
    below = Thresholds(chosen.answer - 1, 0, "")
    assert effect(run, chosen).wrong_share <= WRONG_AT_MOST < effect(run, below).wrong_share
    for other in range(int(chosen.answer) + 1):
        worse = effect(run, Thresholds(chosen.answer, other, ""))
        assert worse.failed_share >= effect(run, chosen).failed_share
    assert "140 held-out phrasings and 30 queries" in chosen.origin


def test_what_explains_too_little_is_asked_back_not_answered() -> None:
    unsure = Rehearsal("x", Outcome.ANSWER, "a", "b", 99, 99, may_answer=False)
    found = effect([rehearsed(99), unsure], Thresholds(50, 20, ""))
    assert (found.right.share, found.wrong.share, found.asked_back.share) == (0.5, 0, 0.5)


def test_alerts_do_not_sway_thresholds_and_few_phrasings_choose_none() -> None:
    alert = Rehearsal("x", Outcome.EMERGENCY, "fire", "tea", 99, 99)
    assert effect([alert], Thresholds()).wrong.total == 0
    assert choose([rehearsed(90)] * 39) is None
