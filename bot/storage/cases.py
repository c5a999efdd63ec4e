"""Questions handed to people. Who asked stands beside a question only until the case is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.storage.database import Database, Row, Transaction

#: What somebody may hand to a person is remembered so long (seconds).
OFFERED = 30 * 60.0
DAY = 86_400.0
#: Cases one person may have open, and may open a day.
OPEN_AT_ONCE, A_DAY = 2, 5
MUTED = 30 * DAY
#: No case is kept longer.
KEPT_DAYS = 30
#: A process that says it will remind of a case has so long to do it (seconds).
CLAIMED = 300.0

TABLES = (
    # What was asked last in a chat and how the bot answered: the person may want to hand it on.
    # `consent` is the number of the asking whether to hand on exactly this; 0 for none yet.
    """CREATE TABLE offered (
        chat BIGINT NOT NULL, consent BIGINT NOT NULL, question TEXT NOT NULL, said TEXT NOT NULL,
        at DOUBLE PRECISION NOT NULL, PRIMARY KEY (chat, consent)
    )""",
    """CREATE TABLE cases (
        id BIGINT PRIMARY KEY,
        chat BIGINT NOT NULL,
        language TEXT NOT NULL,
        question TEXT NOT NULL,
        said TEXT NOT NULL,
        opened DOUBLE PRECISION NOT NULL,
        thread BIGINT,                  -- its topic in a forum
        posted INTEGER NOT NULL DEFAULT 0,
        answered INTEGER NOT NULL DEFAULT 0,
        reminded INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX cases_by_chat ON cases (chat)",
    # Which message in the experts' group is which message in the person's chat.
    """CREATE TABLE case_messages (
        case_id BIGINT NOT NULL, ours BIGINT, theirs BIGINT
    )""",
    "CREATE INDEX case_messages_ours ON case_messages (ours)",
    "CREATE INDEX case_messages_case ON case_messages (case_id)",
    # How many cases a chat has opened lately, and until when it may open none.
    "CREATE TABLE case_limits (chat BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL)",
    "CREATE TABLE case_muted (chat BIGINT PRIMARY KEY, until DOUBLE PRECISION NOT NULL)",
    # A group that became a supergroup has another id.
    "CREATE TABLE case_group (was BIGINT PRIMARY KEY, is_now BIGINT NOT NULL)",
)
#: Which process reminds of a case or ends it, and since when.
CLAIMS = ("ALTER TABLE cases ADD COLUMN claimed DOUBLE PRECISION NOT NULL DEFAULT 0",)
#: The message of the person's chat that hangs with a question: a picture, a recording.
MEDIA = (
    "ALTER TABLE offered ADD COLUMN media BIGINT",
    "ALTER TABLE cases ADD COLUMN media BIGINT",
)
_FIELDS = "id, chat, language, question, said, opened, thread, media, posted, answered, reminded"

_OFFERED = "SELECT question, said, media FROM offered WHERE chat = ? AND consent = ? AND at > ?"
_JOINED = f"SELECT {_FIELDS} FROM cases JOIN case_messages ON case_id = cases.id"


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may hand on: the question, what the bot said, the message with a picture."""

    question: str
    said: str
    media: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question that waits for people."""

    id: int
    chat: int
    language: str
    question: str
    said: str
    opened: float
    thread: int | None = None
    media: int | None = None
    posted: bool = False
    answered: bool = False
    reminded: bool = False


def _case(row: Row) -> Case:
    id_, chat, language, question, said, opened, thread, media, *flags = row
    return Case(id_, chat, language, question, said, opened, thread, media, *map(bool, flags))


