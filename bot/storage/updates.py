"""Which updates are handled: a SQLite file that outlives the process and is shared by replicas."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

from bot.settings import SettingsError

_log = logging.getLogger(__name__)

#: Telegram keeps an update for 24 h; twice that outlasts every repetition.
KEEP = 48 * 3600.0
#: Bounds the file: about 10 MB, more than a day at one update a second.
MOST = 200_000
_PRUNE_EVERY = 1_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY,
    handled REAL,           -- when, in seconds since 1970; NULL while somebody works on it
    claimed_until REAL      -- until when a replica may still be working on it
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parked (id INTEGER PRIMARY KEY, raw TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS updates_handled ON updates (handled);
"""


class Claim(Enum):
    """What a replica may do with an update."""

    YOURS = auto()
    TAKEN = auto()
    HANDLED = auto()


class State:
    """Remembered update ids. Not a high-water mark: Telegram starts anew at a random id after a
    quiet week, and updates of several chats end in any order."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Open `folder`/state.db; a damaged file is set aside, for all it holds is convenience.

        Raises SettingsError if the folder cannot be written.
        """
        self._clock = clock
        self._since_prune = 0
        try:
            private(folder / "state.db")
            self._db = _open_or_renew(folder / "state.db")
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(f"FAQ_DATA: cannot write in {folder} ({error}).") from None
        self._prune()

    def close(self) -> None:
        self._db.close()

    def is_handled(self, update_id: int) -> bool:
        query = "SELECT 1 FROM updates WHERE id = ? AND handled IS NOT NULL"
        return self._db.execute(query, (update_id,)).fetchone() is not None

    def remember(self, update_id: int) -> None:
        """Note that an update is handled, before Telegram is told."""
        self._db.execute("REPLACE INTO updates VALUES (?, ?, NULL)", (update_id, self._clock()))
        self._db.execute("DELETE FROM parked WHERE id = ?", (update_id,))
        self._since_prune += 1
        if self._since_prune >= _PRUNE_EVERY:
            self._prune()

    def park(self, update_id: int, raw: str) -> None:
        """Store an update that is not handled yet, text and all, until it is."""
        self._db.execute("REPLACE INTO parked VALUES (?, ?)", (update_id, raw))

    def parked(self) -> list[str]:
        """Updates that an earlier process stored and did not handle, oldest first."""
        return [raw for (raw,) in self._db.execute("SELECT raw FROM parked ORDER BY id")]

    def claim(self, update_id: int, *, seconds: float) -> Claim:
        """Take an update for `seconds`, so that no other replica answers it meanwhile."""
        now = self._clock()
        taken = self._db.execute(
            "INSERT INTO updates VALUES (:id, NULL, :until) ON CONFLICT (id) DO UPDATE"
            " SET claimed_until = :until WHERE handled IS NULL AND claimed_until <= :now",
            {"id": update_id, "until": now + seconds, "now": now},
        ).rowcount
        if taken:
            return Claim.YOURS
        return Claim.HANDLED if self.is_handled(update_id) else Claim.TAKEN

    def release(self, update_id: int) -> None:
        """Give up a claim: the update was not handled."""
        self._db.execute("DELETE FROM updates WHERE id = ? AND handled IS NULL", (update_id,))

    def _prune(self) -> None:
        self._since_prune = 0
        now = self._clock()
        self._db.execute("DELETE FROM updates WHERE handled < ?", (now - KEEP,))
        self._db.execute("DELETE FROM updates WHERE claimed_until < ?", (now - KEEP,))
        self._db.execute(
            "DELETE FROM updates WHERE handled <="
            " (SELECT handled FROM updates ORDER BY handled DESC LIMIT 1 OFFSET ?)",
            (MOST,),
        )
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _open_or_renew(file: Path) -> sqlite3.Connection:
    try:
        return _open(file)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        set_aside(file)
        return _open(file)


def private(file: Path) -> None:
    """Make sure that a file exists in a folder of its own, both readable by nobody else."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # somebody else's folder, or a system without modes
        file.parent.chmod(0o700)
        file.touch(mode=0o600)
        file.chmod(0o600)


def set_aside(file: Path) -> None:
    """Give a damaged database another name, so that a new one can take its place."""
    aside = file.with_suffix(".damaged")
    _log.error("%s is damaged: set aside as %s, starting anew", file.name, aside.name)
    file.replace(aside)
    for leftover in ("-wal", "-shm"):
        file.with_name(file.name + leftover).unlink(missing_ok=True)


def _open(file: Path) -> sqlite3.Connection:
    # A write waits 2 s at most for another replica; autocommit, so nothing is held open.
    db = sqlite3.connect(file, timeout=2.0, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA secure_delete = ON")  # parked messages are gone once answered
        # NORMAL survives every crash of the process; a power cut may forget the last few ids,
        # and then a question is answered twice rather than never.
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")
    except sqlite3.Error:
        db.close()
        raise
    return db
