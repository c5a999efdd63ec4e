"""bot.delivery.flood_limit: 20 questions a minute, then one request to slow down."""

from __future__ import annotations

from bot.delivery.flood_limit import FloodLimit, Verdict

WELCOME, ASK, DROP = Verdict.WELCOME, Verdict.ASK_TO_SLOW_DOWN, Verdict.DROP


def test_asked_once_and_others_feel_nothing() -> None:
    limit = FloodLimit()
    assert [limit.check(1, second) for second in range(23)] == [WELCOME] * 20 + [ASK, DROP, DROP]
    assert limit.check(2, 23) is WELCOME


def test_the_window_slides() -> None:
    limit = FloodLimit(questions=2, window=10)
    assert [limit.check(1, now) for now in (0, 5, 9, 10, 11, 15)] == [
        WELCOME,
        WELCOME,
        ASK,
        WELCOME,  # the question at 0 is a window old
        ASK,
        WELCOME,
    ]


def test_memory_is_bounded() -> None:
    limit = FloodLimit(people=10)
    for person in range(1_000):
        limit.check(person, 0)
    assert len(limit._asked) == 10
