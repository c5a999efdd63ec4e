"""One attempt at handling an update: how long it may take, and whether it has sent anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class _Attempt:
    clock: asyncio.Timeout
    sent: int = 0


_current: ContextVar[_Attempt | None] = ContextVar("_current", default=None)


@asynccontextmanager
async def attempt(seconds: float) -> AsyncIterator[None]:
    """Raise TimeoutError when the block takes longer than `seconds`."""
    async with asyncio.timeout(seconds) as clock:
        token = _current.set(_Attempt(clock))
        try:
            yield
        finally:
            _current.reset(token)


async def wait_off_the_clock(seconds: float) -> None:
    """Sleep because Telegram asks for it, and move the end of the attempt by as much."""
    current = _current.get()
    if current and (when := current.clock.when()) is not None:
        with suppress(RuntimeError):  # it has just struck: nothing to move
            current.clock.reschedule(when + seconds)
    await asyncio.sleep(seconds)


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


def has_sent() -> bool:
    """Whether anything has: then a second attempt would repeat it."""
    current = _current.get()
    return current is not None and current.sent > 0
