"""Questions are noted without who asked, and trouble with the file never stops an answer."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin.review import Queue
from bot.admin.stats import chart, days
from bot.storage.journal import SQLiteJournal, mask
from bot.storage.questions import Questions
from faq import Outcome, Reply, Responder, load
from faq.curator.questions import grouped
from tests import folders
from tests.conftest import Start
from tests.strict_telegram.server import TelegramServer


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SQLiteJournal]:
    with closing(SQLiteJournal(tmp_path, days=90)) as opened:
        yield opened


@pytest.fixture
def questions(journal: SQLiteJournal) -> Questions:
    return Questions(journal.file)


@pytest.fixture
def responder(tmp_path: Path) -> Responder:
    (tmp_path / "tea").mkdir()
    return Responder(load(folders.write(tmp_path / "tea")))


def unanswered(query: str = "") -> Reply:
    return Reply(query=query, outcome=Outcome.FALLBACK)


def test_it_knows_nobody(journal: SQLiteJournal, questions: Questions) -> None:
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


def test_nothing_tells_when_or_in_what_order_people_asked(journal: SQLiteJournal) -> None:
    rows = [journal.record(query, unanswered()) for query in "abcdefgh"]
    assert rows != sorted(rows)
    with closing(sqlite3.connect(journal.file)) as db:
        times = {at for (at,) in db.execute("SELECT at FROM questions")}
    assert all(at % 86_400 == 0 for at in times)


def test_old_questions_are_deleted(tmp_path: Path) -> None:
    now = 1_000_000_000.0
    SQLiteJournal(tmp_path, days=90, clock=lambda: now).record("old words", unanswered())
    later = SQLiteJournal(tmp_path, days=90, clock=lambda: now + 91 * 86_400)
    assert Questions(later.file).open() == []
    assert not any(b"old words" in file.read_bytes() for file in tmp_path.glob("journal.db*"))


def test_what_is_open(journal: SQLiteJournal, questions: Questions, responder: Responder) -> None:
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
    journal: SQLiteJournal, questions: Questions
) -> None:
    rows = [journal.record(query, unanswered()) for query in ("one", "two", "three")]
    questions.settle(rows[:1], "published", version="v1")
    questions.settle(rows[1:2], "ignored")
    assert questions.still_open(rows) == rows[2:]
    assert questions.reopen("v1") == 1
    assert questions.still_open(rows) == [rows[0], rows[2]]
    assert questions.reopen("v1") == 0


def test_groups_are_by_meaning_and_leave_out_what_is_answered_now(
    journal: SQLiteJournal, questions: Questions, responder: Responder
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
    journal: SQLiteJournal, questions: Questions, responder: Responder
) -> None:
    for query in ("bicycle tyres", "submarine periscope", "moon landing"):
        journal.record(query, unanswered())
    queue = Queue(questions)
    queue.refresh(responder)
    first, second, third = queue.groups
    Questions(journal.file).settle(second.rows, "ignored")
    assert queue.after(0) is first
    assert queue.after(first.rows[0]) is third
    assert queue.after(third.rows[0]) is None
    assert queue.of(second.rows[0]) is None


def test_a_damaged_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is no database" * 100)
    journal = SQLiteJournal(tmp_path, days=90)
    assert journal.record("anything", unanswered())
    assert len(Questions(journal.file).open()) == 1
    assert (tmp_path / "journal.damaged").exists()


def test_a_deleted_file_is_begun_anew(tmp_path: Path) -> None:
    journal = SQLiteJournal(tmp_path, days=90)
    journal.record("anything", unanswered())
    for file in tmp_path.glob("journal.db*"):
        file.unlink()
    journal.record("anything else", unanswered())
    [asked] = Questions(journal.file).open()
    assert asked.query == "anything else"


FULL = """
import sys
from pathlib import Path
from bot.storage.journal import SQLiteJournal
from faq import Outcome, Reply
journal = SQLiteJournal(Path(sys.argv[1]), days=90)
rows = [journal.record("x" * 500, Reply(query="", outcome=Outcome.FALLBACK)) for _ in range(300)]
print(sum(map(bool, rows)), rows[-1])
"""


def test_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    """A limit on the size of files is as near to a full disk as a test without root comes."""
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    noted, last = map(int, run.stdout.split())
    assert 0 < noted < 300
    assert last == 0
    assert run.stderr.count("the journal cannot be written") == 1


def test_a_locked_file_delays_no_answer(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    bot = start_bot()
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    chat.wait(timeout=20)
    with closing(sqlite3.connect(tmp_path / "data" / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        chat.send("What are the risks?")
        assert "Bleeding and clots." in chat.wait()[0].text
        assert time.monotonic() - begun < 2
    assert "the journal cannot be written: database is locked" in bot.log
    chat.send("Is it dangerous?")
    chat.wait()
    assert sum(Questions(tmp_path / "data" / "journal.db").counts("outcome", since=0).values()) == 2


def test_off_means_off(telegram: TelegramServer, start_bot: Start, tmp_path: Path) -> None:
    before = tmp_path / "data" / "journal.db"
    before.parent.mkdir()
    before.write_text("what was asked before")
    bot = start_bot(FAQ_JOURNAL="off", FAQ_ADMINS="77")
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    chat.wait(timeout=20)
    assert before.read_text() == "what was asked before"
    assert "journal.db in" in bot.log
    chat.send("/privacy")
    assert chat.wait()[0].text.startswith("I don't keep your questions.")
    admin = telegram.private(telegram.user("Admin", user_id=77))
    admin.send("/review")
    assert "FAQ_JOURNAL is off" in admin.wait(timeout=20)[0].text


def test_the_chart_is_a_picture(journal: SQLiteJournal, questions: Questions) -> None:
    journal.record("anything", unanswered())
    counted = days(questions)
    assert len(counted) == 14
    assert list(counted.values())[-1] == {"not answered": 1}
    assert chart(counted).startswith(b"\x89PNG")
