"""The store on a PostgreSQL server, for as many processes on as many machines as one likes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, LiteralString

from bot.settings import SettingsError
from bot.storage.database import Row, T, Work
from bot.storage.schema import migrate
from faq.extras import install

try:
    import psycopg
except ImportError:
    raise SettingsError(
        f"FAQ_STORE: PostgreSQL needs psycopg. Type: {install('postgres')}"
    ) from None

_log = logging.getLogger(__name__)

#: Our advisory locks have this in common ("faq"), so that they meet nobody else's.
LOCKS = 0x666171
CHANNEL = "faq"
#: A machine that is gone is found out within 8 s; so is a server that is gone.
_CONNECTION: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
    "application_name": "faq-bot",
    "autocommit": True,
}
_SESSION = (
    "SET synchronous_commit = off",  # but where it is said to be durable
    "SET statement_timeout = '10s'",
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '10s'",
)
#: The same from the server's side: a client that is gone loses its locks. No server without TCP
#: (a socket in the file system) knows these; there the end of a process is seen at once.
_TCP = (
    "SET tcp_keepalives_idle = 3",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 2",
)


class PostgreSQL:
    """The engine: a connection for each of the store's threads, and one that holds and hears."""

    threads = 4
    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, url: str) -> None:
        self._url = url
        self._own = threading.local()
        self._watch = _Watch(self._connect)
        self._all: list[psycopg.Connection[Row]] = []
        self._migrated = False
        self._migrating = threading.Lock()

    def _connect(self) -> psycopg.Connection[Row]:
        connection = psycopg.connect(self._url, **_CONNECTION)
        for setting in _SESSION:
            connection.execute(setting)
        if connection.info.hostaddr:
            for setting in _TCP:
                connection.execute(setting)
        return connection

    def _connection(self) -> psycopg.Connection[Row]:
        connection: psycopg.Connection[Row] | None = getattr(self._own, "connection", None)
        if connection is None or connection.closed or connection.broken:
            connection = self._own.connection = self._connect()
            self._all = [each for each in self._all if not each.closed] + [connection]
        with self._migrating:
            if not self._migrated:
                self._migrate(connection)
                self._migrated = True
        return connection

    def _migrate(self, connection: psycopg.Connection[Row]) -> None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", (LOCKS,))
            if migrate(_Transaction(connection), blob="BYTEA"):
                # What was answered shall leave the disk soon, not when a fifth of the table has.
                connection.execute(
                    "ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0,"
                    " autovacuum_vacuum_threshold = 100)"
                )

    def transaction(self, work: Work[T], *, durable: bool) -> T:
        """Do the work on this thread's connection."""
        connection = self._connection()
        with connection.transaction():
            if durable:
                connection.execute("SET LOCAL synchronous_commit = on")
            return work(_Transaction(connection))

    def tidy(self) -> None:
        """PostgreSQL vacuums by itself."""

    def hold(self, lock: int) -> bool:
        """Whether this process has a lock, which it asks for until it is let go."""
        return self._watch.hold(lock)

    def released(self, locks: Iterable[int]) -> list[int]:
        """Those locks that no session holds."""
        rows = self._connection().execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())",
            (LOCKS,),
        )
        held = {int(lock) for (lock,) in rows}
        return [lock for lock in locks if lock not in held]

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard` with what other processes tell."""
        self._watch.heard = heard

    def close(self) -> None:
        """Close all connections, that which holds the locks too."""
        self._watch.close()
        for connection in self._all:
            connection.close()


class _Transaction:
    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def all(self, sql: str, *values: object) -> list[Row]:
        return self._connection.execute(_portable(sql), values).fetchall()

    def run(self, sql: str, *values: object) -> int:
        return self._connection.execute(_portable(sql), values).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_portable(sql), rows)

    def tell(self, word: str) -> None:
        """Wake the others; one that does not hear it looks every second anyway."""
        self._connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, word))


def _portable(sql: str) -> LiteralString:
    return sql.replace("?", "%s")  # all SQL stands in this room


class _Watch(threading.Thread):
    """The connection that lasts: it holds this process's locks and hears the others."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Row]]) -> None:
        super().__init__(name="store-watch", daemon=True)
        self._connect = connect
        self._wanted: set[int] = set()
        self._held: set[int] = set()
        self._ending = False
        self.heard: Callable[[str], None] = lambda word: None

    def hold(self, lock: int) -> bool:
        self._wanted.add(lock)
        if not self.is_alive() and not self._ending:
            self.start()
        return lock in self._held

    def run(self) -> None:
        while not self._ending:
            try:
                with self._connect() as connection:
                    connection.execute("LISTEN faq")
                    while not self._ending:
                        self._look(connection)
            except (psycopg.Error, OSError) as error:
                if self._held:
                    _log.warning("the store's connection is lost: %s", str(error).strip())
                self._held.clear()
                time.sleep(1.0)

    def _look(self, connection: psycopg.Connection[Row]) -> None:
        for lock in self._wanted - self._held:
            sql = "SELECT pg_try_advisory_lock(%s, %s)"
            row = connection.execute(sql, (LOCKS, lock)).fetchone()
            if row and row[0]:
                self._held.add(lock)
        for notice in connection.notifies(timeout=0.5 if self._wanted <= self._held else 0.2):
            self.heard(notice.payload)

    def close(self) -> None:
        self._ending = True
