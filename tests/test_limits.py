"""bot.delivery.flood_limit: 20 questions a minute, then one request a minute to slow down."""

from __future__ import annotations

from itertools import pairwise

from bot.delivery.flood_limit import FloodLimit, Kind, Verdict

WELCOME, ASK, DROP = Verdict.WELCOME, Verdict.ASK_TO_SLOW_DOWN, Verdict.DROP


class Clock:
    """Ticks when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_asked_once_a_minute_and_nothing_else_is_touched() -> None:
    clock = Clock()
    limit = FloodLimit(clock=clock)
    verdicts = [limit.check(Kind.QUESTION, 1) for _ in range(23)]
    assert verdicts == [WELCOME] * 20 + [ASK, DROP, DROP]
    assert limit.check(Kind.QUESTION, 2) is WELCOME
    assert limit.check(Kind.OTHER, 1) is WELCOME


def test_whoever_goes_on_and_on_is_never_met_with_a_silent_minute() -> None:
    clock, heard = Clock(), []
    limit = FloodLimit(clock=clock)
    for clock.now in (tick / 10 for tick in range(5_000)):
        if limit.check(Kind.QUESTION, 1) is not DROP:
            heard.append(clock.now)
    gaps = [later - earlier for earlier, later in pairwise(heard)]
    assert max(gaps) <= 60.0


def test_memory_is_bounded() -> None:
    limit = FloodLimit(people=10)
    for person in range(1_000):
        limit.check(Kind.QUESTION, person)
    assert len(limit._windows) == 10
