"""What a conversation needs to remember: SQLite, shared by replicas, forgotten after a while."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

#: A follow-up ("and why?") comes within minutes; an edited question within a day or two.
FOLLOW_UP = 30 * 60.0
KEEP = 48 * 3600.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS last_answers (chat INTEGER PRIMARY KEY, entry TEXT, at REAL);
CREATE TABLE IF NOT EXISTS answers (
    chat INTEGER, question INTEGER, answer INTEGER, at REAL, PRIMARY KEY (chat, question)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (name TEXT PRIMARY KEY, file_id TEXT);
"""


class Memory:
    """Last answers, which message answers which, and uploaded pictures."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "memory.db", timeout=2.0, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)
        for table in ("last_answers", "answers"):
            self._db.execute(f"DELETE FROM {table} WHERE at < ?", (clock() - KEEP,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def answered(self, chat: int, entry: str) -> None:
        """Note which entry was shown last in a chat."""
        self._db.execute("REPLACE INTO last_answers VALUES (?, ?, ?)", (chat, entry, self._clock()))

    def last_answer(self, chat: int) -> str | None:
        """The entry shown last in a chat, if that was a short while ago."""
        query = "SELECT entry FROM last_answers WHERE chat = ? AND at > ?"
        row = self._db.execute(query, (chat, self._clock() - FOLLOW_UP)).fetchone()
        return str(row[0]) if row else None

    def sent(self, chat: int, question: int, answer: int) -> None:
        """Note which message answered which."""
        self._db.execute(
            "REPLACE INTO answers VALUES (?, ?, ?, ?)", (chat, question, answer, self._clock())
        )

    def answer_to(self, chat: int, question: int) -> int | None:
        """The message that answered a question."""
        query = "SELECT answer FROM answers WHERE chat = ? AND question = ?"
        row = self._db.execute(query, (chat, question)).fetchone()
        return int(row[0]) if row else None

    def forget(self, chat: int) -> None:
        """Forget everything about a chat."""
        self._db.execute("DELETE FROM last_answers WHERE chat = ?", (chat,))
        self._db.execute("DELETE FROM answers WHERE chat = ?", (chat,))

    def picture(self, name: str) -> str | None:
        """Telegram's id of a picture uploaded before."""
        row = self._db.execute("SELECT file_id FROM pictures WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep_picture(self, name: str, file_id: str | None) -> None:
        """Remember a picture's id; None forgets one that Telegram no longer takes."""
        if file_id is None:
            self._db.execute("DELETE FROM pictures WHERE name = ?", (name,))
        else:
            self._db.execute("REPLACE INTO pictures VALUES (?, ?)", (name, file_id))
