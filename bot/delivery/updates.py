"""Updates from arrival to handled: stored, in order within a chat, some at a time, none for ever.

What has arrived lies in the inbox; from there as many are taken up as there is room for, those of
people in danger first. How each ended is noted there, many at a time.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from telegram import Bot, Update
from telegram.error import TelegramError

from bot.delivery.attempts import Attempt, Backoff, Failure, attempt, is_quiet
from bot.delivery.raw import Raw, content, item_of
from bot.delivery.unstored import Unstored
from bot.monitoring.metrics import Metrics
from bot.storage.database import StoreError
from bot.storage.inbox import LONGEST_PAUSE, Ended, Inbox, Item
from bot.ui.texts import texts_for

_log = logging.getLogger(__name__)

#: More do not help: with 256 at a time 267 messages/s became 47.
AT_A_TIME = 32
#: A quick Telegram needs fewer, and what is in hand when the process is killed is answered twice:
#: so many as make this rate (updates/s) at the pace they are handled, and no fewer than FEW.
RATE = 150.0
FEW = 4
#: One that takes longer is waiting for something, and leaves its place to another (seconds).
LONG = 0.5
#: Kept free for emergencies, should all others hang.
RESERVED = 4
#: A reply takes milliseconds and its sending seconds at worst: after this something hangs.
DEADLINE = 30.0
#: An answer that cannot be sent is tried again for ten minutes; after that nobody waits for it.
NOT_SENT = Backoff(2.0, 180.0)
#: One that may have arrived is tried again for a minute and a half.
UNCLEAR = Backoff(5.0, 80.0)
#: Begun so often, an update is what ends the process.
FATAL_TRIES = 15
#: How often to look for what nobody tells of: pauses that have ended, processes that have died.
TICK = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many updates at a time, and how long each may take (seconds)."""

    at_a_time: int = AT_A_TIME
    deadline: float = DEADLINE
    not_sent: Backoff = NOT_SENT
    unclear: Backoff = UNCLEAR
    tick: float = TICK
    #: How long what could not be stored may keep Telegram waiting.
    unstored: float = 5.0
    drain: float = 3.0  # of the 5 s a process has after SIGTERM


class Handlers(Protocol):
    """What answers updates (telegram.ext.Application)."""

    @property
    def bot(self) -> Bot: ...

    async def process_update(self, update: object) -> None:
        """Answer; raises what went wrong."""
        ...


