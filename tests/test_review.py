"""The curator's loop on Telegram: asked in vain, reviewed with a tap, answered a moment later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faq import load
from faq.curator.content_store import locked
from tests import folders
from tests.running import BotProcess, until_handled, wait_until
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.facts import BotMessage
from tests.strict_telegram.server import TelegramServer

ADMIN, OTHER_ADMIN = 77, 78
#: A change is learnt and checked before it is written (seconds).
CHANGE = 30.0


# One bot for all: each test asks what no other asks, and leaves no question open.


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server
        server.check()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folders.write(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="module")
def running(
    content: Path, telegram: TelegramServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BotProcess]:
    own = {"FAQ_CONTENT": str(content), "FAQ_ADMINS": f"{ADMIN},{OTHER_ADMIN}"}
    running = BotProcess(telegram.url, tmp_path_factory.mktemp("bot"), **own)
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def bot(running: BotProcess, telegram: TelegramServer) -> Iterator[BotProcess]:
    yield running
    until_handled(telegram, running)
    running.forget_everybody()


@pytest.fixture
def admin(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Admin", user_id=ADMIN)).anew()


@pytest.fixture
def other(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Other admin", user_id=OTHER_ADMIN)).anew()


@pytest.fixture
def people(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Ann"))


def asked(people: Chat, *queries: str) -> None:
    for query in queries:
        people.send(query)
        people.wait(timeout=20)


def review(admin: Chat) -> BotMessage:
    admin.send("/review")
    [shown] = admin.wait(timeout=20)
    return shown


def texts(chat: Chat, n: int) -> list[str]:
    return [message.text for message in chat.wait(n, timeout=CHANGE)]


def test_from_unanswered_to_answered(
    bot: BotProcess, admin: Chat, people: Chat, content: Path
) -> None:
    asked(people, "celsius for sencha leaves")
    shown = review(admin)
    assert "“celsius for sencha leaves” (asked once)" in shown.text
    admin.press(shown, "Add to «How hot should the water be?»")
    _, done, more = texts(admin, 3)
    assert done.startswith("Done: “celsius for sencha leaves”")
    assert more.startswith("That was the last one")
    assert '"celsius for sencha leaves"' in (content / "entries.toml").read_text("utf-8")

    people.send("celsius for sencha leaves")
    assert people.wait(timeout=20)[0].text.startswith("How hot")
    assert "every question found its answer" in review(admin).text
    admin.send("/undo")
    [undone] = texts(admin, 1)
    assert undone == "Taken back: entries.toml is as it was. Its questions are open again."
    assert (content / "entries.toml").read_text("utf-8") == folders.ENTRIES
    wait_until(lambda: "is in force" in bot.log, CHANGE)
    assert "celsius for sencha leaves" in review(admin).text


def test_questions_of_any_length_can_be_reviewed(
    bot: BotProcess, admin: Chat, people: Chat
) -> None:
    asked(people, "zebra " * 682)
    shown = review(admin)
    assert shown.text.startswith("“zebra zebra")
    admin.press(shown, "Ignore")
    assert texts(admin, 2)[0].startswith("Ignored: “zebra")


def test_others_cannot_review(bot: BotProcess, people: Chat) -> None:
    people.send("/review")
    assert "asked" not in people.wait(timeout=20)[0].text


def test_the_most_asked_comes_first_and_the_next_follows(
    bot: BotProcess, admin: Chat, people: Chat
) -> None:
    asked(people, "bicycle tyres", "submarine periscope", "submarine periscope")
    shown = review(admin)
    assert shown.text.startswith("“submarine periscope” (asked 2 times)")
    admin.press(shown, "Ignore")
    ignored, [_, following] = shown, admin.wait(2, timeout=20)
    assert following.text.startswith("“bicycle tyres” (asked once)\n")
    admin.press(following, "Skip")
    assert texts(admin, 1)[0].startswith("That was the last one")
    admin.press(ignored, "Make it a gap")
    assert texts(admin, 1) == ["Somebody has dealt with that one. /review shows the rest."]
    assert review(admin).text == following.text


def test_stats(bot: BotProcess, admin: Chat, people: Chat) -> None:
    asked(people, "What is tea?", "tea meaning", "submarine periscope")
    admin.send("/stats")
    [stats] = admin.wait(timeout=20)
    assert "Questions in 14 days: 3\nanswered 2, not answered 1" in stats.text
    assert "2x What is tea?" in stats.text


def test_a_gap_is_made_after_a_second_look(
    bot: BotProcess, admin: Chat, people: Chat, content: Path
) -> None:
    asked(people, "volcano eruption date")
    admin.press(review(admin), "Make it a gap")
    [sure] = admin.wait(timeout=20)
    assert "“Tea” doesn't say anything about that." in sure.text
    assert not (content / "gaps.toml").exists()
    admin.press(sure, "Yes, make it a gap")
    assert texts(admin, 3)[1].startswith("Done")
    assert "volcano-eruption-date" in load(content).by_id


def test_two_admins_at_once_deal_with_one_question_once(
    bot: BotProcess, admin: Chat, other: Chat, people: Chat, content: Path
) -> None:
    asked(people, "trombone repair shop")
    mine, theirs = review(admin), review(other)
    admin.press(mine, "Add to «What is tea?»")
    other.press(theirs, "Add to «How hot should the water be?»")
    said = texts(admin, 2) + texts(other, 2)
    assert sum(text.startswith("Done") for text in said) == 1
    assert "Somebody has dealt with that one. /review shows the rest." in said
    assert (content / "entries.toml").read_text("utf-8").count("trombone repair shop") == 1


def test_two_admins_at_once_with_two_questions_both_write(
    bot: BotProcess, admin: Chat, other: Chat, people: Chat, content: Path
) -> None:
    asked(people, "glacier melting speed", "violin bow hair")
    mine = review(admin)
    admin.press(mine, "Skip")
    [skipped] = admin.wait(timeout=20)
    theirs = review(other)
    admin.press(skipped, "Add to «What is tea?»")
    other.press(theirs, "Add to «How hot should the water be?»")
    for chat in (admin, other):
        assert texts(chat, 2)[1].startswith("Done")
    known = load(content).by_id
    assert known["what-is-tea"].paraphrases[-1] != known["how-hot"].paraphrases[-1]
    written = {known["what-is-tea"].paraphrases[-1], known["how-hot"].paraphrases[-1]}
    assert written == {"glacier melting speed", "violin bow hair"}


def test_killed_while_a_change_is_checked_the_question_stays_open(
    bot: BotProcess, admin: Chat, people: Chat, content: Path
) -> None:
    before = (content / "entries.toml").read_text("utf-8")
    asked(people, "celsius for sencha leaves")
    shown = review(admin)
    with locked(content):  # so that the bot is caught before it writes
        admin.press(shown, "Add to «How hot should the water be?»")
        assert texts(admin, 1) == ["Checking that no other answer breaks …"]
        bot.kill()
    assert (content / "entries.toml").read_text("utf-8") == before
    bot.start()
    assert texts(admin, 3)[1].startswith("Done")  # Telegram was never told that it was handled
    assert "celsius for sencha leaves" in load(content).by_id["how-hot"].paraphrases


def test_a_broken_folder_is_explained(
    bot: BotProcess, admin: Chat, other: Chat, people: Chat, content: Path
) -> None:
    asked(people, "cactus watering schedule")
    shown = review(admin)
    before = (content / "entries.toml").read_text("utf-8")
    (content / "entries.toml").write_text("[[entry]]\nid = what", "utf-8")
    admin.press(shown, "Add to «What is tea?»")
    said = "\n".join(texts(admin, 3))
    assert "entries.toml" in said
    assert "Done" not in said
    people.send("tea meaning")
    assert people.wait(timeout=20)[0].text.startswith("What is tea?")
    (content / "entries.toml").write_text(before, "utf-8")


def test_questions_are_not_shown_to_a_group(
    bot: BotProcess, telegram: TelegramServer, people: Chat
) -> None:
    asked(people, "lighthouse keeper wages")
    admin = telegram.user("Admin", user_id=ADMIN)
    group = telegram.group("Tea", admin)
    group.send(f"/review@{telegram.me.username}")
    [told] = group.wait(timeout=20)
    assert told.text.startswith("Ask me that in our own chat")


def test_a_reply_to_a_question_is_its_answer(
    bot: BotProcess, admin: Chat, people: Chat, content: Path
) -> None:
    asked(people, "medieval castle moat")
    admin.reply_to(review(admin), "Tea was never served in one.")
    trying, shown = admin.wait(2, timeout=CHANGE)
    assert trying.text.startswith("Trying")
    assert "“medieval castle moat” (new, Admin)" in shown.text
    assert "Nothing else would change" in shown.text
    admin.press(shown, "Publish")
    assert texts(admin, 1)[0].startswith("Published")
    people.send("medieval castle moat")
    assert "Tea was never served in one." in people.wait(timeout=20)[0].text
    assert "every question found its answer" in review(admin).text


def test_what_would_break_is_shown_and_published_on_purpose(
    bot: BotProcess, admin: Chat, people: Chat, content: Path
) -> None:
    asked(people, "parrot wing colours")
    admin.reply_to(review(admin), "No.")
    _, shown = admin.wait(2, timeout=CHANGE)
    before = bot.log.count("is in force")
    negatives = content / "negatives.txt"
    negatives.write_text("parrot wing colours\n", "utf-8")
    wait_until(lambda: bot.log.count("is in force") > before, CHANGE)
    admin.press(shown, "Publish")
    since, _, again = texts(admin, 3)
    assert "Something else waits" in since
    assert "would get “parrot wing colours”" in again
    admin.press(admin.messages[-1], "Publish anyway")
    assert texts(admin, 1)[0].startswith("Published")
    assert "parrot-wing-colours" in load(content).by_id
