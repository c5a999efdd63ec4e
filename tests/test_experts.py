"""The person behind the bot: asked in vain, answered by a person, then by the bot."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from faq import load
from faq.curator import draft
from tests import folders
from tests.conftest import Start
from tests.running import BotProcess, wait_until
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.facts import BotMessage, User
from tests.strict_telegram.server import TelegramServer

ADMIN = 77
ASK, SEND = "Ask a person", "Pass it on"
QUESTION = "who invented the samovar"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    main = folders.MAIN + '[texts]\nhours = "We answer Monday to Friday."\n'
    return folders.write(folder, faq=main)


@pytest.fixture
def rosa(telegram: TelegramServer) -> User:
    return telegram.user("Rosa")


@pytest.fixture
def team(telegram: TelegramServer, rosa: User) -> Chat:
    return telegram.group("Team", rosa)


@pytest.fixture
def bot(content: Path, team: Chat, start_bot: Start) -> BotProcess:
    return start_bot(FAQ_EXPERTS=str(team.id), FAQ_ADMINS=str(ADMIN))


@pytest.fixture
def ann(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Ann"))


def handed_on(person: Chat, query: str = QUESTION) -> BotMessage:
    """Ask in vain and pass it on; the message that says so."""
    person.send(query)
    [reply] = person.wait(timeout=20)
    person.press(reply, ASK)
    [consent] = person.wait()
    person.press(consent, SEND)
    sent, _ = person.wait(2)
    return sent


def test_consent_comes_first_and_says_who_reads_it(bot: BotProcess, ann: Chat, team: Chat) -> None:
    ann.send(QUESTION)
    [reply] = ann.wait(timeout=20)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    assert f"“{QUESTION}”" in consent.text
    assert "not your name" in consent.text
    assert "We answer Monday to Friday." in consent.text
    assert "emergency" in consent.text
    assert not team.messages
    ann.press(consent, "No, thank you")
    assert "I pass nothing on" in ann.wait()[0].text
    assert not team.messages


def test_only_what_was_consented_to_is_passed_on(bot: BotProcess, ann: Chat, team: Chat) -> None:
    ann.send(QUESTION)
    [reply] = ann.wait(timeout=20)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    ann.send("my own private zebra matter")
    ann.wait(timeout=20)
    ann.press(consent, SEND)
    [asked] = team.wait()
    assert QUESTION in asked.text
    assert "zebra" not in asked.text


def test_there_and_back(bot: BotProcess, ann: Chat, team: Chat, rosa: User) -> None:
    handed_on(ann)
    [asked] = team.wait()
    assert QUESTION in asked.text
    assert "Nearest answers" in asked.text
    assert "Ann" not in asked.text
    answer = team.reply_to(asked, "A Russian <smith>, they say.")
    assert ann.wait()[0].text == "👤 The team writes:\n\nA Russian <smith>, they say."
    assert team.wait()[0].text == "Delivered."
    team.edit(answer, "A Russian smith.")
    assert ann.wait()[0].text == "👤 The team writes:\n\nA Russian smith."
    team.reply_to(asked, "More tomorrow.")
    [more] = ann.wait()
    ann.reply_to(more, "thank you, and when?")
    assert "Passed on" in ann.wait()[0].text
    _, follow_up = team.wait(2)
    assert "thank you, and when?" in follow_up.text
    team.reply_to(follow_up, "In 1778.")
    assert "In 1778." in ann.wait()[0].text


def test_from_a_person_s_answer_to_the_bot_s(
    bot: BotProcess, ann: Chat, team: Chat, content: Path, telegram: TelegramServer
) -> None:
    handed_on(ann, f"{QUESTION}, call me on 0151 2345 6789")
    [asked] = team.wait()
    team.reply_to(asked, "A Russian smith.")
    [delivered] = team.wait()
    team.press(delivered, "Make it an answer of the bot")
    assert "waits as a draft" in team.wait()[0].text
    [waiting] = draft.read(content).waiting
    assert waiting.edit.fields
    assert "0151" not in str(waiting.edit.fields)
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN))
    admin.send("/review")
    _, shown, _ = admin.wait(3, timeout=60)
    assert "samovar" in shown.text
    assert "Nothing else would change" in shown.text
    admin.press(shown, "Publish")
    wait_until(lambda: any(e.answer == "A Russian smith." for e in load(content).entries), 30)
    ben = telegram.private(telegram.user("Ben"))
    ben.send(QUESTION)
    assert "A Russian smith." in ben.wait(timeout=20)[0].text


def test_a_topic_each_where_the_group_has_topics(bot: BotProcess, ann: Chat, team: Chat) -> None:
    team.become_forum()
    handed_on(ann)
    [asked] = team.wait()
    assert asked.thread_id
    assert team.record.topics[asked.thread_id] == QUESTION
    team.remove_topic(asked.thread_id)
    team.reply_to(asked, "A smith.")
    assert "A smith." in ann.wait()[0].text


def test_nobody_else_can_answer_or_press(
    bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    sent = handed_on(ann)
    [asked] = team.wait()
    mallory = telegram.private(telegram.user("Mallory"))
    forged = BotMessage(
        mallory.id, asked.message_id, "sendMessage", asked.text, "", buttons=asked.buttons
    )
    telegram.answer_to(mallory.press(forged, "Close"), timeout=20)
    forged = BotMessage(mallory.id, sent.message_id, "sendMessage", "", "", buttons=sent.buttons)
    telegram.answer_to(mallory.press(forged, "Take it back"), timeout=20)
    team.reply_to(asked, "Still open.")
    assert "Still open." in ann.wait()[0].text


def test_taken_back_nobody_can_answer(bot: BotProcess, ann: Chat, team: Chat) -> None:
    sent = handed_on(ann)
    [asked] = team.wait()
    ann.press(sent, "Take it back")
    assert "Taken back" in ann.wait()[0].text
    assert "taken this question back" in team.wait()[0].text
    team.reply_to(asked, "Too late.")
    time.sleep(0.5)
    assert not ann.untaken()


def test_forget_ends_it_at_once(bot: BotProcess, ann: Chat, team: Chat) -> None:
    handed_on(ann)
    [asked] = team.wait()
    ann.send("/forget")
    ann.wait()
    team.reply_to(asked, "Too late.")
    time.sleep(0.5)
    assert not ann.untaken()


def test_a_blocked_bot_is_told_to_the_team(bot: BotProcess, ann: Chat, team: Chat) -> None:
    handed_on(ann)
    [asked] = team.wait()
    ann.block()
    team.reply_to(asked, "A smith.")
    assert "blocked the bot" in team.wait()[0].text


def test_spam_is_closed_and_cannot_ask_again(bot: BotProcess, ann: Chat, team: Chat) -> None:
    handed_on(ann)
    [asked] = team.wait()
    team.press(asked, "Spam")
    assert "closed" in team.wait()[0].text
    ann.send(QUESTION)
    [reply] = ann.wait(timeout=20)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    ann.press(consent, SEND)
    assert "several things already" in ann.wait()[0].text
    assert not team.untaken()


def test_a_flooder_fills_no_queue(bot: BotProcess, ann: Chat, team: Chat) -> None:
    for number in range(4):
        ann.send(f"{QUESTION} number {number}")
        [reply] = ann.wait(timeout=20)
        ann.press(reply, ASK)
        [consent] = ann.wait()
        ann.press(consent, SEND)
        ann.wait(2 if number < 2 else 1)
    assert len(team.messages) == 2


def test_danger_in_what_is_added_is_answered_first(
    content: Path, team: Chat, ann: Chat, start_bot: Start
) -> None:
    alert = (
        '[[entry]]\nid = "emergency"\nkind = "emergency"\nquestion = "Emergency"\n'
        'answer = "Call 112 now."\n[[entry.trigger]]\nall = ["scalded"]\n'
    )
    (content / "alerts.toml").write_text(alert, "utf-8")
    start_bot(FAQ_EXPERTS=str(team.id))
    sent = handed_on(ann)
    team.wait()
    ann.reply_to(sent, "I have scalded myself badly")
    first, _ = ann.wait(2, timeout=20)
    assert "Call 112 now." in first.text
    assert "scalded" in team.wait()[0].text
    ann.send("I have scalded myself badly")
    assert ASK not in ann.wait(timeout=20)[0].labels


def test_a_hundred_open_cases_reach_their_own_people(
    bot: BotProcess, team: Chat, telegram: TelegramServer
) -> None:
    people = [telegram.private(telegram.user(f"P{n}")) for n in range(100)]
    for number, person in enumerate(people):
        person.send(f"{QUESTION} of make {number}")
    for person in people:
        [reply] = person.wait(timeout=60)
        person.press(reply, ASK)
    for person in people:
        [consent] = person.wait(timeout=60)
        person.press(consent, SEND)
    asked = team.wait(100, timeout=120)
    for message in reversed(asked):
        make = message.text.split("of make ")[1].split()[0]
        team.reply_to(message, f"answer {make}")
    for number, person in enumerate(people):
        telegram.wait_for(lambda p=person: "The team writes" in p.messages[-1].text, 120)  # type: ignore[misc]  # bound now
        told = [m.text for m in person.messages if "The team writes" in m.text]
        assert set(told) == {f"👤 The team writes:\n\nanswer {number}"}


def test_killed_between_reply_and_delivery_nothing_is_lost(
    bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    handed_on(ann)
    [asked] = team.wait()
    said = []
    for number in range(20):
        team.reply_to(asked, f"part {number:02}")
        time.sleep(0.02 * (number % 5))
        bot.kill()
        bot.start()
    telegram.wait_for(lambda: len({m.text for m in ann.messages if "part" in m.text}) == 20, 60)
    said = [m.text.split()[-1] for m in ann.messages if "part" in m.text]
    assert list(dict.fromkeys(said)) == [f"{number:02}" for number in range(20)]


def test_two_experts_at_once(
    bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer, rosa: User
) -> None:
    handed_on(ann)
    [asked] = team.wait()
    team.press(asked, "I take it", user=rosa)
    assert "Rosa takes this" in team.wait()[0].text
    tom = telegram.user("Tom")
    team.reply_to(asked, "From Rosa.", user=rosa)
    team.reply_to(asked, "From Tom.", user=tom)
    assert [m.text.split("\n\n")[1] for m in ann.wait(2)] == ["From Rosa.", "From Tom."]


def days_pass(data: Path, days: float) -> None:
    """Make every open case so much older."""
    with closing(sqlite3.connect(data / "faq.db")) as store, store:
        store.execute("UPDATE cases SET opened = opened - ?", (days * 86_400,))


def test_a_reminder_after_a_day_and_an_honest_end_after_three(
    bot: BotProcess, ann: Chat, team: Chat, tmp_path: Path
) -> None:
    handed_on(ann)
    team.wait()
    bot.stop()
    days_pass(tmp_path / "data", 1.1)
    bot.start()
    [reminder] = team.wait(timeout=20)
    assert "for a day" in reminder.text
    bot.stop()
    days_pass(tmp_path / "data", 2)
    bot.start()
    assert "nobody of the team has answered" in ann.wait(timeout=20)[0].text
    assert "Three days without an answer" in team.wait(timeout=20)[0].text
    with closing(sqlite3.connect(tmp_path / "data" / "faq.db")) as store:
        assert store.execute("SELECT count(*) FROM cases").fetchone() == (0,)


def noted(data: Path) -> bool:
    """Whether the bot knows which of the team's messages a case is."""
    with closing(sqlite3.connect(data / "faq.db")) as store:
        (count,) = store.execute("SELECT count(*) FROM case_messages WHERE ours > 0").fetchone()
    return bool(count)


def test_a_group_that_moves_is_found_again(
    content: Path,
    ann: Chat,
    telegram: TelegramServer,
    rosa: User,
    start_bot: Start,
    tmp_path: Path,
) -> None:
    team = telegram.group("Team", rosa, kind="group")
    bot = start_bot(FAQ_EXPERTS=str(team.id))
    wait_until(lambda: "polls" in bot.log, 20)
    team.migrate()
    handed_on(ann)
    [asked] = team.wait(timeout=20)
    wait_until(lambda: noted(tmp_path / "data"), 20)
    bot.kill()
    bot.start()
    team.reply_to(asked, "A smith.")
    telegram.wait_for(lambda: "A smith." in ann.messages[-1].text, 20)


def test_in_the_language_of_who_asks(bot: BotProcess, team: Chat, telegram: TelegramServer) -> None:
    jean = telegram.private(telegram.user("Jean", language_code="fr"))
    jean.send(QUESTION)
    [reply] = jean.wait(timeout=20)
    jean.press(reply, "Demander à une personne")
    assert "pas votre nom" in jean.wait()[0].text
