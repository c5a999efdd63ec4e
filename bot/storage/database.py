"""All state in one database: a SQLite file, or PostgreSQL shared by any number of machines.

SQL is written once, in what both understand (`?` stands for a value). It runs in the store's own
threads: a slow disk or server never stops the event loop, and whoever asks a store that does not
answer in time gets a StoreError and goes on without.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

_log = logging.getLogger(__name__)

T = TypeVar("T")
Row = tuple[Any, ...]

#: What an answer may wait for the store (seconds).
PATIENCE = 0.5
#: A store that failed is left alone for so long; everybody goes on without it meanwhile. One that
#: is only slow is left to what must be durable: Telegram would have to send it again.
REST = 1.0
#: A statement under way for longer than this tells that the store is stuck.
STUCK = 2.0
COMPLAIN_EVERY = 60.0


class StoreError(Exception):
    """The store cannot be used now."""


class StoreTooNew(Exception):
    """A newer version of the bot has made this store; the message names the cure."""


class Transaction(Protocol):
    """What runs in it is done whole or not at all."""

    def all(self, sql: str, *values: object) -> list[Row]:
        """The rows of a query."""
        ...

    def run(self, sql: str, *values: object) -> int:
        """How many rows a statement has changed."""
        ...

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same statement for each row of values."""
        ...

    def tell(self, word: str) -> None:
        """Wake the other processes with a word, once all is done."""
        ...


Work = Callable[[Transaction], T]


class Engine(Protocol):
    """What the two kinds of database do differently."""

    #: How many transactions at a time.
    threads: int
    #: What its driver raises.
    errors: tuple[type[Exception], ...]

    def transaction(self, work: Work[T], *, durable: bool) -> T:
        """Do the work; `durable` waits until it would survive a power cut."""
        ...

    def tidy(self) -> None:
        """Let what was deleted leave the disk."""
        ...

    def hold(self, lock: int) -> bool:
        """Take a lock that lasts as long as this process; whether this process has it."""
        ...

    def released(self, locks: Iterable[int]) -> list[int]:
        """Those locks that no process holds: whoever did is gone."""
        ...

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard`, from any thread, with the words other processes tell."""
        ...

    def close(self) -> None: ...


class Database:
    """The way to the store: asynchronous for answers, `now` for whoever has a thread of his own."""

    def __init__(self, engine: Engine, clock: Callable[[], float] | None = None) -> None:
        self.engine = engine
        self.clock = clock or SteadyClock()
        self._troubles: tuple[type[Exception], ...] = (*engine.errors, OSError)
        self._threads = ThreadPoolExecutor(engine.threads, thread_name_prefix="store")
        self._running: dict[Future[Any], float] = {}
        self._rest_until = 0.0
        self._spare_until = 0.0
        self._complained = float("-inf")
        self._failing = False
        self._failing_since = 0.0
        self._closed = False

    @property
    def is_well(self) -> bool:
        """Whether the last thing asked of the store was done, in time."""
        return not self._failing and not self._is_stuck()

    def away_for(self) -> float:
        """For how long the store has been of no use (seconds)."""
        return 0.0 if self.is_well else time.monotonic() - self._failing_since

    async def run(
        self,
        work: Work[T],
        *,
        durable: bool = False,
        patience: float = PATIENCE,
        late: Callable[[T], object] | None = None,
    ) -> T:
        """Do the work in a transaction. Raises StoreError when that cannot be done in time.

        The work may be done all the same, later; `late` is then given what it has resulted in.
        """
        rested = self._rest_until if durable else max(self._rest_until, self._spare_until)
        if self._is_stuck() or time.monotonic() < rested:
            raise StoreError("the store does not answer")
        doing = asyncio.wrap_future(self._submit(work, durable=durable))
        done, _ = await asyncio.wait([doing], timeout=patience)
        if done:
            return doing.result()

        def finish(future: asyncio.Future[T]) -> None:
            if not future.cancelled() and not future.exception() and late:
                late(future.result())

        doing.add_done_callback(finish)
        self._spare_until = time.monotonic() + REST
        self._fail("it is slow", rest=0.0)
        raise StoreError("the store is slow")

    def now(self, work: Work[T], *, durable: bool = False) -> T:
        """Do the work, and block until it is done. Raises StoreError when it cannot be done."""
        return self._submit(work, durable=durable).result()

    def tidy(self) -> None:
        """Let what was deleted leave the disk, soon."""
        if self.is_well:
            self._threads.submit(self._quietly, self.engine.tidy)

    def close(self) -> None:
        """Finish what is under way, unless it is stuck, and close."""
        if self._closed:
            return
        self._closed = True
        if self._is_stuck():
            self._threads.shutdown(wait=False, cancel_futures=True)
            return
        self._threads.submit(self._quietly, self.engine.close)
        self._threads.shutdown()

    def _submit(self, work: Work[T], *, durable: bool) -> Future[T]:
        future = self._threads.submit(self._do, work, durable=durable)
        self._running[future] = time.monotonic()
        future.add_done_callback(lambda done: self._running.pop(done, None))
        return future

    def _do(self, work: Work[T], *, durable: bool) -> T:
        try:
            result = self.engine.transaction(work, durable=durable)
        except self._troubles as error:
            self._fail(why := _in_a_line(error))
            raise StoreError(why) from error
        if self._failing:
            _log.warning("the store works again")
        self._failing, self._rest_until, self._spare_until = False, 0.0, 0.0
        return result

    def _quietly(self, act: Callable[[], None]) -> None:
        try:
            act()
        except self._troubles as error:
            self._fail(_in_a_line(error))

    def _fail(self, why: str, *, rest: float = REST) -> None:
        """Leave the store alone for a moment; say so once a minute at most."""
        now = time.monotonic()
        if not self._failing:
            self._failing_since = now
        self._failing = True
        self._rest_until = max(self._rest_until, now + rest)
        if now - self._complained >= COMPLAIN_EVERY:
            self._complained = now
            _log.error("the store cannot be used, so the bot answers without memory: %s", why)

    def _is_stuck(self) -> bool:
        started = min(self._running.copy().values(), default=None)
        return started is not None and time.monotonic() - started > STUCK


def _in_a_line(error: Exception) -> str:
    """What a driver says, in several lines maybe or in none."""
    return " ".join(str(error).split()) or repr(error)


def new_owner() -> int:
    """A number for this process; below 16 are locks of another kind."""
    return secrets.randbelow(2**31 - 16) + 16


class SteadyClock:
    """Seconds since 1970. A clock that jumps is believed only once it has stayed there an hour:
    what is kept for days must not be deleted by a moment's mistake."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        *,
        believed_after: float = 3600.0,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._believed_after = believed_after
        self._offset = wall() - steady()
        self._jumped_at: float | None = None

    def __call__(self) -> float:
        steady = self._steady()
        offset = self._wall() - steady
        if abs(offset - self._offset) < 60:
            self._offset, self._jumped_at = offset, None
        elif self._jumped_at is None:
            self._jumped_at = steady
        elif steady - self._jumped_at >= self._believed_after:
            self._offset, self._jumped_at = offset, None
        return steady + self._offset


def open_database(folder: Path, url: str | None = None) -> Database:
    """The store at a PostgreSQL address, or else `folder`/faq.db.

    Raises SettingsError for what a person has to mend.
    """
    if url:
        from bot.storage.postgresql import PostgreSQL  # noqa: PLC0415 - an extra, and 8 MB

        return Database(PostgreSQL(url))
    from bot.storage.sqlite import SQLite  # noqa: PLC0415

    return Database(SQLite(folder))
