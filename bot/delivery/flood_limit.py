"""How much one person may ask a minute, counted in the store: by all processes together.

What an alert answers passes whatever is said here, so whoever asks decides after reading the text.
A store that does not answer lets everybody through.
"""

from __future__ import annotations

from enum import Enum, auto

from bot.storage.database import Database, StoreError, Transaction

WINDOW = 60.0  # seconds


class Kind(Enum):
    """What is limited; the value is how many a minute."""

    #: Nobody reads more than 20 answers a minute.
    QUESTION = ("question", 20)
    #: Stickers, commands: no question, so they cost none of those.
    OTHER = ("other", 20)
    EDIT = ("edit", 10)
    #: One person in a group, where others read along.
    IN_GROUP = ("in_group", 10)
    #: Telegram takes 20 messages a minute for a group.
    GROUP = ("group", 18)
    TAP = ("tap", 60)
    #: Each pause in typing asks.
    INLINE = ("inline", 60)

    @property
    def a_minute(self) -> int:
        """How many pass."""
        return self.value[1]


class Verdict(Enum):
    """What to do with one more."""

    WELCOME = auto()
    ASK_TO_SLOW_DOWN = auto()
    DROP = auto()


class FloodLimit:
    """Counts; who goes over is told so once a minute, so that nobody meets silence for longer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, *counted: tuple[Kind, int]) -> Verdict:
        """The verdict on one more of a kind by a person or in a chat; of several, the first that is
        no welcome, and what comes after that is not counted."""
        now = self._database.clock()

        def work(transaction: Transaction) -> Verdict:
            verdicts = (_verdict(kind, _count(transaction, kind, n, now)) for kind, n in counted)
            return next((v for v in verdicts if v is not Verdict.WELCOME), Verdict.WELCOME)

        try:
            return await self._database.run(work)
        except StoreError:  # the database has logged it
            return Verdict.WELCOME


def _verdict(kind: Kind, count: int) -> Verdict:
    if count <= kind.a_minute:
        return Verdict.WELCOME
    return Verdict.ASK_TO_SLOW_DOWN if count == kind.a_minute + 1 else Verdict.DROP


def _count(transaction: Transaction, kind: Kind, whose: int, now: float) -> int:
    """The number of this one in the minute that began with the first."""
    sql = """INSERT INTO floods AS f (kind, whose, since, many) VALUES (?, ?, ?, 1)
        ON CONFLICT (kind, whose) DO UPDATE SET
            many = CASE WHEN f.since <= ? OR f.since > ? THEN 1 ELSE f.many + 1 END,
            since = CASE WHEN f.since <= ? OR f.since > ? THEN excluded.since ELSE f.since END
        RETURNING many"""
    ended = (now - WINDOW, now)  # later than now: a clock has jumped
    [(many,)] = transaction.all(sql, kind.value[0], whose, now, *ended, *ended)
    return int(many)


def prune(transaction: Transaction, now: float) -> None:
    """Forget minutes that are over."""
    transaction.run("DELETE FROM floods WHERE since <= ? OR since > ?", now - WINDOW, now)
