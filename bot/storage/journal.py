"""What was asked and how it ended, without who asked. Evidence for the curator, never content.

Ids are random and times are days, so that no row can be joined with a chat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.storage.database import Database, Row, StoreError, T, Transaction, Work
from bot.ui.presses import new_number
from faq import FAQError, Outcome, Reply
from faq.curator.questions import Asked
from faq.model import ALERTS

#: The wording of an answered question that nobody complained of is kept so long (days).
ANSWERED_DAYS = 14
#: So many open questions are read at once; the others come when these are settled.
MOST = 1000

_EMAIL = re.compile(
    # anna@example.com, anna (at) example; possessive, for the search must stay linear
    r"(?<![\w.+-])[\w.+-]++(?:@| @ | ?[(\[]at[)\]] ?)[\w-]+(?:\.[\w-]+)*"
    r"|(?<!\w)@\w{3,}|\bt\.me/\w+",  # names on Telegram
    re.IGNORECASE,
)
#: Six digits or more, whatever people write between them; a letter in front doesn't hide them.
_NUMBER = re.compile(r"(?:\b[a-z]{2})?\+?\d(?:[\s()./,_\u2010-\u2015-]{0,3}\d){5,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")

#: No answer that helped, and no curator has settled it.
_OPEN = (
    "settled IS NULL AND (helpful = 0 OR outcome = 'fallback' OR"
    " (outcome = 'suggest' AND (pressed IS NULL OR pressed = '')))"
)


def mask(text: str) -> str:
    """The text with e-mail addresses, phone and account numbers blanked out.

    Names, streets and dates stay: nothing tells them from other words.
    """
    for pattern, word in ((_EMAIL, "[e-mail]"), (_IBAN, "[number]"), (_NUMBER, "[number]")):
        text = pattern.sub(word, text)
    return text


def day(seconds: float, back: int = 0) -> str:
    """The day (UTC) of a time in seconds since 1970, or one so many days before it."""
    return str((datetime.fromtimestamp(seconds, UTC) - timedelta(days=back)).date())


class Journal:
    """Where questions are noted; for `days` = 0 nothing is."""

    def __init__(self, database: Database, *, days: int) -> None:
        self._database = database
        self.days = days

    def new_row(self) -> int:
        """A number for a question that will be recorded; 0 where nothing is kept."""
        return new_number() if self.days else 0

    async def record(self, row: int, query: str, reply: Reply) -> None:
        """Note a question and how it ended."""
        entry = reply.answers[0].id if reply.answers else None
        score = reply.candidates[0].score if reply.candidates else None
        kept = "" if reply.outcome in ALERTS else mask(query)
        today = day(self._database.clock())
        await self._try(
            "INSERT INTO questions (id, day, query, outcome, entry, score)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            row, today, kept, reply.outcome.value, entry, score,
        )  # fmt: skip

    async def pressed(self, row: int, entry: str) -> None:
        """Note which suggestion was picked ("" for none)."""
        await self._try("UPDATE questions SET pressed = ? WHERE id = ?", entry, row)

    async def helpful(self, row: int, *, yes: bool) -> None:
        """Note whether an answer helped."""
        await self._try("UPDATE questions SET helpful = ? WHERE id = ?", int(yes), row)

    async def _try(self, sql: str, *values: object) -> None:
        """Trouble with the store never reaches a person; the database logs it."""
        if self.days:
            with suppress(StoreError):
                await self._database.run(lambda work: work.run(sql, *values))


def prune(transaction: Transaction, now: float, days: int) -> None:
    """Delete what is kept no longer, and the wording of what was answered well."""
    transaction.run("DELETE FROM questions WHERE day < ?", day(now, days))
    transaction.run("DELETE FROM changes WHERE question NOT IN (SELECT id FROM questions)")
    transaction.run(
        "UPDATE questions SET query = '' WHERE day < ? AND query <> '' AND outcome NOT IN"
        " ('fallback', 'suggest') AND (helpful IS NULL OR helpful = 1)",
        day(now, ANSWERED_DAYS),
    )


class Questions:
    """The journal as a curator reads it, in a thread of his own.

    Every method raises FAQError where the store cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def _do(self, work: Work[T]) -> T:
        try:
            return self._database.now(work)
        except StoreError as error:
            raise FAQError(f"The journal cannot be used ({error}). Try again.") from error

    def _all(self, sql: str, *values: object) -> list[Row]:
        return self._do(lambda work: work.all(sql, *values))

    def open(self) -> list[Asked]:
        """Questions without an answer that helped, that nobody has settled; newest day first."""
        sql = f"SELECT id, query, helpful FROM questions WHERE {_OPEN} AND query <> ''"
        rows = self._all(f"{sql} ORDER BY day DESC, query LIMIT ?", MOST)
        return [Asked(int(id_), str(query), helpful == 0) for id_, query, helpful in rows]

    def still_open(self, rows: Sequence[int]) -> list[int]:
        """Those of some rows that nobody has settled meanwhile."""
        sql = f"SELECT id FROM questions WHERE id = ? AND {_OPEN}"
        return self._do(lambda work: [row for row in rows if work.all(sql, row)])

    def settle(self, rows: Sequence[int], how: str, *, version: str = "") -> list[int]:
        """Note what a curator made of questions, and by which change of the content.

        Gives those of the rows that were open until now.
        """

        def work(transaction: Transaction) -> list[int]:
            sql = "UPDATE questions SET settled = ? WHERE id = ? AND settled IS NULL"
            settled = [row for row in rows if transaction.run(sql, how, row)]
            if version:
                sql = "INSERT INTO changes (version, question) VALUES (?, ?)"
                transaction.many(sql, [(version, row) for row in settled])
            return settled

        return self._do(work)

    def reopen(self, version: str) -> int:
        """Open again what a change of the content settled; how many questions."""
        which = "id IN (SELECT question FROM changes WHERE version = ?)"

        def work(transaction: Transaction) -> int:
            done = transaction.run(f"UPDATE questions SET settled = NULL WHERE {which}", version)
            transaction.run("DELETE FROM changes WHERE version = ?", version)
            return done

        return self._do(work)

    def answered(self, most: int) -> list[tuple[str, str]]:
        """The latest answered queries that nobody called unhelpful, with their entries."""
        sql = (
            "SELECT query, entry FROM questions WHERE entry IS NOT NULL AND query <> ''"
            " AND (helpful IS NULL OR helpful = 1)"
            " GROUP BY query, entry ORDER BY max(day) DESC LIMIT ?"
        )
        return [(str(query), str(entry)) for query, entry in self._all(sql, most)]

    def latest(self, most: int) -> list[str]:
        """The latest questions, each once."""
        sql = "SELECT query FROM questions WHERE query <> '' GROUP BY query"
        rows = self._all(f"{sql} ORDER BY max(day) DESC, query LIMIT ?", most)
        return [str(query) for (query,) in rows]

    def counts(
        self, what: str, *, days: int, outcome: Outcome | None = None, unhelpful: bool = False
    ) -> dict[str, int]:
        """Questions of the last days by `outcome`, `entry` or `helpful`, most first; all of them
        or the unhelpful ones only."""
        which = "AND helpful = 0" if unhelpful else ""
        values = [] if outcome is None else [outcome.value]
        which += " AND outcome = ?" if values else ""
        sql = (
            f"SELECT {what}, count(*) FROM questions WHERE day >= ? AND {what} IS NOT NULL"
            f" {which} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {str(name): int(n) for name, n in self._all(sql, self._since(days), *values)}

    def by_entry(self, *, days: int, unhelpful: bool = False) -> dict[str, int]:
        """Questions of the last days by the entry that answered."""
        return self.counts("entry", days=days, unhelpful=unhelpful)

    def helpful(self, *, days: int) -> tuple[int, int]:
        """How many said in the last days that an answer helped, and that it did not."""
        counts = self.counts("helpful", days=days)
        return counts.get("1", 0), counts.get("0", 0)

    def by_day(self, *, days: int) -> dict[tuple[str, str], int]:
        """Questions of the last days, by day (UTC, `2026-01-31`) and outcome."""
        sql = "SELECT day, outcome, count(*) FROM questions WHERE day >= ? GROUP BY 1, 2"
        rows = self._all(sql, self._since(days))
        return {(str(d), str(outcome)): int(n) for d, outcome, n in rows}

    def _since(self, days: int) -> str:
        return day(self._database.clock(), days)
