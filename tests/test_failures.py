"""bot.delivery.polling: polls failing in a row are waited out, said once, given up if hopeless."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from telegram.error import (
    Conflict,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.polling import POLLS, Failures
from bot.settings import SettingsError

REVOKED = 300.0


def new(clock: Callable[[], float] = time.monotonic) -> Failures:
    return Failures(POLLS, REVOKED, clock)


def test_pauses_grow_to_a_limit() -> None:
    failures = new()
    pauses = [failures.pause(NetworkError("reset")) for _ in range(20)]
    assert POLLS.first / 2 <= pauses[0] <= POLLS.first
    assert all(POLLS.longest / 2 <= pause <= POLLS.longest for pause in pauses[5:])
    assert len(set(pauses)) == 20  # jitter: bots that fail together do not come back together


def test_a_success_ends_the_row() -> None:
    failures = new()
    for _ in range(20):
        failures.pause(TimeoutError())
    failures.over()
    assert failures.pause(TimeoutError()) <= POLLS.first


def test_waits_as_long_as_told() -> None:
    assert new().pause(RetryAfter(7)) == pytest.approx(7.1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InvalidToken("Unauthorized"), "Token revoked?"),
        (EndPointNotFound("Not Found"), "Token revoked?"),
        (Conflict("terminated"), "another process polls with this token"),
    ],
)
def test_said_once(error: TelegramError, said: str, caplog: pytest.LogCaptureFixture) -> None:
    failures = new()
    for _ in range(5):
        failures.pause(error)
    assert caplog.text.count(said) == 1


def test_a_revoked_token_ends_the_bot() -> None:
    now = 0.0
    failures = new(lambda: now)
    failures.pause(InvalidToken("Unauthorized"))
    now = REVOKED - 1
    failures.pause(EndPointNotFound("Not Found"))
    now = REVOKED + 1
    with pytest.raises(SettingsError, match="revoked"):
        failures.pause(InvalidToken("Unauthorized"))


def test_refused_now_and_then_is_not_revoked() -> None:
    now = 0.0
    failures = new(lambda: now)
    for _ in range(3):
        failures.pause(InvalidToken("Unauthorized"))
        failures.pause(NetworkError("reset"))
        now += REVOKED
