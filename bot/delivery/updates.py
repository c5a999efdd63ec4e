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
from typing import Any

from telegram import Update

from bot.delivery.attempts import DEADLINE, NOT_SENT, UNCLEAR, Attempts, Backoff, Handlers
from bot.delivery.unstored import Unstored
from bot.monitoring.metrics import Metrics
from bot.storage.database import StoreError
from bot.storage.inbox import Ended, Inbox, Item

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
#: How often to look for what nobody tells of: pauses that have ended, processes that have died.
TICK = 1.0

Raw = dict[str, Any]
ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
)


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
        self._inbox = inbox
        self._database = inbox.database
        self._metrics = metrics
        self._is_urgent = is_urgent
        self._pace = pace = pace or Pace()
        self._attempts = Attempts(
            application=application,
            metrics=metrics,
            waiting=self._wait,
            deadline=pace.deadline,
            not_sent=pace.not_sent,
            unclear=pace.unclear,
        )
        self._unstored = Unstored()
        self._tasks: dict[asyncio.Task[Ended], Item] = {}
        self._begun: dict[asyncio.Task[Ended], float] = {}
        self._usual = 0.0  # seconds an update takes
        self._waiting = 0
        self._ended: list[Ended] = []
        self._wake = asyncio.Event()
        metrics.watch_work(lambda: len(self._tasks))

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    async def accept(self, raws: Sequence[Raw]) -> bool:
        """Take over updates; whether Telegram may forget them."""
        now = self._database.clock()
        items = [item_of(raw, now, self._is_urgent) for raw in raws]
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
            count, age = await self._inbox.waiting()
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
        if item.tries == 0:
            kind, brought = content(item.raw)
            sent = brought.get("edit_date") or brought.get("date")
            age = self._database.clock() - sent if isinstance(sent, int) else None
            self._metrics.count_update(kind, age)
        return await self._attempts.make(item)

    def _wait(self, waiting: bool) -> None:
        """Who waits because Telegram said so leaves room for others."""
        self._waiting += 1 if waiting else -1
        if task := asyncio.current_task():
            self._begun.pop(task, None)
        self._wake.set()

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


def content(raw: Raw) -> tuple[str, Raw]:
    """The kind of an update, and what it brings."""
    found = ((kind, raw[kind]) for kind in ALLOWED_UPDATES if isinstance(raw.get(kind), dict))
    return next(found, ("other", {}))


def item_of(raw: Raw, arrived: float, is_urgent: Callable[[str], bool]) -> Item:
    """An update as it waits; `is_urgent` is asked about what somebody wrote."""
    lane, text = _lane(raw), _text(raw)
    urgent = bool(text) and is_urgent(text)
    return Item(raw["update_id"], lane, raw, urgent=urgent, arrived=arrived)


def _lane(raw: Raw) -> int:
    """What has to be handled in order: a chat, or a person without one (inline queries)."""
    _, brought = content(raw)
    place = brought.get("message") if isinstance(brought.get("message"), dict) else brought
    chat = (place or {}).get("chat") or brought.get("from") or {}
    number = chat.get("id") if isinstance(chat, dict) else None
    return number if isinstance(number, int) and abs(number) < 2**63 else 0


def _text(raw: Raw) -> str:
    """What somebody wrote, for a first look."""
    kind, brought = content(raw)
    text = brought.get("text") or brought.get("caption") if "message" in kind else None
    return text if isinstance(text, str) else ""
