"""What a conversation needs to remember, forgotten after a while.

All of it is convenience: a store that does not answer is logged, and never stops an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.storage.database import Database, Row, StoreError, T, Transaction, Work

#: A follow-up ("and why?") comes within minutes; Telegram lets people edit for two days.
FOLLOW_UP = 30 * 60.0
KEEP = 48 * 3600.0


class Shown(NamedTuple):
    """The entry that answered last, and those on the buttons below: ids, empty where none."""

    entry: str = ""
    offered: tuple[str, ...] = ()


class Memory:
    """Last answers, which messages answer which, and uploaded pictures."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pictures: dict[str, str] = {}

    async def _try(self, work: Work[T], otherwise: T) -> T:
        try:
            return await self._database.run(work)
        except StoreError:  # the database has logged it
            return otherwise

    async def _all(self, sql: str, *values: object) -> list[Row]:
        nothing: list[Row] = []
        return await self._try(lambda work: work.all(sql, *values), nothing)

    async def last_shown(self, chat: int) -> Shown:
        """What was shown last in a chat, if that was a short while ago."""
        since = self._database.clock() - FOLLOW_UP
        sql = "SELECT entry, offered FROM last_answers WHERE chat = ? AND at > ?"
        for entry, offered in await self._all(sql, chat, since):
            return Shown(str(entry), tuple(str(offered).split()))
        return Shown()

    async def note(
        self, chat: int, question: int, answers: Sequence[int] = (), shown: Shown | None = None
    ) -> None:
        """Note which messages answered a question, maybe beside others, and what they showed."""
        now = self._database.clock()

        def work(transaction: Transaction) -> None:
            if shown:
                transaction.run(
                    "INSERT INTO last_answers (chat, entry, offered, at) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (chat) DO UPDATE"
                    " SET entry = excluded.entry, offered = excluded.offered, at = excluded.at",
                    chat, shown.entry, " ".join(shown.offered), now,
                )  # fmt: skip
            sql = "INSERT INTO sent (chat, question, answer, at) VALUES (?, ?, ?, ?)"
            for answer in answers:
                transaction.run(f"{sql} ON CONFLICT DO NOTHING", chat, question, answer, now)

        await self._try(work, None)

    async def answers_to(self, chat: int, question: int) -> list[int]:
        """The messages that answered a question, in order."""
        sql = "SELECT answer FROM sent WHERE chat = ? AND question = ? ORDER BY answer"
        rows = await self._all(sql, chat, question)
        return [int(answer) for (answer,) in rows]

    async def deleted(self, chat: int, question: int, answers: Iterable[int]) -> None:
        """Note that answers are gone."""
        sql = "DELETE FROM sent WHERE chat = ? AND question = ? AND answer = ?"
        rows = [(chat, question, answer) for answer in answers]
        await self._try(lambda work: work.many(sql, rows), None)

    async def forget(self, chat: int) -> None:
        """Forget everything about a chat. Raises StoreError where that is not possible now."""

        def work(transaction: Transaction) -> None:
            transaction.run("DELETE FROM last_answers WHERE chat = ?", chat)
            transaction.run("DELETE FROM sent WHERE chat = ?", chat)

        await self._database.run(work, patience=5.0)
        self._database.tidy()

    async def pictures(self, names: Iterable[str]) -> Mapping[str, str]:
        """Telegram's ids of those pictures that were uploaded before."""
        unknown = [name for name in names if name not in self._pictures]

        for name in unknown:
            self._pictures |= await self._all(
                "SELECT name, file_id FROM pictures WHERE name = ?", name
            )
        return self._pictures

    async def keep_picture(self, name: str, file_id: str | None) -> None:
        """Remember a picture's id; None forgets one that Telegram no longer takes."""
        self._pictures.pop(name, None)

        def work(transaction: Transaction) -> None:
            transaction.run("DELETE FROM pictures WHERE name = ?", name)
            if file_id:
                transaction.run("INSERT INTO pictures VALUES (?, ?)", name, file_id)

        await self._try(work, None)


def prune(transaction: Transaction, now: float) -> None:
    """Delete what is too old to matter; /privacy promises it."""
    transaction.run("DELETE FROM last_answers WHERE at < ?", now - FOLLOW_UP)
    transaction.run("DELETE FROM sent WHERE at < ?", now - KEEP)
