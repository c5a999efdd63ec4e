"""Questions are noted without who asked, and trouble with the file never stops an answer."""

from __future__ import annotations

import asyncio
import re
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin.stats import chart, days
from bot.storage import journal as journals
from bot.storage.database import Database, open_database
from bot.storage.journal import Journal, Questions, mask
from bot.telegram.admin.review import Queue
from faq import Outcome, Reply, Responder, load
from faq.curator.questions import grouped
from tests import folders
from tests.conftest import Start
from tests.running import CALL, EMERGENCY, wait_until
from tests.strict_telegram.server import TelegramServer


class Notes:
    """A journal, written to without a loop of one's own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._journal = Journal(database, days=90)

    def record(self, query: str, reply: Reply) -> int:
        row = self._journal.new_row()
        asyncio.run(self._journal.record(row, query, reply))
        return row

    def pressed(self, row: int, entry: str) -> None:
        asyncio.run(self._journal.pressed(row, entry))

    def helpful(self, row: int, *, yes: bool) -> None:
        asyncio.run(self._journal.helpful(row, yes=yes))


@pytest.fixture
def journal(database: Database) -> Notes:
    return Notes(database)


@pytest.fixture
def questions(database: Database) -> Questions:
    return Questions(database)


@pytest.fixture
def responder(tmp_path: Path) -> Responder:
    (tmp_path / "tea").mkdir()
    return Responder(load(folders.write(tmp_path / "tea")))


def unanswered(query: str = "") -> Reply:
    return Reply(query=query, outcome=Outcome.FALLBACK)


def test_it_knows_nobody(journal: Notes, questions: Questions) -> None:
    row = journal.record("call me on +44 20 7946 0958 or ann@example.org", unanswered())
    [asked] = questions.open()
    assert asked.id == row
    assert asked.query == "call me on [number] or [e-mail]"
    assert mask("my stent is 3.5 mm, put in 2019") == "my stent is 3.5 mm, put in 2019"


@pytest.mark.parametrize(
    "secret",
    [
        *("0170/1234567", "0170 / 123 / 4567", "0170 \u2013 1234567", "0170,123,45,67"),
        *("12/03/1985", "07911_123456", "943-476-5919", "de89370400440532013000"),
        *("DE89 3704 0044 0532 0130 00", "anna @ example.com", "anna(at)example.com"),
        *("anna@example", "@anna_t", "t.me/anna"),
    ],
)
def test_what_tells_who_somebody_is_does_not_reach_the_journal(secret: str) -> None:
    masked = mask(f"please write to {secret}, thank you")
    assert masked in {f"please write to [{what}], thank you" for what in ("number", "e-mail")}


def test_nothing_tells_when_or_in_what_order_people_asked(journal: Notes) -> None:
    rows = [journal.record(query, unanswered()) for query in "abcdefgh"]
    assert rows != sorted(rows)
    days = journal.database.now(lambda work: work.all("SELECT day FROM questions"))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for (day,) in days)


def test_masking_takes_no_longer_for_longer_texts() -> None:
    for text in ("a" * 4096, "a." * 2048, "1 " * 2048, "AB12 " * 800, "a@" * 2048):
        begun = time.process_time()
        mask(text)
        assert time.process_time() - begun < 0.05, text[:10]


def test_what_was_answered_well_keeps_its_wording_for_two_weeks_only(
    journal: Notes, questions: Questions, responder: Responder
) -> None:
    journal.record("what is tea my street is Elm Road", responder.reply("what is tea"))
    journal.record("bicycle tyres", unanswered())
    later = journal.database.clock() + 20 * 86_400
    journal.database.now(lambda work: journals.prune(work, later, 90))
    assert questions.answered(10) == []
    assert [each.query for each in questions.open()] == ["bicycle tyres"]
    assert sum(questions.counts("outcome", days=9).values()) == 2


def test_old_questions_are_deleted(journal: Notes, questions: Questions, tmp_path: Path) -> None:
    journal.record("old words", unanswered())
    later = journal.database.clock() + 91 * 86_400
    journal.database.now(lambda work: journals.prune(work, later, 90))
    assert questions.open() == []
    journal.database.tidy()
    journal.database.now(lambda work: work.all("SELECT 1"))
    assert not any(b"old words" in file.read_bytes() for file in tmp_path.glob("faq.db*"))


def test_what_is_open(journal: Notes, questions: Questions, responder: Responder) -> None:
    answer, offer = responder.reply("what is tea"), Reply(query="", outcome=Outcome.SUGGEST)
    answered, unhelpful = journal.record("one", answer), journal.record("two", answer)
    picked, refused = journal.record("three", offer), journal.record("four", offer)
    left, missed = journal.record("five", offer), journal.record("six", unanswered())
    journal.helpful(answered, yes=True)
    journal.helpful(unhelpful, yes=False)
    journal.pressed(picked, "what-is-tea")
    journal.pressed(refused, "")
    assert {a.id for a in questions.open()} == {missed, left, refused, unhelpful}
    assert questions.answered(10) == [("one", "what-is-tea")]


def test_settled_by_a_change_and_open_again_when_it_is_taken_back(
    journal: Notes, questions: Questions
) -> None:
    rows = [journal.record(query, unanswered()) for query in ("one", "two", "three")]
    questions.settle(rows[:1], "published", version="v1")
    questions.settle(rows[1:2], "ignored")
    assert questions.still_open(rows) == rows[2:]
    assert questions.reopen("v1") == 1
    assert questions.still_open(rows) == [rows[0], rows[2]]
    assert questions.reopen("v1") == 0


def test_groups_are_by_meaning_and_leave_out_what_is_answered_now(
    journal: Notes, questions: Questions, responder: Responder
) -> None:
    for query in ("submarine periscope", "bicycle tyres", "Periscope of a submarine!"):
        journal.record(query, unanswered())
    journal.record("tea meaning", unanswered())  # older content did not know it
    journal.helpful(journal.record("explain tea to me", responder.reply("what is tea")), yes=False)
    found = grouped(questions.open(), responder)
    assert [(group.query, group.others) for group in found] == [
        ("Periscope of a submarine!", ["submarine periscope"]),
        ("bicycle tyres", []),
        ("explain tea to me", []),
    ]


def test_a_queue_walks_past_what_others_settled(
    journal: Notes, questions: Questions, responder: Responder
) -> None:
    for query in ("bicycle tyres", "submarine periscope", "moon landing"):
        journal.record(query, unanswered())
    queue = Queue(questions)
    queue.refresh(responder)
    first, second, third = queue.groups
    assert questions.settle(second.rows, "ignored")
    assert not questions.settle(second.rows, "published")  # another curator was quicker
    assert queue.after(0) is first
    assert queue.after(first.rows[0]) is third
    assert queue.after(third.rows[0]) is None
    assert queue.of(second.rows[0]) is None


FULL = """
import asyncio, logging, sys
from pathlib import Path
from bot.storage.database import open_database
from bot.storage.journal import Journal
from faq import Outcome, Reply
logging.basicConfig()
database = open_database(Path(sys.argv[1]))
journal = Journal(database, days=90)
async def main():
    for _ in range(600):
        reply = Reply(query="", outcome=Outcome.FALLBACK)
        await journal.record(journal.new_row(), "x" * 500, reply)
