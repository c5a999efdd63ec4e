"""What was asked and how it ended, without who asked. Evidence for the curator, never content."""

from __future__ import annotations

import logging
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bot.storage.updates import private, set_aside
from faq import Reply

_log = logging.getLogger(__name__)

DAY = 86_400.0
#: A locked file may delay an answer by this much at most (seconds).
PATIENCE = 0.05
COMPLAIN_EVERY = 60.0
#: Digits of a row's number: as many as a button carries.
LONGEST = 15

_SCHEMA = """
CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY, -- random: an order would tell who asked when
    at REAL NOT NULL,       -- the day, as its first second since 1970
    query TEXT NOT NULL,    -- masked
    outcome TEXT NOT NULL,
    entry TEXT,
    score REAL,
    pressed TEXT,           -- which suggestion was picked; '' for "none of these"
    helpful INTEGER,        -- 1, 0 or NULL
    settled TEXT            -- what a curator made of it
);
CREATE TABLE IF NOT EXISTS changes (version TEXT NOT NULL, question INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS questions_at ON questions (at);
"""
_EMAIL = re.compile(
    r"[\w.+-]+(?:@| @ | ?[(\[]at[)\]] ?)[\w-]+(?:\.[\w-]+)*"  # anna@example.com, anna (at) example
    r"|(?<!\w)@\w{3,}|\bt\.me/\w+",  # names on Telegram
    re.IGNORECASE,
)
#: Six digits or more, whatever people write between them; a letter in front doesn't hide them.
_NUMBER = re.compile(r"(?:\b[a-z]{2})?\+?\d(?:[\s()./,_\u2010-\u2015-]{0,3}\d){5,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")


def mask(text: str) -> str:
    """The text with e-mail addresses, phone and account numbers blanked out."""
    for pattern, word in ((_EMAIL, "[e-mail]"), (_IBAN, "[number]"), (_NUMBER, "[number]")):
        text = pattern.sub(word, text)
    return text


class Journal(Protocol):
    """Where questions are noted."""

    def record(self, query: str, reply: Reply) -> int:
        """Note a question and how it ended; its row, 0 if it was not noted."""
        ...

    def pressed(self, row: int, entry: str) -> None:
        """Note which suggestion was picked ("" for none)."""
        ...

    def helpful(self, row: int, *, yes: bool) -> None:
        """Note whether an answer helped."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class NoJournal:
    """Keeps nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        """Say so if a journal of before lies in `folder`."""
        if folder and (folder / "journal.db").exists():
            _log.warning(
                "FAQ_JOURNAL is off, but journal.db in %s still holds earlier questions. "
                "Delete it if nobody needs them.",
                folder,
            )

    def record(self, query: str, reply: Reply) -> int:
        return 0

    def pressed(self, row: int, entry: str) -> None:
        pass

    def helpful(self, row: int, *, yes: bool) -> None:
        pass

    def close(self) -> None:
        pass


class SQLiteJournal:
    """Questions in `journal.db`. Trouble with the file is logged; it never reaches a person."""

    def __init__(self, folder: Path, *, days: int, clock: Callable[[], float] = time.time) -> None:
        self.file = folder / "journal.db"
        self._days = days
        self._clock = clock
        self._complained = -COMPLAIN_EVERY
        self._purged = 0.0
        self._db: sqlite3.Connection | None = None
        with self._quietly():
            self._open()

    def _open(self) -> sqlite3.Connection:
        if self._db and not self.file.exists():  # deleted: what is written now would be lost
            self._db.close()
            self._db = None
        if self._db is None:
            private(self.file)
            try:
                self._db = self._connected()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                set_aside(self.file)
                self._db = self._connected()
        if self._clock() - self._purged > DAY:
            self._purged = self._clock()
            limit = self._clock() - self._days * DAY
            self._db.execute("DELETE FROM questions WHERE at < ?", (limit,))
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._db

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.file, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA secure_delete = ON")  # deleted is gone, from the disk too
            db.execute("PRAGMA synchronous = NORMAL")  # no answer waits for the disk
            db.executescript(_SCHEMA)
        except sqlite3.Error:
            db.close()
            raise
        return db

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Log what goes wrong with the file, once a minute at most."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if self._clock() - self._complained >= COMPLAIN_EVERY:
                self._complained = self._clock()
                _log.error("the journal cannot be written: %s", error)

    def close(self) -> None:
        """Close the file."""
        if self._db:
            self._db.close()

    def record(self, query: str, reply: Reply) -> int:
        """Note a question and how it ended; its row, 0 if the file is in trouble."""
        entry = reply.entry.id if reply.entry else None
        score = reply.candidates[0].score if reply.candidates else None
        row, day = secrets.randbelow(10**LONGEST - 1) + 1, self._clock() // DAY * DAY
        values = (row, day, mask(query), reply.outcome.value, entry, score)
        with self._quietly():
            columns = "id, at, query, outcome, entry, score"
            sql = f"INSERT INTO questions ({columns}) VALUES (?, ?, ?, ?, ?, ?)"
            self._open().execute(sql, values)
            return row
        return 0

    def pressed(self, row: int, entry: str) -> None:
        """Note which suggestion was picked ("" for none)."""
        with self._quietly():
            self._open().execute("UPDATE questions SET pressed = ? WHERE id = ?", (entry, row))

    def helpful(self, row: int, *, yes: bool) -> None:
        """Note whether an answer helped."""
        with self._quietly():
            self._open().execute("UPDATE questions SET helpful = ? WHERE id = ?", (yes, row))
