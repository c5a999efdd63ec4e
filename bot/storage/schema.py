"""The tables, and how a store of an earlier version becomes one of this version."""

from __future__ import annotations

from bot.storage import cases
from bot.storage.database import StoreTooNew, Transaction

#: One after the other; never change one that was released, add another. `{blob}`: any bytes.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # Updates from Telegram that wait or are being worked on, text and all.
        """CREATE TABLE inbox (
            update_id BIGINT PRIMARY KEY,
            lane BIGINT NOT NULL,           -- the chat: its updates are handled in order
            urgent INTEGER NOT NULL,        -- 1: before all others
            arrived DOUBLE PRECISION NOT NULL,
            raw TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            due DOUBLE PRECISION NOT NULL DEFAULT 0,    -- not before
            owner BIGINT                    -- the process that works on it
        )""",
        "CREATE INDEX inbox_by_lane ON inbox (lane, update_id)",
        "CREATE INDEX inbox_by_turn ON inbox (urgent DESC, update_id)",
        # Ids of updates that are dealt with, for Telegram repeats itself.
        "CREATE TABLE handled (update_id BIGINT PRIMARY KEY, at DOUBLE PRECISION NOT NULL)",
        "CREATE INDEX handled_by_time ON handled (at)",
        # Updates that were given up, without their text.
        """CREATE TABLE dead_letters (
            update_id BIGINT PRIMARY KEY, day TEXT NOT NULL, error TEXT NOT NULL
        )""",
        """CREATE TABLE last_answers (
            chat BIGINT PRIMARY KEY, entry TEXT NOT NULL, at DOUBLE PRECISION NOT NULL
        )""",
        """CREATE TABLE sent (
            chat BIGINT NOT NULL, question BIGINT NOT NULL, answer BIGINT NOT NULL,
            at DOUBLE PRECISION NOT NULL, PRIMARY KEY (chat, question, answer)
        )""",
        "CREATE TABLE pictures (name TEXT PRIMARY KEY, file_id TEXT NOT NULL)",
        # What was asked, without who asked: ids are random and times are days, so that no row can
        # be joined with another table's.
        """CREATE TABLE questions (
            id BIGINT PRIMARY KEY,
            day TEXT NOT NULL,
            query TEXT NOT NULL,            -- masked
            outcome TEXT NOT NULL,
            entry TEXT,
            score DOUBLE PRECISION,
            pressed TEXT,                   -- which suggestion was picked; '' for none of these
            helpful INTEGER,                -- 1, 0 or NULL
            settled TEXT                    -- what a curator made of it
        )""",
        "CREATE INDEX questions_by_day ON questions (day)",
        "CREATE TABLE changes (version TEXT NOT NULL, question BIGINT NOT NULL)",
    ),
    (
        # Content folders, zipped: what one process publishes all answer with.
        """CREATE TABLE content_versions (
            id BIGINT PRIMARY KEY, made TEXT NOT NULL, author TEXT NOT NULL, digest TEXT NOT NULL,
            zip {blob} NOT NULL
        )""",
    ),
    cases.TABLES,
    cases.CLAIMS,
    # What stood on the buttons below, for "the second one": ids with spaces between.
    ("ALTER TABLE last_answers ADD COLUMN offered TEXT NOT NULL DEFAULT ''",),
    (
        # How much somebody has asked since when, for a minute.
        """CREATE TABLE floods (
            kind TEXT NOT NULL, whose BIGINT NOT NULL, since DOUBLE PRECISION NOT NULL,
            many INTEGER NOT NULL, PRIMARY KEY (kind, whose)
        )""",
    ),
    cases.MEDIA,
)


def migrate(work: Transaction, *, blob: str) -> bool:
    """Bring the tables up to date; whether the store is a new one.

    Raises StoreTooNew for a store of a later version than this.
    """
    work.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    version = work.all("SELECT version FROM schema_version")
    done = int(version[0][0]) if version else 0
    if done > len(MIGRATIONS):
        raise StoreTooNew(
            f"The store was made by a newer version of the bot (schema {done}; this one knows"
            f" {len(MIGRATIONS)}). Start the newer version, or give this one a store of its own."
        )
    for statements in MIGRATIONS[done:]:
        for statement in statements:
            work.run(statement.replace("{blob}", blob))
    if not version:
        work.run("INSERT INTO schema_version VALUES (?)", len(MIGRATIONS))
    elif done < len(MIGRATIONS):
        work.run("UPDATE schema_version SET version = ?", len(MIGRATIONS))
    return not version
