"""The poll loop: what Telegram sends is stored, and confirmed with the next poll.

Of several processes that share a store one polls; another takes over when it is gone.
"""

from __future__ import annotations

import asyncio
import logging
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.delivery.attempts import Backoff
from bot.delivery.outgoing import seconds_to_wait
from bot.delivery.shutdown import unless_stopped
from bot.delivery.updates import ALLOWED_UPDATES, Raw
from bot.monitoring.metrics import Metrics
from bot.settings import SettingsError
from bot.storage.database import Database

_log = logging.getLogger(__name__)

#: The lock of the process that polls (bot.storage.database: Engine.hold).
POLL_LOCK = 1
#: Nobody waits more than five seconds once an outage is over, and one small request in five
#: seconds burdens nobody.
POLLS = Backoff(0.2, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the loop waits for what (seconds)."""

    poll: float = 25.0  # a long poll; with `grace` a dead line is found out within 35 s
    grace: float = 10.0
    backoff: Backoff = POLLS
    #: 401 or 404 for five minutes is no hiccup of Telegram's: the token is revoked.
    revoked: float = 300.0
    #: Whoever does not poll looks so often whether he shall.
    standby: float = 0.2
    #: With the store away for so long, nobody can say who polls: let Telegram decide.
    orphaned: float = 10.0


class Intake(Protocol):
    """Who takes updates over (bot.delivery.updates.Work)."""

    async def accept(self, raws: list[Raw]) -> bool: ...


class Poller:
    """Fetches updates, hands them to `work`, and confirms them."""

    def __init__(
        self,
        bot: Bot,
        work: Intake,
        *,
        database: Database,
        metrics: Metrics,
        patience: Patience | None = None,
    ) -> None:
        self._bot = bot
        self._work = work
        self._database = database
        self._metrics = metrics
        self._patience = patience or Patience()
        self._failures = Failures(self._patience.backoff, self._patience.revoked)
        self._offset: int | None = None
        self._polls: bool | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`. Raises SettingsError when Telegram refuses the token for minutes."""
        # PTB recommends get_updates instead, which parses all updates or none.
        warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
        while not stop.is_set():
            await unless_stopped(stop, self._turn())
        await self._confirm()

    async def _turn(self) -> None:
        if not self._may_poll():
            await asyncio.sleep(self._patience.standby)
            return
        try:
            await self._poll()
        except Exception as error:  # whatever the network, PTB or the disk come up with
            await asyncio.sleep(self._failures.pause(error))

    def _may_poll(self) -> bool:
        holds = self._database.engine.hold(POLL_LOCK)
        may = holds or self._database.away_for() > self._patience.orphaned
        if may is not self._polls:
            _log.info("this process polls now" if may else "another process polls; standing by")
        self._polls = may
        self._metrics.note_standby(not may)
        return may

    async def _poll(self) -> None:
        updates = await self._fetch(self._patience.poll)
        self._failures.over()
        self._metrics.note_poll()
        if not updates:
            # After a quiet week Telegram's ids start anew, maybe lower: poll without an offset.
            self._offset = None
        elif await self._work.accept(updates):
            self._offset = updates[-1]["update_id"] + 1
        else:
            await asyncio.sleep(self._patience.standby)  # not safe yet: they come again

    async def _fetch(self, timeout: float) -> list[Raw]:
        """Raw updates: one that PTB cannot read must not hide the rest."""
        arguments: dict[str, Any] = {
            "timeout": int(timeout),
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            arguments["offset"] = self._offset
        grace = self._patience.grace
        call = self._bot.do_api_request("getUpdates", arguments, read_timeout=timeout + grace)
        # A body that trickles in never trips a read timeout: hence another limit over all.
        updates: list[Raw] = await asyncio.wait_for(call, timeout + 2 * grace)
        return updates

    async def _confirm(self) -> None:
        """One last getUpdates. What it returns stays unconfirmed, so nothing is lost by it."""
        if self._offset is None:
            return
        try:
            await asyncio.wait_for(self._fetch(0), 0.7)
        except Exception as error:  # the bot ends anyway
            _log.warning("last confirmation failed (%r): repetitions will be skipped", error)


class Failures:
    """One row of failed polls, until one succeeds: how long to wait, what to say, when to end."""

    def __init__(
        self, backoff: Backoff, revoked: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._backoff = backoff
        self._revoked = revoked
        self._clock = clock
        self._row = 0
        self._refused_at: float | None = None
        self._said = ""

    def over(self) -> None:
        """A poll has succeeded."""
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
        return self._backoff.pause(self._row)

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
