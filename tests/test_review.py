"""The curator's loop on Telegram: asked in vain, reviewed with a tap, answered a moment later."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.journal import SQLiteJournal, mask
from bot.review import add_gap, add_phrasing, undo
from bot.stats import chart
from faq import FAQError, Reply, load
from faq.knowledge import Outcome
from tests import folders
from tests.conftest import Start
from tests.running import wait_until
from tests.telegram_server import TelegramServer

ADMIN = 77


@pytest.fixture
def journal(tmp_path: Path) -> SQLiteJournal:
    return SQLiteJournal(tmp_path / "data", days=90)


def unanswered(query: str) -> Reply:
    return Reply(query=query, outcome=Outcome.FALLBACK)


def test_from_unanswered_to_answered(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    (tmp_path / "content").mkdir()
    folders.write(tmp_path / "content")
    bot = start_bot(FAQ_ADMINS=str(ADMIN))
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN))
    chat = telegram.private(telegram.user("Ann"))
    chat.send("celsius for sencha leaves")
    chat.wait()

    admin.send("/review")
    [shown] = admin.wait(timeout=20)
    assert "“celsius for sencha leaves” (asked once)" in shown.text
    admin.press(shown, "Add to «How hot should the water be?»")
    _, done = admin.wait(2, timeout=30)
    assert done.text.startswith("Done.")
    written = (tmp_path / "content" / "entries.toml").read_text("utf-8")
    assert '"celsius for sencha leaves"' in written

    wait_until(lambda: "is in force" in bot.log, 30)
    chat.send("celsius for sencha leaves")
    assert chat.wait(timeout=20)[0].text.startswith("How hot")
    admin.send("/review")
    assert "every question found its answer" in admin.wait(timeout=20)[0].text
    admin.send("/undo")
    assert "Taken back: entries.toml" in admin.wait(timeout=20)[0].text
    assert (tmp_path / "content" / "entries.toml").read_text("utf-8") == folders.ENTRIES
    admin.send("/stats")
    stats = admin.wait(timeout=20)[0]
    assert "Questions in 14 days" in (stats.text or str(stats.params))


def test_others_cannot_review(telegram: TelegramServer, start_bot: Start) -> None:
    start_bot(FAQ_ADMINS=str(ADMIN))
    chat = telegram.private(telegram.user("Eve"))
    chat.send("/review")
    assert "asked" not in chat.wait(timeout=20)[0].text


def test_comments_and_order_are_kept(tmp_path: Path, journal: SQLiteJournal) -> None:
    noted = folders.ENTRIES.replace("[[entry]]", "# a remark\n[[entry]]", 1)
    folder = folders.write(tmp_path, entries=noted)
    assert add_phrasing(folder, "how-hot", "degrees please", journal) == []
    text = (folder / "entries.toml").read_text("utf-8")
    assert "# a remark" in text
    assert "degrees please" in load(folder).by_id["how-hot"].paraphrases
    assert undo(folder) == "entries.toml"
    assert (folder / "entries.toml").read_text("utf-8") == noted


def test_a_phrasing_of_another_entry_is_refused(tmp_path: Path, journal: SQLiteJournal) -> None:
    folder = folders.write(tmp_path)
    with pytest.raises(FAQError, match="also a phrasing"):
        add_phrasing(folder, "how-hot", "What is tea", journal)
    assert (folder / "entries.toml").read_text("utf-8") == folders.ENTRIES


def test_a_gap_is_made(tmp_path: Path, journal: SQLiteJournal) -> None:
    folder = folders.write(tmp_path)
    assert add_gap(folder, "who invented the teapot", journal) == []
    gap = load(folder).by_id["who-invented-the-teapot"]
    assert gap.kind is Outcome.GAP
    assert "doesn't say" in gap.answer


def test_the_journal_knows_nobody(journal: SQLiteJournal) -> None:
    row = journal.record("call me on +44 20 7946 0958 or ann@example.org", unanswered(""))
    [asked] = journal.open_questions()
    assert asked.id == row
    assert asked.query == "call me on [number] or [e-mail]"
    assert mask("my stent is 3.5 mm, put in 2019") == "my stent is 3.5 mm, put in 2019"


def test_old_questions_are_deleted(tmp_path: Path) -> None:
    now = 1_000_000_000.0
    SQLiteJournal(tmp_path, days=90, clock=lambda: now).record("old", unanswered("old"))
    later = SQLiteJournal(tmp_path, days=90, clock=lambda: now + 91 * 86_400)
    assert later.open_questions() == []


def test_trouble_with_the_file_stops_no_answer(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is no database" * 100)
    journal = SQLiteJournal(tmp_path, days=90)
    assert journal.record("anything", unanswered("anything")) == 0
    journal.helpful(1, yes=True)


def test_the_chart_is_a_picture() -> None:
    drawn = chart({f"2026-11-{day:02}": day % 5 for day in range(1, 15)})
    assert drawn is None or drawn.startswith(b"\x89PNG")
