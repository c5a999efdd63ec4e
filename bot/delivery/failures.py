"""When polls fail in a row: how long to wait, what to say, when to give up."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable

from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.delivery.outgoing import seconds_to_wait
from bot.settings import SettingsError

_log = logging.getLogger(__name__)

#: Seconds, doubled from failure to failure. Nobody waits more than five seconds once an outage is
#: over, and one small request in five seconds burdens nobody.
BACKOFF = 0.2
LONGEST_BACKOFF = 5.0
#: 401 or 404 for five minutes is no hiccup of Telegram's: the token is revoked.
REVOKED = 300.0


class Failures:
    """One row of failed polls, until one succeeds."""

    def __init__(
        self,
        *,
        backoff: float = BACKOFF,
        revoked: float = REVOKED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backoff = backoff
        self._revoked = revoked
        self._clock = clock
        self._row = 0
        self._refused_at: float | None = None
        self._said = ""

    def over(self) -> None:
        if self._row:
            _log.info("getUpdates works again after %d failures", self._row)
        self._row, self._refused_at, self._said = 0, None, ""

    def pause(self, error: Exception) -> float:
        """Seconds to wait before the next poll; raises SettingsError for a revoked token."""
        self._row += 1
        self._check_revoked(error)
        self._say(_reason(error))
        if isinstance(error, RetryAfter):
            return seconds_to_wait(error) + 0.1
        longest = min(self._backoff * 2 ** min(self._row - 1, 10), LONGEST_BACKOFF)
        return random.uniform(longest / 2, longest)

    def _check_revoked(self, error: Exception) -> None:
        if not isinstance(error, InvalidToken | EndPointNotFound):
            self._refused_at = None
            return
        if self._refused_at is None:
            self._refused_at = self._clock()
        if self._clock() - self._refused_at >= self._revoked:
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN is refused by Telegram for minutes now: it was revoked. "
                "Get the new one from @BotFather."
            )

    def _say(self, reason: str) -> None:
        if reason != self._said:  # once a row, not once a poll
            _log.error("getUpdates fails, trying on: %s", reason)
        self._said = reason


def _reason(error: Exception) -> str:
    match error:
        case InvalidToken() | EndPointNotFound():
            return "the token is refused. Token revoked?"
        case Conflict():
            return "another process polls with this token. Stop one of the two."
        case TimeoutError():
            return "no answer"
        case TelegramError():
            return error.message
    return repr(error)
