"""What was asked and how it ended, without who asked. Evidence for the curator, never content."""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from faq import Outcome, Reply

_log = logging.getLogger(__name__)

DAY = 86_400.0
#: A locked file may delay an answer by this much at most (seconds).
PATIENCE = 0.05
COMPLAIN_EVERY = 60.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,       -- seconds since 1970
    query TEXT NOT NULL,    -- masked
    outcome TEXT NOT NULL,
    entry TEXT,
    score REAL,
    pressed TEXT,           -- which suggestion was picked; '' for "none of these"
    helpful INTEGER,        -- 1, 0 or NULL
    settled TEXT            -- what a curator made of it
);
CREATE INDEX IF NOT EXISTS questions_at ON questions (at);
"""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[\s().-]{0,2}\d){5,}(?!\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")


def mask(text: str) -> str:
    """The text with e-mail addresses, phone and account numbers blanked out."""
    for pattern, word in ((_EMAIL, "[e-mail]"), (_IBAN, "[number]"), (_NUMBER, "[number]")):
        text = pattern.sub(word, text)
    return text


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the journal."""

    id: int
    query: str
    outcome: str
    entry: str | None
    helpful: bool | None


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
        self._file = folder / "journal.db"
        self._days = days
        self._clock = clock
        self._complained = -COMPLAIN_EVERY
        self._purged = 0.0
        self._db: sqlite3.Connection | None = None
        with self._quietly():
            self._open()

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(
                self._file, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )  # a review reads in a thread; SQLite itself takes turns
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(_SCHEMA)
            self._db = db
        if self._clock() - self._purged > DAY:
            self._purged = self._clock()
            limit = self._clock() - self._days * DAY
            self._db.execute("DELETE FROM questions WHERE at < ?", (limit,))
        return self._db

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
        values = (self._clock(), mask(query), reply.outcome.value, entry, score)
        with self._quietly():
            sql = "INSERT INTO questions (at, query, outcome, entry, score) VALUES (?, ?, ?, ?, ?)"
            return self._open().execute(sql, values).lastrowid or 0
        return 0

    def pressed(self, row: int, entry: str) -> None:
        """Note which suggestion was picked ("" for none)."""
        with self._quietly():
            self._open().execute("UPDATE questions SET pressed = ? WHERE id = ?", (entry, row))

    def helpful(self, row: int, *, yes: bool) -> None:
        """Note whether an answer helped."""
        with self._quietly():
            self._open().execute("UPDATE questions SET helpful = ? WHERE id = ?", (yes, row))

    def open_questions(self) -> list[Asked]:
        """Questions without an answer that helped, that no curator has settled; newest first."""
        sql = (
            "SELECT id, query, outcome, entry, helpful FROM questions WHERE settled IS NULL AND"
            " (helpful = 0 OR outcome = 'fallback' OR"
            "  (outcome = 'suggest' AND (pressed IS NULL OR pressed = ''))) ORDER BY id DESC"
        )
        return [Asked(*row) for row in self._open().execute(sql)]

    def settle(self, rows: Sequence[int], how: str) -> None:
        """Note what a curator made of questions."""
        marks = [(how, row) for row in rows]
        self._open().executemany("UPDATE questions SET settled = ? WHERE id = ?", marks)

    def answered(self) -> list[tuple[str, str]]:
        """Questions that were answered and not called unhelpful, with their entry."""
        sql = (
            "SELECT DISTINCT query, entry FROM questions WHERE entry IS NOT NULL"
            " AND helpful IS NOT 0"
        )
        return [(str(query), str(entry)) for query, entry in self._open().execute(sql)]

    def counts(self, what: str, *, since: float, outcome: Outcome | None = None) -> dict[str, int]:
        """Questions by `day`, `outcome`, `entry` or `helpful`; most first, days in order."""
        column = {"day": "date(at, 'unixepoch')"}.get(what, what)
        sql = (
            f"SELECT {column}, count(*) FROM questions WHERE at >= ? AND {column} IS NOT NULL"
            " AND (? IS NULL OR outcome = ?) GROUP BY 1"
            f" ORDER BY {'1' if what == 'day' else '2 DESC, 1'}"
        )
        rows = self._open().execute(sql, (since, outcome, outcome))
        return {str(name): int(count) for name, count in rows}