class Cases:
    """The open cases. Every method raises StoreError where the store cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _all(self, sql: str, *values: object) -> list[Row]:
        return await self._database.run(lambda work: work.all(sql, *values), patience=2.0)

    async def _run(self, sql: str, *values: object) -> int:
        return await self._database.run(
            lambda work: work.run(sql, *values), durable=True, patience=2.0
        )

    async def offer(self, chat: int, offer: Offer, *, consent: int = 0) -> None:
        """Remember what somebody may want to hand to a person, and under which number it is asked.

        Noted before it is asked: the number stands on the buttons.
        """
        await self._run(
            "INSERT INTO offered (chat, consent, question, said, media, at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (chat, consent) DO UPDATE SET"
            " question = excluded.question, said = excluded.said, media = excluded.media,"
            " at = excluded.at",
            chat, consent, offer.question, offer.said, offer.media, self._database.clock(),
        )  # fmt: skip

    async def offered(self, chat: int, *, consent: int = 0) -> Offer | None:
        """What may be handed on, if it was asked a short while ago."""
        rows = await self._all(_OFFERED, chat, consent, self._database.clock() - OFFERED)
        return Offer(*rows[0]) if rows else None

    async def open(self, chat: int, language: str, consent: int) -> Case | None:
        """A case of what was offered; None where there is nothing, or this chat has had enough.

        Pressed once more, or begun again after a process has ended, the same consent gives the
        same case, for its number is the case's.
        """
        now = self._database.clock()

        def work(transaction: Transaction) -> Case | None:
            sql = f"SELECT {_FIELDS} FROM cases WHERE id = ? AND chat = ?"
            if known := transaction.all(sql, consent, chat):
                return _case(known[0])
            rows = transaction.all(_OFFERED, chat, consent, now - OFFERED) if consent else None
            if not rows or not self._may(transaction, chat, now):
                return None
            offer = Offer(*rows[0])
            transaction.run(
                "INSERT INTO cases (id, chat, language, question, said, media, opened)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                consent, chat, language, offer.question, offer.said, offer.media, now,
            )  # fmt: skip
            transaction.run("INSERT INTO case_limits (chat, at) VALUES (?, ?)", chat, now)
            transaction.run("DELETE FROM offered WHERE chat = ?", chat)
            return Case(consent, chat, language, offer.question, offer.said, now, None, offer.media)

        return await self._database.run(work, durable=True, patience=2.0)

    def _may(self, transaction: Transaction, chat: int, now: float) -> bool:
        """Whether a chat may open a case."""
        sql = "SELECT 1 FROM case_muted WHERE chat = ? AND until > ?"
        if transaction.all(sql, chat, now):
            return False
        [(open_now,)] = transaction.all("SELECT count(*) FROM cases WHERE chat = ?", chat)
        sql = "SELECT count(*) FROM case_limits WHERE chat = ? AND at > ?"
        [(today,)] = transaction.all(sql, chat, now - DAY)
        return bool(open_now < OPEN_AT_ONCE and today < A_DAY)

    async def posted(self, case: Case, thread: int | None) -> None:
        """Note that a case stands in the group, and in which topic."""
        await self._run("UPDATE cases SET posted = 1, thread = ? WHERE id = ?", thread, case.id)

    async def link(self, case: Case, *, ours: int, theirs: int) -> None:
        """Note that a message of the group and one of the person's chat are the same."""
        sql = "INSERT INTO case_messages (case_id, ours, theirs) VALUES (?, ?, ?)"
        await self._run(sql, case.id, ours, theirs)

    async def answered(self, case: Case) -> None:
        """Note that the person has got an answer."""
        await self._run("UPDATE cases SET answered = 1 WHERE id = ?", case.id)

    async def by_id(self, identity: int) -> Case | None:
        """An open case."""
        rows = await self._all(f"SELECT {_FIELDS} FROM cases WHERE id = ?", identity)
        return _case(rows[0]) if rows else None

    async def of_ours(self, message: int) -> tuple[Case, int] | None:
        """The open case of a message of the group that was passed on, and what it became."""
        return await self._pair(f"{_JOINED} WHERE ours = ? AND theirs > 0", "theirs", message)

    async def of_theirs(self, chat: int, message: int) -> tuple[Case, int] | None:
        """The open case of a message of a person that was passed on, and what it became."""
        sql = f"{_JOINED} WHERE theirs = ? AND chat = ? AND ours > 0"
        return await self._pair(sql, "ours", message, chat)

    async def _pair(self, sql: str, other: str, *values: object) -> tuple[Case, int] | None:
        rows = await self._all(sql.replace(_FIELDS, f"{_FIELDS}, {other}", 1), *values)
        return (_case(rows[0][:-1]), int(rows[0][-1])) if rows else None

    async def close(self, case: Case, *, mute: bool = False) -> bool:
        """Forget a case, and who asked; whether it was still open."""
        now = self._database.clock()

        def work(transaction: Transaction) -> bool:
            transaction.run("DELETE FROM case_messages WHERE case_id = ?", case.id)
            if mute:
                sql = "INSERT INTO case_muted (chat, until) VALUES (?, ?) ON CONFLICT DO NOTHING"
                transaction.run(sql, case.chat, now + MUTED)
            return transaction.run("DELETE FROM cases WHERE id = ?", case.id) > 0

        return await self._database.run(work, durable=True, patience=2.0)

    async def of_chat(self, chat: int) -> list[Case]:
        """The open cases of a chat."""
        return [
            _case(row)
            for row in await self._all(f"SELECT {_FIELDS} FROM cases WHERE chat = ?", chat)
        ]

    async def waiting(self, *, seconds: float) -> Sequence[Case]:
        """Cases nobody has answered for so long."""
        sql = f"SELECT {_FIELDS} FROM cases WHERE answered = 0 AND opened < ?"
        rows = await self._all(sql, self._database.clock() - seconds)
        return [_case(row) for row in rows]

    async def claim(self, case: Case) -> bool:
        """Whether it is for this process to remind of a case or to end it.

        It is for nobody who has read the case before another was done with it. If this process does
        not come to it (it is killed), another does after a while.
        """
        now = self._database.clock()
        as_read = (int(case.posted), int(case.answered), int(case.reminded))
        sql = (
            "UPDATE cases SET claimed = ? WHERE id = ? AND claimed < ?"
            " AND posted = ? AND answered = ? AND reminded = ?"
        )
        return await self._run(sql, now, case.id, now - CLAIMED, *as_read) > 0

    async def reminded(self, case: Case) -> None:
        """Note that the team was reminded of a case."""
        await self._run("UPDATE cases SET reminded = 1, claimed = 0 WHERE id = ?", case.id)

    async def forget(self, chat: int) -> None:
        """Forget a chat: its question, its cases."""

        def work(transaction: Transaction) -> None:
            transaction.run("DELETE FROM offered WHERE chat = ?", chat)
            transaction.run("DELETE FROM cases WHERE chat = ?", chat)
            transaction.run("DELETE FROM case_messages WHERE case_id NOT IN (SELECT id FROM cases)")

        await self._database.run(work, patience=2.0)

    async def moved(self, was: int, now: int) -> None:
        """Note that the group has another id, and counts its messages from 1 again."""

        def work(transaction: Transaction) -> None:
            sql = "INSERT INTO case_group (was, is_now) VALUES (?, ?) ON CONFLICT DO NOTHING"
            if transaction.run(sql, was, now):
                transaction.run("UPDATE case_messages SET ours = NULL")

        await self._database.run(work, durable=True, patience=2.0)

    async def group(self, configured: int) -> int:
        """The id the group has now."""
        rows = await self._all("SELECT is_now FROM case_group WHERE was = ?", configured)
        return int(rows[0][0]) if rows else configured


def prune(transaction: Transaction, now: float) -> None:
    """Delete what is kept no longer."""
    transaction.run("DELETE FROM offered WHERE at < ?", now - OFFERED)
    transaction.run("DELETE FROM case_limits WHERE at < ?", now - DAY)
    transaction.run("DELETE FROM case_muted WHERE until < ?", now)
    transaction.run("DELETE FROM cases WHERE opened < ?", now - KEPT_DAYS * DAY)
    transaction.run("DELETE FROM case_messages WHERE case_id NOT IN (SELECT id FROM cases)")
