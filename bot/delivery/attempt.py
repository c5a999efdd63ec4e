"""One attempt at handling an update: how long it may take, and whether it has sent anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Attempt:
    clock: asyncio.Timeout
    slots: asyncio.Semaphore
    first: bool = True
    has_slot: bool = False
    sent: int = 0
    failed: int = 0

    async def take_slot(self) -> None:
        await self.slots.acquire()
        self.has_slot = True

    def leave_slot(self) -> None:
        if self.has_slot:
            self.has_slot = False
            self.slots.release()


_current: ContextVar[Attempt | None] = ContextVar("_current", default=None)


@asynccontextmanager
async def attempt(
    seconds: float, slots: asyncio.Semaphore, *, first: bool = True
) -> AsyncIterator[Attempt]:
    """Do the block in one of the slots; TimeoutError when it takes longer than `seconds` there."""
    async with asyncio.timeout(None) as clock:
        current = Attempt(clock, slots, first)
        await current.take_slot()
        clock.reschedule(asyncio.get_running_loop().time() + seconds)
        token = _current.set(current)
        try:
            yield current
        finally:
            _current.reset(token)
            current.leave_slot()


async def wait_off_the_clock(seconds: float) -> None:
    """Sleep because Telegram asks for it: others have the slot meanwhile, and the clock stands."""
    current = _current.get()
    if current is None or (end := current.clock.when()) is None:
        await asyncio.sleep(seconds)
        return
    loop = asyncio.get_running_loop()
    left = end - loop.time()
    with suppress(RuntimeError):  # it has just struck: nothing to stop
        current.clock.reschedule(None)
    current.leave_slot()
    await asyncio.sleep(seconds)
    await current.take_slot()
    with suppress(RuntimeError):
        current.clock.reschedule(loop.time() + left)


def take_longer(seconds: float) -> None:
    """Give this attempt so much more time from now: what was begun shall be told of."""
    current = _current.get()
    if current and current.clock.when() is not None:
        with suppress(RuntimeError):  # it has just struck
            current.clock.reschedule(asyncio.get_running_loop().time() + seconds)


def note_sent() -> None:
    """Something has reached the person."""
    if current := _current.get():
        current.sent += 1


def note_failed() -> None:
    """A call has failed, once or more."""
    if current := _current.get():
        current.failed += 1


def is_first() -> bool:
    """Whether nothing of this update was tried before."""
    current = _current.get()
    return current is None or current.first


def has_sent() -> bool:
    """Whether anything has: then a second attempt would repeat it."""
    current = _current.get()
    return current is not None and current.sent > 0
