"""The files of the version before: state.db, memory.db and journal.db become tables of the store.

They are read once, when the store is new, and deleted when it holds what they held.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.storage.database import Row, Transaction
from bot.ui.presses import new_number

_log = logging.getLogger(__name__)


def take_over(folder: Path, work: Transaction) -> list[Path]:
    """Copy what the old files of a folder hold; gives those that are no longer needed."""
    readers = {"state.db": _state, "memory.db": _memory, "journal.db": _journal}
    files = [(folder / name, read) for name, read in readers.items() if (folder / name).exists()]
    done = [file for file, read in files if _taken_over(file, read, work)]
    if done:
        _log.info("taken over: %s", ", ".join(file.name for file in done))
    return done


def _taken_over(
    file: Path, read: Callable[[sqlite3.Connection, Transaction], None], work: Transaction
) -> bool:
    try:
        with closing(sqlite3.connect(file, timeout=2.0)) as db:
            read(db, work)
    except sqlite3.Error as error:
        _log.error("%s is left as it is, for it cannot be read (%s)", file.name, error)
        return False
    return True


def _rows(db: sqlite3.Connection, sql: str) -> list[Row]:
    """Rows of an old table; none where there is no such table or column."""
    try:
        return db.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []


def _state(db: sqlite3.Connection, work: Transaction) -> None:
    handled = _rows(db, "SELECT id, handled FROM updates WHERE handled IS NOT NULL")
    parked = _rows(db, "SELECT id, raw FROM parked")
    sql = "INSERT INTO handled (update_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
    work.many(sql, handled)
    columns = "update_id, lane, urgent, arrived, raw"
    sql = f"INSERT INTO inbox ({columns}) VALUES (?, ?, 0, 0, ?) ON CONFLICT DO NOTHING"
    work.many(sql, [(id_, _chat(raw), raw) for id_, raw in parked])


def _chat(raw: str) -> int:
    """The chat of a stored update; 0 where it names none."""
    try:
        update = json.loads(raw)
        content = next(each for each in update.values() if isinstance(each, dict))
        return int((content.get("chat") or content["message"]["chat"])["id"])
    except (ValueError, KeyError, TypeError, StopIteration, AttributeError):
        return 0


def _memory(db: sqlite3.Connection, work: Transaction) -> None:
    for table, columns in (
        ("last_answers", "chat, entry, at"),
        ("sent", "chat, question, answer, at"),
        ("pictures", "name, file_id"),
    ):
        marks = ", ".join("?" for _ in columns.split(","))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
        work.many(sql, _rows(db, f"SELECT {columns} FROM {table}"))


def _journal(db: sqlite3.Connection, work: Transaction) -> None:
    """Questions, with new random ids and days in place of times."""
    ids: dict[int, int] = {}
    columns = "query, outcome, entry, score, pressed, helpful, settled"
    rows = _rows(db, f"SELECT id, at, {columns} FROM questions")
    new = []
    for id_, at, *rest in rows:
        ids[id_] = new_number()
        new.append((ids[id_], str(datetime.fromtimestamp(at, UTC).date()), *rest))
    new.sort()
    work.many(f"INSERT INTO questions (id, day, {columns}) VALUES (?,?,?,?,?,?,?,?,?)", new)
    changes = _rows(db, "SELECT version, question FROM changes")
    known = [(version, ids[question]) for version, question in changes if question in ids]
    work.many("INSERT INTO changes VALUES (?, ?)", known)