class Work:
    """The updates in hand of one process."""

    def __init__(
        self,
        application: Handlers,
        *,
        inbox: Inbox,
        metrics: Metrics,
        is_urgent: Callable[[str], bool] = lambda text: False,
        pace: Pace | None = None,
    ) -> None:
        self._process = application.process_update
        self._bot = application.bot
        self._inbox = inbox
        self._database = inbox.database
        self._metrics = metrics
        self._is_urgent = is_urgent
        self._pace = pace or Pace()
        self._unstored = Unstored()
        self._tasks: dict[asyncio.Task[Ended], Item] = {}
        self._begun: dict[asyncio.Task[Ended], float] = {}
        self._usual = 0.0  # seconds an update takes
        self._waiting = 0
        self._ended: list[Ended] = []
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    async def accept(self, raws: Sequence[Raw]) -> bool:
        """Take over updates; whether Telegram may forget them."""
        now = self._database.clock()
        items = [item_of(raw, now, self._is_urgent) for raw in raws]
        for raw in raws:
            self._metrics.count_update(content(raw)[0])
        try:
            await self._inbox.add(items, tell=len(items) > self._room())
        except StoreError:
            self._unstored.add(items)
            self._wake.set()
            return await self._unstored.until_handled(items, self._pace.unstored)
        self._wake.set()
        return True

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what is in hand."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._wake.set())
        ticked = -self._pace.tick
        while not stop.is_set():
            if (now := time.monotonic()) - ticked >= self._pace.tick:
                ticked = now
                await self._look_around()
            await self._turn(self._room())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pace.tick)
            self._wake.clear()
        await self._drain()

    def _room(self) -> int:
        """How many more updates to take up."""
        room = self._pace.at_a_time - len(self._tasks) + self._waiting
        enough = max(FEW, math.ceil(RATE * self._usual))
        young = sum(time.monotonic() - begun < LONG for begun in self._begun.values())
        return min(room, enough - young)

    async def _turn(self, room: int) -> None:
        """Note how updates ended, and take up others."""
        busy = {item.lane for item in self._tasks.values()}
        for item in self._unstored.take(room, busy):
            self._start(item)
            room -= 1
        urgent_room = room + RESERVED
        if urgent_room <= 0 and not self._ended:
            return
        ended, self._ended = self._ended, []
        try:
            items = await self._inbox.turn(ended, room=max(room, 0), urgent_room=urgent_room)
        except StoreError:
            self._ended = [*ended, *self._ended]
            return
        for item in items:
            self._start(item)
        if ended and not self._tasks:
            self._database.tidy()

    async def _look_around(self) -> None:
        with suppress(StoreError):
            if orphans := await self._inbox.release_orphans():
                _log.warning("%d updates of a process that has died are taken over", orphans)
            count, age, _ = await self._inbox.waiting()
            self._metrics.note_waiting(count + len(self._unstored.items), age)
            self._metrics.note_dead_letters(await self._inbox.dead_letters())

    def _start(self, item: Item) -> None:
        task = asyncio.create_task(self._handle(item))
        self._tasks[task] = item
        self._begun[task] = time.monotonic()
        task.add_done_callback(self._leave)

    def _leave(self, task: asyncio.Task[Ended]) -> None:
        """Note how an attempt has ended."""
        item = self._tasks.pop(task)
        if begun := self._begun.pop(task, None):
            self._usual += 0.1 * (min(time.monotonic() - begun, LONG) - self._usual)
        self._wake.set()
        if task.cancelled():
            return
        if error := task.exception():
            _log.critical("update %d was dropped", item.update_id, exc_info=error)
        ended = Ended(item, given_up=repr(error)) if error else task.result()
        if ended.given_up:
            self._metrics.count_error("given up")
            _log.error("update %d is given up: %s", item.update_id, ended.given_up)
        unstored = item.update_id in self._unstored.items
        if unstored:
            self._unstored.end(ended)
        if not unstored or ended.pause is None:
            self._ended.append(ended)
        if ended.pause is None:
            self._metrics.count_handled(max(0.0, self._database.clock() - item.arrived))

    async def _handle(self, item: Item) -> Ended:
        if item.update_id in self._unstored.handled:  # stored after all, a moment too late
            return Ended(item)
        if item.tries >= FATAL_TRIES:
            return Ended(item, given_up="it was begun and not ended too often")
        if (update := parse(item.raw, self._bot)) is None:
            return Ended(item, given_up="it cannot be read")
        return await self._once(item, update)

    async def _once(self, item: Item, update: Update) -> Ended:
        current: Attempt | None = None
        first = item.tries == 0
        if first and (sent := _sent(item.raw)):
            self._metrics.note_age(self._database.clock() - sent)
        try:
            async with attempt(self._pace.deadline, first=first, waiting=self._wait) as current:
                await self._process(update)
        except TimeoutError as error:
            _log.error("update %d took over %.0f s", item.update_id, self._pace.deadline)
            return await self._failed(item, update, current, error)
        except Exception as error:
            return await self._failed(item, update, current, error)
        return Ended(item)

    def _wait(self, waiting: bool) -> None:
        """Who waits because Telegram said so leaves room for others."""
        self._waiting += 1 if waiting else -1
        if task := asyncio.current_task():
            self._begun.pop(task, None)
        self._wake.set()

    async def _failed(
        self, item: Item, update: Update, current: Attempt | None, error: Exception
    ) -> Ended:
        """What to do about an attempt that has failed; the person is told where it is the end."""
        if is_quiet(error):
            return Ended(item)
        from_telegram = isinstance(error, TelegramError | TimeoutError)
        if current and from_telegram and current.may_be_repeated:
            pause = current.pause(item.tries + 1, self._pace.not_sent, self._pace.unclear)
            if pause is None:
                return Ended(item, given_up=f"its answer cannot be sent ({error})")
            _log.warning("update %d: not sent, again in %.0f s", item.update_id, pause)
            return Ended(item, pause=min(pause, LONGEST_PAUSE))
        self._metrics.count_error(type(error).__name__)
        _log.error("update %d went wrong", item.update_id, exc_info=error)
        if current is None or current.failure is not Failure.UNCLEAR:  # it may have arrived
            await self._apologise(update)
        return Ended(item)

    async def _apologise(self, update: Update) -> None:
        message, chat = update.effective_message, update.effective_chat
        if chat is None:
            return
        user = update.effective_user
        text = texts_for(user.language_code if user else None).trouble
        thread = message.message_thread_id if message and message.is_topic_message else None
        try:
            async with asyncio.timeout(self._pace.deadline):
                await self._bot.send_message(chat.id, text, message_thread_id=thread)
        except (TelegramError, TimeoutError) as error:
            _log.warning("update %d: could not tell the person (%s)", update.update_id, error)

    async def _drain(self) -> None:
        """Finish what is in hand; the rest is given back, for this bot's next life or another."""
        if self._tasks:
            _log.info("finishing %d updates", len(self._tasks))
            await asyncio.wait(self._tasks, timeout=self._pace.drain)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)  # for what they have left behind
        for _ in range(4):  # a store that rests is back in a second
            try:
                await self._inbox.turn(self._ended, room=0, urgent_room=0)
                await self._inbox.release()
            except StoreError:
                await asyncio.sleep(0.5)
            else:
                break
        self._database.tidy()


def parse(raw: Raw, bot: Bot) -> Update | None:
    """The update, or None for one that PTB cannot read."""
    try:
        return Update.de_json(raw, bot)
    except Exception as error:  # whatever a malformed update makes PTB raise
        _log.error("update %s cannot be read: %r", raw.get("update_id"), error)
        return None


def _sent(raw: Raw) -> float | None:
    """When somebody wrote or edited a message (seconds since 1970, by Telegram's clock)."""
    kind, brought = content(raw)
    date = brought.get("edit_date") or brought.get("date") if "message" in kind else None
    return float(date) if isinstance(date, int) else None
