"""What a conversation needs to remember: SQLite, shared by replicas, forgotten after a while.

All of it is convenience: trouble with the file is logged, and never stops an answer.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.storage.updates import private

_log = logging.getLogger(__name__)

#: A follow-up ("and why?") comes within minutes; Telegram lets people edit for two days.
FOLLOW_UP = 30 * 60.0
KEEP = 48 * 3600.0
#: How often what is too old is deleted; /privacy promises it.
PRUNE_EVERY = 10 * 60.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS last_answers (chat INTEGER PRIMARY KEY, entry TEXT, at REAL);
CREATE TABLE IF NOT EXISTS sent (
    chat INTEGER, question INTEGER, answer INTEGER, at REAL, PRIMARY KEY (chat, question, answer)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (name TEXT PRIMARY KEY, file_id TEXT);
DROP TABLE IF EXISTS answers;
"""


class Memory:
    """Last answers, which messages answer which, and uploaded pictures."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        with suppress(OSError):
            private(folder / "memory.db")
        self._db = _open(folder / "memory.db")
        self._pruned = -PRUNE_EVERY
        self._prune()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _run(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a statement; none where the file fails."""
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            _log.error("memory.db: %s", error)
            return []

    def answered(self, chat: int, entry: str) -> None:
        """Note which entry was shown last in a chat."""
        self._prune()
        self._run("REPLACE INTO last_answers VALUES (?, ?, ?)", chat, entry, self._clock())

    def last_answer(self, chat: int) -> str | None:
        """The entry shown last in a chat, if that was a short while ago."""
        query = "SELECT entry FROM last_answers WHERE chat = ? AND at > ?"
        rows = self._run(query, chat, self._clock() - FOLLOW_UP)
        return str(rows[0][0]) if rows else None

    def sent(self, chat: int, question: int, answer: int) -> None:
        """Note that a message answered another, maybe beside others."""
        self._run("REPLACE INTO sent VALUES (?, ?, ?, ?)", chat, question, answer, self._clock())

    def answers_to(self, chat: int, question: int) -> Sequence[int]:
        """The messages that answered a question, in order."""
        query = "SELECT answer FROM sent WHERE chat = ? AND question = ? ORDER BY answer"
        return [int(str(answer)) for (answer,) in self._run(query, chat, question)]

    def deleted(self, chat: int, question: int, answer: int) -> None:
        """Note that an answer is gone."""
        which = "chat = ? AND question = ? AND answer = ?"
        self._run(f"DELETE FROM sent WHERE {which}", chat, question, answer)

    def forget(self, chat: int) -> None:
        """Forget everything about a chat."""
        self._run("DELETE FROM last_answers WHERE chat = ?", chat)
        self._run("DELETE FROM sent WHERE chat = ?", chat)
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")

    def picture(self, name: str) -> str | None:
        """Telegram's id of a picture uploaded before."""
        rows = self._run("SELECT file_id FROM pictures WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def keep_picture(self, name: str, file_id: str | None) -> None:
        """Remember a picture's id; None forgets one that Telegram no longer takes."""
        if file_id is None:
            self._run("DELETE FROM pictures WHERE name = ?", name)
        else:
            self._run("REPLACE INTO pictures VALUES (?, ?)", name, file_id)

    def _prune(self) -> None:
        now = self._clock()
        if now - self._pruned < PRUNE_EVERY:
            return
        self._pruned = now
        self._run("DELETE FROM last_answers WHERE at < ?", now - FOLLOW_UP)
        self._run("DELETE FROM sent WHERE at < ?", now - KEEP)
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")


def _open(file: Path) -> sqlite3.Connection:
    """The file, or where it cannot be used a memory that lasts as long as the process."""
    for place in (file, ":memory:"):
        try:
            db = sqlite3.connect(place, timeout=0.5, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA secure_delete = ON")  # forgotten is gone, from the disk too
            db.execute("PRAGMA synchronous = NORMAL")  # no answer waits for the disk
            db.executescript(_SCHEMA)
            return db
        except sqlite3.Error as error:
            _log.error("%s: %s", place, error)
    raise AssertionError("a database in memory cannot fail to open")
