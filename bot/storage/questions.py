"""The journal as a curator reads it: open questions, what became of them, counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from faq import FAQError, Outcome
from faq.curator.questions import Asked

#: A curator can wait (seconds) while an answer being noted cannot.
PATIENCE = 5.0
#: So many open questions are read at once, the newest; the others come when these are settled.
MOST = 1000

#: No answer that helped, and no curator has settled it.
_OPEN = (
    "settled IS NULL AND (helpful = 0 OR outcome = 'fallback' OR"
    " (outcome = 'suggest' AND (pressed IS NULL OR pressed = '')))"
)


class Questions:
    """Reads and settles what `SQLiteJournal` noted.

    Every method raises FAQError where the file cannot be used.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def _journal(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own: a curator's thread must not hold up an answer's."""
        try:
            database = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None)
            with closing(database) as db:
                yield db
        except sqlite3.Error as error:
            raise FAQError(f"The journal cannot be used ({error}). Try again.") from error

    def open(self) -> list[Asked]:
        """Questions without an answer that helped, that nobody has settled; newest first."""
        order = "ORDER BY at DESC, query LIMIT ?"
        sql = f"SELECT id, query, helpful = 0 FROM questions WHERE {_OPEN} {order}"
        with self._journal() as db:
            return [Asked(id_, query, bool(un)) for id_, query, un in db.execute(sql, (MOST,))]

    def still_open(self, rows: Sequence[int]) -> list[int]:
        """Those of some rows that nobody has settled meanwhile."""
        sql = f"SELECT id FROM questions WHERE id = ? AND {_OPEN}"
        with self._journal() as db:
            return [row for row in rows if db.execute(sql, (row,)).fetchone()]

    def settle(self, rows: Sequence[int], how: str, *, version: str = "") -> None:
        """Note what a curator made of questions, and by which change of the content."""
        with self._journal() as db, db:
            db.execute("BEGIN")
            for row in rows:
                db.execute("UPDATE questions SET settled = ? WHERE id = ?", (how, row))
                if version:
                    db.execute("INSERT INTO changes VALUES (?, ?)", (version, row))

    def reopen(self, version: str) -> int:
        """Open again what a change of the content settled; how many questions."""
        which = "id IN (SELECT question FROM changes WHERE version = ?)"
        with self._journal() as db, db:
            db.execute("BEGIN")
            done = db.execute(f"UPDATE questions SET settled = NULL WHERE {which}", (version,))
            db.execute("DELETE FROM changes WHERE version = ?", (version,))
            return done.rowcount

    def answered(self, most: int) -> list[tuple[str, str]]:
        """The latest answered queries that nobody called unhelpful, with their entries."""
        sql = (
            "SELECT query, entry FROM questions WHERE entry IS NOT NULL AND helpful IS NOT 0"
            " GROUP BY query, entry ORDER BY max(at) DESC LIMIT ?"
        )
        with self._journal() as db:
            return [(str(query), str(entry)) for query, entry in db.execute(sql, (most,))]

    def latest(self, most: int) -> list[str]:
        """The latest questions, each once."""
        sql = "SELECT query FROM questions GROUP BY query ORDER BY max(at) DESC LIMIT ?"
        with self._journal() as db:
            return [str(query) for (query,) in db.execute(sql, (most,))]

    def counts(
        self, what: str, *, since: float, outcome: Outcome | None = None, unhelpful: bool = False
    ) -> dict[str, int]:
        """Questions by `outcome`, `entry` or `helpful`, most first; or the unhelpful ones only."""
        sql = (
            f"SELECT {what}, count(*) FROM questions WHERE at >= ? AND {what} IS NOT NULL"
            " AND (? IS NULL OR outcome = ?) AND (NOT ? OR helpful = 0)"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        with self._journal() as db:
            rows = db.execute(sql, (since, outcome, outcome, unhelpful))
            return {str(name): int(count) for name, count in rows}

    def by_day(self, *, since: float) -> dict[tuple[str, str], int]:
        """Questions by day (UTC, `2026-01-31`) and outcome."""
        sql = (
            "SELECT date(at, 'unixepoch'), outcome, count(*) FROM questions WHERE at >= ?"
            " GROUP BY 1, 2"
        )
        with self._journal() as db:
            rows = db.execute(sql, (since,))
            return {(str(day), str(outcome)): int(count) for day, outcome, count in rows}
