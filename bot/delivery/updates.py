"""One update from arrival to handled: in order within a chat, some at a time, none for ever."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from telegram import Update

from bot.delivery.attempt import attempt
from bot.delivery.outgoing import Failure
from bot.delivery.trouble import Trouble
from bot.monitoring.metrics import Metrics
from bot.storage.updates import State

_log = logging.getLogger(__name__)

#: Measured: 8-32 at a time give some 267 messages/s at 100 ms API latency; 256 collapse to 47/s.
AT_A_TIME = 16
#: A reply takes milliseconds and its sending seconds at worst: after this something hangs.
DEADLINE = 30.0
#: An answer that cannot be sent is tried again for ten minutes; after that nobody waits for it.
PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0, 60.0, 120.0, 120.0, 180.0)
#: One that may have arrived is tried again for a minute and a half: nobody wants it five times.
UNCLEAR_PAUSES = (5.0, 20.0, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many updates at a time, and how long each may take (seconds)."""

    at_a_time: int = AT_A_TIME
    deadline: float = DEADLINE
    pauses: tuple[float, ...] = PAUSES
    unclear_pauses: tuple[float, ...] = UNCLEAR_PAUSES


class Work:
    """The updates in hand."""

    def __init__(
        self,
        process: Callable[[Update], Awaitable[None]],
        *,
        state: State,
        metrics: Metrics,
        trouble: Trouble,
        pace: Pace | None = None,
    ) -> None:
        self._process = process
        self._state = state
        self._metrics = metrics
        self._trouble = trouble
        self._pace = pace or Pace()
        self._slots = asyncio.Semaphore(self._pace.at_a_time)
        self._last: dict[int, asyncio.Task[None]] = {}

    def start(self, update: Update) -> asyncio.Task[None]:
        """Handle the update in its turn; the task ends when it is handled and remembered."""
        lane = _lane(update)
        task = asyncio.create_task(self._in_turn(update, self._last.get(lane)))
        self._last[lane] = task
        task.add_done_callback(partial(self._leave, lane))
        return task

    def _leave(self, lane: int, task: asyncio.Task[None]) -> None:
        if self._last.get(lane) is task:
            del self._last[lane]
        if not task.cancelled() and (error := task.exception()):
            _log.critical("an update was dropped", exc_info=error)

    async def _in_turn(self, update: Update, previous: asyncio.Task[None] | None) -> None:
        arrived = time.monotonic()
        self._metrics.count_update(_kind(update))
        try:
            if previous:
                await asyncio.wait([previous])
            if not self.is_handled(update.update_id):
                await self._until_sent(update)
                self._remember(update.update_id)
        finally:
            self._metrics.count_handled(time.monotonic() - arrived)

    async def _until_sent(self, update: Update) -> None:
        tries: Counter[Failure] = Counter()
        while True:
            await self._once(update, first=not tries)
            if not (failure := self._trouble.take_unsent(update.update_id)):
                return
            pace = self._pace
            pauses = pace.unclear_pauses if failure is Failure.UNCLEAR else pace.pauses
            if tries[failure] == len(pauses):
                break
            pause = pauses[tries[failure]]
            tries[failure] += 1
            _log.warning("update %d: not sent, again in %.0f s", update.update_id, pause)
            await asyncio.sleep(pause)
        self._metrics.count_error("unsent")
        _log.error("update %d: the answer could not be sent, given up", update.update_id)

    async def _once(self, update: Update, *, first: bool) -> None:
        try:
            async with attempt(self._pace.deadline, self._slots, first=first) as current:
                await self._process(update)
        except TimeoutError:
            self._metrics.count_error("deadline")
            _log.error("update %d took over %.0f s", update.update_id, self._pace.deadline)
            if current.failed and not current.sent:
                self._trouble.note_unsent(update.update_id, Failure.UNCLEAR)
            else:
                await self._trouble.say(update)

    def is_handled(self, update_id: int) -> bool:
        """Whether an update was handled before, by this process or an earlier one."""
        try:
            return self._state.is_handled(update_id)
        except sqlite3.Error as error:
            _log.error("cannot read which updates are handled: %s", error)
            return False

    def _remember(self, update_id: int) -> None:
        try:
            self._state.remember(update_id)
        except sqlite3.Error as error:
            _log.error("update %d is handled, but cannot be remembered: %s", update_id, error)


def _lane(update: Update) -> int:
    """What has to be handled in order: a chat, or a person without one (inline queries)."""
    if chat := update.effective_chat:
        return chat.id
    return user.id if (user := update.effective_user) else 0


def _kind(update: Update) -> str:
    kinds = ("message", "edited_message", "callback_query", "inline_query")
    return next((kind for kind in kinds if getattr(update, kind)), "other")
