"""Updates from arrival to handled, shared by all processes that use the store.

An update is stored, and then confirmed to Telegram; it is worked on by one process at a time, in
the order of its chat; when it is dealt with its text is deleted. A claim holds as long as the
process that made it lives: nothing is measured by clocks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.storage.database import Database, Transaction
from bot.storage.journal import day

#: Telegram keeps an update for 24 h; twice that outlasts every repetition.
KEEP_HANDLED = 48 * 3600.0
KEEP_DEAD = 90
#: No pause is longer; a later time is the doing of a clock that has jumped (seconds).
LONGEST_PAUSE = 900.0
#: The word that wakes the other processes.
NEWS = "inbox"


@dataclass(frozen=True, slots=True)
class Item:
    """An update that waits."""

    update_id: int
    lane: int
    raw: dict[str, Any] = field(repr=False)
    urgent: bool = False
    arrived: float = 0.0
    #: How often it was begun before.
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended: handled, to be made again after a pause, or given up."""

    item: Item
    pause: float | None = None
    given_up: str = ""


class Inbox:
    """The table `inbox`, as one process sees it."""

    def __init__(self, database: Database, owner: int) -> None:
        self.database = database
        self._owner = owner
        self._late: list[Item] = []

    async def add(self, items: Sequence[Item], *, tell: bool = False) -> None:
        """Store updates that are new; `tell` the other processes that there is work for them.

        Raises StoreError when they are not safely on the disk.
        """
        now = self.database.clock()

        def work(transaction: Transaction) -> None:
            transaction.many(
                "INSERT INTO inbox (update_id, lane, urgent, arrived, raw)"
                " SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS"
                " (SELECT 1 FROM handled WHERE update_id = ?) ON CONFLICT DO NOTHING",
                [(i.update_id, i.lane, int(i.urgent), now, json.dumps(i.raw), i.update_id)
                 for i in items],
            )  # fmt: skip
            # One that was ended elsewhere while this waited for its row is in again.
            transaction.many(
                "DELETE FROM inbox WHERE update_id = ? AND EXISTS"
                " (SELECT 1 FROM handled WHERE update_id = ?)",
                [(i.update_id, i.update_id) for i in items],
            )
            for item in items:
                if item.urgent:  # what is before it in its chat must not hold it up
                    transaction.run("UPDATE inbox SET urgent = 1 WHERE lane = ?", item.lane)
            if tell:
                transaction.tell(NEWS)

        await self.database.run(work, durable=True, patience=2.0)

    async def turn(self, ended: Sequence[Ended], *, room: int, urgent_room: int) -> list[Item]:
        """Note how attempts have ended, and take up as many updates as there is room for.

        Raises StoreError; what this call would have taken up then comes with a later one.
        """

        def work(transaction: Transaction) -> list[Item]:
            self._note(transaction, ended)
            items = self._claim(transaction, room, "")
            if urgent_room > len(items):
                items += self._claim(transaction, urgent_room - len(items), "AND urgent = 1")
            return items

        items = await self.database.run(work, patience=2.0, late=self._late.extend)
        items, self._late = [*self._late, *items], []
        return items

    def _note(self, transaction: Transaction, ended: Iterable[Ended]) -> None:
        now = self.database.clock()
        for each in ended:
            update_id = each.item.update_id
            if each.pause is not None:
                sql = "UPDATE inbox SET owner = NULL, due = ? WHERE update_id = ? AND owner = ?"
                transaction.run(sql, now + each.pause, update_id, self._owner)
                continue
            transaction.run("DELETE FROM inbox WHERE update_id = ?", update_id)
            sql = "INSERT INTO handled (update_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
            transaction.run(sql, update_id, now)
            if each.given_up:
                sql = "INSERT INTO dead_letters VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                transaction.run(sql, update_id, day(now), each.given_up[:200])

    def _claim(self, transaction: Transaction, room: int, which: str) -> list[Item]:
        if room <= 0:
            return []
        now = self.database.clock()
        rows = transaction.all(
            "SELECT update_id, lane, raw, urgent, arrived, tries FROM inbox AS head"
            f" WHERE owner IS NULL AND (due <= ? OR due > ?) {which} AND NOT EXISTS"
            " (SELECT 1 FROM inbox AS earlier WHERE earlier.lane = head.lane"
            " AND (earlier.update_id < head.update_id OR earlier.owner IS NOT NULL))"
            " ORDER BY urgent DESC, update_id LIMIT ? FOR UPDATE SKIP LOCKED",
            now, now + LONGEST_PAUSE, room,
        )  # fmt: skip
        if rows:
            sql = "UPDATE inbox SET owner = ?, tries = tries + 1 WHERE update_id = ?"
            transaction.many(sql, [(self._owner, row[0]) for row in rows])
        return [
            Item(id_, lane, json.loads(raw), bool(urgent), arrived, tries)
            for id_, lane, raw, urgent, arrived, tries in rows
        ]

    async def release_orphans(self) -> int:
        """Give back what processes that have died were working on; how many updates."""

        def work(transaction: Transaction) -> int:
            rows = transaction.all("SELECT DISTINCT owner FROM inbox WHERE owner IS NOT NULL")
            others = [int(owner) for (owner,) in rows if owner != self._owner]
            dead = self.database.engine.released(others)
            sql = "UPDATE inbox SET owner = NULL WHERE owner = ?"
            return sum(transaction.run(sql, owner) for owner in dead)

        return await self.database.run(work)

    async def release(self) -> None:
        """Give back what this process was working on."""

        def work(transaction: Transaction) -> None:
            transaction.run("UPDATE inbox SET owner = NULL WHERE owner = ?", self._owner)
            transaction.tell(NEWS)

        await self.database.run(work)

    async def waiting(self) -> tuple[int, float]:
        """How many updates wait or are worked on, and for how long the oldest has (seconds)."""
        sql = "SELECT count(*), min(arrived) FROM inbox"
        [(count, oldest)] = await self.database.run(lambda work: work.all(sql))
        return int(count), max(0.0, self.database.clock() - oldest) if oldest else 0.0

    async def dead_letters(self) -> int:
        """How many updates were given up and are still remembered."""
        sql = "SELECT count(*) FROM dead_letters"
        [(count,)] = await self.database.run(lambda work: work.all(sql))
        return int(count)


def prune(transaction: Transaction, now: float) -> None:
    """Delete what is too old to matter."""
    transaction.run("DELETE FROM handled WHERE at < ?", now - KEEP_HANDLED)
    transaction.run("DELETE FROM dead_letters WHERE day < ?", day(now, KEEP_DEAD))
