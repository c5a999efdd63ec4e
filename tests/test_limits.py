"""bot.delivery.flood_limit: 20 questions a minute, then one request a minute to slow down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from bot.delivery.flood_limit import FloodLimit, Kind, Verdict, prune
from bot.storage.database import Database

WELCOME, ASK, DROP = Verdict.WELCOME, Verdict.ASK_TO_SLOW_DOWN, Verdict.DROP


class Clock:
    """Ticks when told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(database: Database) -> Clock:
    clock = Clock()
    database.clock = clock
    return clock


def check(limit: FloodLimit, *counted: tuple[Kind, int], times: int = 1) -> Sequence[Verdict]:
    async def run() -> Sequence[Verdict]:
        return [await limit.check(*counted) for _ in range(times)]

    return asyncio.run(run())


def test_asked_once_a_minute_and_nothing_else_is_touched(database: Database, clock: Clock) -> None:
    limit = FloodLimit(database)
    assert check(limit, (Kind.QUESTION, 1), times=23) == [WELCOME] * 20 + [ASK, DROP, DROP]
    assert check(limit, (Kind.QUESTION, 2), (Kind.OTHER, 1)) == [WELCOME]
    clock.now -= 500  # a clock that was ahead
    assert check(limit, (Kind.QUESTION, 1)) == [WELCOME]


def test_what_is_refused_to_one_person_costs_the_group_nothing(
    database: Database, clock: Clock
) -> None:
    limit = FloodLimit(database)
    check(limit, (Kind.IN_GROUP, 1), (Kind.GROUP, -1), times=100)
    verdicts = check(limit, (Kind.IN_GROUP, 2), (Kind.GROUP, -1), times=9)
    assert verdicts == [WELCOME] * 8 + [ASK]


def test_whoever_goes_on_and_on_is_never_met_with_a_silent_minute(
    database: Database, clock: Clock
) -> None:
    limit, heard = FloodLimit(database), []
    for tick in range(500):
        clock.now = 1_000.0 + tick
        if check(limit, (Kind.OTHER, 1), times=2) != [DROP, DROP]:
            heard.append(clock.now)
    assert max(later - earlier for earlier, later in pairwise(heard)) <= 60.0


def test_a_minute_that_is_over_is_forgotten(database: Database, clock: Clock) -> None:
    check(FloodLimit(database), (Kind.QUESTION, 1))
    clock.now += 61
    database.now(lambda work: prune(work, clock.now))
    assert database.now(lambda work: work.all("SELECT count(*) FROM floods")) == [(0,)]


def test_without_a_store_all_are_welcome(database: Database) -> None:
    database.now(lambda work: work.run("DROP TABLE floods"))
    assert check(FloodLimit(database), (Kind.QUESTION, 1), times=30) == [WELCOME] * 30
