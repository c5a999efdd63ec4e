"""One attempt at handling an update: how long it may take, and what a later one may do again."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum, auto

from telegram.error import BadRequest, Forbidden

#: So often an answer that cannot be sent is tried; one that may have arrived less often, for
#: nobody wants it five times.
TRIES, UNCLEAR_TRIES = 10, 4
_MUTED = re.compile(r"not enough rights|CHAT_WRITE_FORBIDDEN|have no rights", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow from failure to failure, some longer and some shorter than told: a crowd
    that was turned away together shall not come back together."""

    first: float
    longest: float

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row, 1 or more."""
        doubled = self.first * 2 ** min(failures - 1, 30)
        return float(min(doubled, self.longest)) * random.uniform(0.75, 1.0)


class Failure(Enum):
    """What a failed call means."""

    LIMITED = auto()  # too fast: wait as long as told
    NOT_SENT = auto()  # it did not happen
    UNCLEAR = auto()  # it may have happened
    CURABLE = auto()  # it will pass with a change
    MOOT = auto()  # nothing left to do
    FINAL = auto()  # it will never pass


def is_quiet(error: BaseException | None) -> bool:
    """Whether an error is nobody's fault and worth no line.

    The person blocked the bot, or it may not write in that group.
    """
    muted = isinstance(error, BadRequest) and _MUTED.search(error.message)
    return isinstance(error, Forbidden) or bool(muted)


@dataclass(slots=True, eq=False)
class Attempt:
    """One attempt at handling an update: what may be done later, and what may not, rides on it."""

    clock: asyncio.Timeout
    #: Told while the attempt waits for Telegram (True) and when it goes on (False).
    waiting: Callable[[bool], None]
    #: Whether nothing was tried before.
    first: bool = True
    #: Messages that have reached the person: after one, a second attempt would repeat it.
    sent: int = 0
    #: What became of the last call that failed, and how long Telegram wanted to be left alone.
    failure: Failure | None = None
    retry_after: float = 0.0

    @property
    def may_be_repeated(self) -> bool:
        """Whether nothing has reached the person, and a later attempt may."""
        again = {Failure.LIMITED, Failure.NOT_SENT, Failure.UNCLEAR}
        return not self.sent and self.failure in again

    def pause(self, tries: int, not_sent: Backoff, unclear: Backoff) -> float | None:
        """Seconds until the next attempt after so many; None if there shall be none."""
        is_unclear = self.failure is Failure.UNCLEAR
        if tries >= (UNCLEAR_TRIES if is_unclear else TRIES):
            return None
        return max((unclear if is_unclear else not_sent).pause(tries), self.retry_after)


#: The attempt that is being made, for whoever calls Telegram in it.
CURRENT: ContextVar[Attempt | None] = ContextVar("CURRENT", default=None)


@asynccontextmanager
async def attempt(
    seconds: float, *, first: bool = True, waiting: Callable[[bool], None] = lambda _: None
) -> AsyncIterator[Attempt]:
    """Raise TimeoutError when the block takes longer than `seconds`, waiting as told aside."""
    async with asyncio.timeout(seconds) as clock:
        current = Attempt(clock, waiting, first)
        token = CURRENT.set(current)
        try:
            yield current
        finally:
            CURRENT.reset(token)


def take_longer(seconds: float) -> None:
    """Give this attempt so much more time from now: what was begun shall be told of."""
    current = CURRENT.get()
    if current and current.clock.when() is not None:
        with suppress(RuntimeError):  # it has just struck
            current.clock.reschedule(asyncio.get_running_loop().time() + seconds)


async def wait_off_the_clock(seconds: float) -> None:
    """Sleep because Telegram asks for it: others go on meanwhile, and the clock stands."""
    current = CURRENT.get()
    if current is None or (end := current.clock.when()) is None:
        await asyncio.sleep(seconds)
        return
    with suppress(RuntimeError):  # it has just struck: nothing to move
        current.clock.reschedule(end + seconds)
    current.waiting(True)
    try:
        await asyncio.sleep(seconds)
    finally:
        current.waiting(False)