asyncio.run(main())
print(database.is_well)
"""


def test_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    """A limit on the size of files is as near to a full disk as a test without root comes."""
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert run.stdout == "False\n"
    assert run.stderr.count("the store cannot be used") == 1


def test_a_locked_file_delays_no_answer(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    bot = start_bot()
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    chat.wait(timeout=20)
    with closing(sqlite3.connect(tmp_path / "data" / "faq.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        chat.send("What are the risks?")
        assert "Bleeding and clots." in chat.wait()[0].text
        assert time.monotonic() - begun < 4
        chat.send(EMERGENCY)
        assert chat.wait()[0].text == CALL
    assert "the store cannot be used" in bot.log
    wait_until(lambda: "the store works again" in bot.log)
    time.sleep(1.5)
    chat.send("Is it dangerous?")
    chat.wait()
    assert bot.stop() == 0
    with closing(open_database(tmp_path / "data")) as database:
        assert Questions(database).counts("outcome", days=9)["answer"]


def test_off_means_off(telegram: TelegramServer, start_bot: Start, tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "data")) as database:
        Notes(database).record("what was asked before", unanswered())
    bot = start_bot(FAQ_JOURNAL="off", FAQ_ADMINS="77")
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    chat.wait(timeout=20)
    assert "FAQ_JOURNAL is off, but 1 earlier questions are kept" in bot.log
    chat.send("/privacy")
    assert chat.wait()[0].text.startswith("I don't keep your questions.")
    admin = telegram.private(telegram.user("Admin", user_id=77))
    admin.send("/review")
    assert "FAQ_JOURNAL is off" in admin.wait(timeout=20)[0].text


def test_the_chart_is_a_picture(journal: Notes, questions: Questions) -> None:
    journal.record("anything", unanswered())
    counted = days(questions)
    assert len(counted) == 14
    assert list(counted.values())[-1] == {"not answered": 1}
    assert chart(counted).startswith(b"\x89PNG")
