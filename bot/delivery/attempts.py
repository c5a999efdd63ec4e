"""One attempt at handling an update: how long it may take, how it ends, what a later one may do."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.monitoring.metrics import Metrics
from bot.storage.inbox import LONGEST_PAUSE, Ended, Item
from bot.ui.texts import texts_for

_log = logging.getLogger(__name__)

#: A reply takes milliseconds and its sending seconds at worst: after this something hangs.
DEADLINE = 30.0
#: Begun so often, an update is what ends the process.
FATAL_TRIES = 15
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


#: An answer that cannot be sent is tried again for ten minutes; after that nobody waits for it.
NOT_SENT = Backoff(2.0, 180.0)
#: One that may have arrived is tried again for a minute and a half.
UNCLEAR = Backoff(5.0, 80.0)


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


class Handlers(Protocol):
    """What answers updates (telegram.ext.Application)."""

    @property
    def bot(self) -> Bot: ...

    async def process_update(self, update: object) -> None:
        """Answer; raises what went wrong."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Makes attempts, and says how each has ended."""

    application: Handlers
    metrics: Metrics
    waiting: Callable[[bool], None]
    deadline: float = DEADLINE
    not_sent: Backoff = NOT_SENT
    unclear: Backoff = UNCLEAR

    async def make(self, item: Item) -> Ended:
        """Handle an update, unless it cannot be."""
        if item.tries >= FATAL_TRIES:
            return Ended(item, given_up="it was begun and not ended too often")
        if (update := parse(item.raw, self.application.bot)) is None:
            return Ended(item, given_up="it cannot be read")
        current: Attempt | None = None
        first = item.tries == 0
        try:
            async with attempt(self.deadline, first=first, waiting=self.waiting) as current:
                await self.application.process_update(update)
        except TimeoutError as error:
            _log.error("update %d took over %.0f s", item.update_id, self.deadline)
            return await self._failed(item, update, current, error)
        except Exception as error:
            return await self._failed(item, update, current, error)
        return Ended(item)

    async def _failed(
        self, item: Item, update: Update, current: Attempt | None, error: Exception
    ) -> Ended:
        """What to do about an attempt that has failed; the person is told where it is the end."""
        if is_quiet(error):
            return Ended(item)
        from_telegram = isinstance(error, TelegramError | TimeoutError)
        if current and from_telegram and current.may_be_repeated:
            pause = current.pause(item.tries + 1, self.not_sent, self.unclear)
            if pause is None:
                return Ended(item, given_up=f"its answer cannot be sent ({error})")
            _log.warning("update %d: not sent, again in %.0f s", item.update_id, pause)
            return Ended(item, pause=min(pause, LONGEST_PAUSE))
        self.metrics.count_error(type(error).__name__)
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
        bot = self.application.bot
        try:
            async with asyncio.timeout(self.deadline):
                await bot.send_message(chat.id, text, message_thread_id=thread)
        except (TelegramError, TimeoutError) as error:
            _log.warning("update %d: could not tell the person (%s)", update.update_id, error)


def parse(raw: dict[str, Any], bot: Bot) -> Update | None:
    """The update, or None for one that PTB cannot read."""
    try:
        return Update.de_json(raw, bot)
    except Exception as error:  # whatever a malformed update makes PTB raise
        _log.error("update %s cannot be read: %r", raw.get("update_id"), error)
        return None
