"""The store in a file, `faq.db`: one machine, one thread that writes, any number of processes."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from bot.settings import SettingsError
from bot.storage.database import Row, T, Work
from bot.storage.old_files import take_over
from bot.storage.schema import migrate

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_log = logging.getLogger(__name__)

#: A write waits so long for another process (seconds).
BUSY = 2.0
#: What is wrong with the file itself; anything else passes (a lock, a full disk).
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
#: A file that has our tables' names but not our tables fails so when it is opened.
_FOREIGN = _DAMAGE | {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA}


class SQLite:
    """The engine; all but `hold` happens in the store's one thread."""

    threads = 1
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(self, folder: Path) -> None:
        self._file = folder / "faq.db"
        self._folder = folder
        try:
            make_private(self._file)
            self._locks = ByteLocks(folder / "faq.lock")
        except OSError as error:
            raise SettingsError(
                f"FAQ_DATA: cannot write in {folder} ({error.strerror}). Let the bot write there,"
                " or name another folder."
            ) from None
        self._db: sqlite3.Connection | None = None

    def transaction(self, work: Work[T], *, durable: bool) -> T:
        """Do the work; where the file turns out to be damaged, in a new one."""
        try:
            return self._transaction(work, durable=durable)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in _DAMAGE:
                raise
            self._set_aside(error)
            return self._transaction(work, durable=durable)

    def _transaction(self, work: Work[T], *, durable: bool) -> T:
        db = self._connection()
        # NORMAL survives every crash of the process; only a power cut may take the last moments.
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.execute("BEGIN IMMEDIATE")
        try:
            result = work(_Transaction(db))
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        return result

    def _connection(self) -> sqlite3.Connection:
        if self._db and not self._file.exists():  # deleted: what is written now would be lost
            self.close()
        if self._db is None:
            try:
                self._db = self._opened()
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode & 0xFF not in _FOREIGN:
                    raise
                self._set_aside(error)
                self._db = self._opened()
        return self._db

    def _opened(self) -> sqlite3.Connection:
        make_private(self._file)
        db = sqlite3.connect(
            self._file, timeout=BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA secure_delete = ON")  # deleted is gone, from the disk too
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _damaged()
            db.execute("BEGIN IMMEDIATE")
            if migrate(_Transaction(db), blob="BLOB"):
                taken_over = take_over(self._folder, _Transaction(db))
            else:
                taken_over = []
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        for file in taken_over:
            for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
                name.unlink(missing_ok=True)
        return db

    def _set_aside(self, error: sqlite3.Error) -> None:
        """Give a damaged file another name, so that a new one can take its place."""
        self.close()
        aside = self._file.with_suffix(".damaged")
        _log.error("%s is damaged (%s): kept as %s, begun anew", self._file, error, aside.name)
        self._file.replace(aside)
        for leftover in ("-wal", "-shm"):
            self._file.with_name(self._file.name + leftover).unlink(missing_ok=True)

    def tidy(self) -> None:
        """What was deleted may still stand in the write-ahead log: empty it."""
        if self._db:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def hold(self, lock: int) -> bool:
        """Take a lock for as long as this process lives."""
        return self._locks.hold(lock)

    def released(self, locks: Iterable[int]) -> list[int]:
        """Those locks that nobody holds."""
        return [lock for lock in locks if self._locks.is_free(lock)]

    def listen(self, heard: Callable[[str], None]) -> None:
        """Nothing to hear: each process works on what it has stored itself."""

    def close(self) -> None:
        """Close the file; the locks stay."""
        if self._db:
            self._db.close()
            self._db = None


class _Transaction:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self, sql: str, *values: object) -> list[Row]:
        return self._db.execute(_portable(sql), values).fetchall()

    def run(self, sql: str, *values: object) -> int:
        return self._db.execute(_portable(sql), values).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        self._db.executemany(_portable(sql), rows)

    def tell(self, word: str) -> None:
        """Nobody to tell: other processes look every second."""


def _portable(sql: str) -> str:
    """One writer at a time: there are no rows that others have locked."""
    return sql.replace("FOR UPDATE SKIP LOCKED", "")


def _damaged() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("quick_check")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def back_up(folder: Path, target: Path) -> None:
    """Copy the store of a folder as it is now, whoever writes to it meanwhile.

    Raises SettingsError where there is none, or no place for the copy.
    """
    source = folder / "faq.db"
    if not source.exists():
        raise SettingsError(f"FAQ_DATA: no faq.db in {folder}, so there is nothing to copy.")
    try:
        target.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"{target}: the copy cannot be written ({why}).") from None


def make_private(file: Path) -> None:
    """Make sure that a file exists in a folder of its own, both readable by nobody else.

    Raises OSError if it cannot be written.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(PermissionError):  # somebody else's folder: the file's own mode must do
        file.parent.chmod(0o700)
    file.touch(mode=0o600)
    with suppress(PermissionError):
        file.chmod(0o600)


class ByteLocks:
    """Locks on single bytes of a file, which end with the process however it ends."""

    def __init__(self, file: Path) -> None:
        make_private(file)
        # Never closed: on POSIX closing any handle of a file gives up all locks on it.
        self._handle = os.open(file, os.O_RDWR)
        self._held: set[int] = set()

    def hold(self, byte: int) -> bool:
        """Take a lock; whether this process has it."""
        if byte not in self._held and self._lock(byte):
            self._held.add(byte)
        return byte in self._held

    def is_free(self, byte: int) -> bool:
        """Whether nobody has a lock."""
        if byte in self._held or not self._lock(byte):
            return False
        self._unlock(byte)
        return True

    def _lock(self, byte: int) -> bool:
        try:
            if sys.platform == "win32":
                os.lseek(self._handle, byte, os.SEEK_SET)
                msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError:
            return False
        return True

    def _unlock(self, byte: int) -> None:
        if sys.platform == "win32":
            os.lseek(self._handle, byte, os.SEEK_SET)
            msvcrt.locking(self._handle, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, byte)
