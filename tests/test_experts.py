"""The person behind the bot: asked in vain, answered by a person, then by the bot."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.cases import CLAIMED, Case, Cases
from bot.storage.database import Database
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
def own_bot(content: Path, team: Chat, start_bot: Start) -> BotProcess:
    return start_bot(FAQ_EXPERTS=str(team.id), FAQ_ADMINS=str(ADMIN))


@pytest.fixture
def bot(own_bot: BotProcess) -> BotProcess:
    return own_bot


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


def said_in(chat: Chat, words: str) -> list[BotMessage]:
    """The bot's messages in a chat that hold some words."""
    return [message for message in chat.messages if words in message.text]


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
    team.reply_to(answer, "Are you sure?")  # among themselves
    team.edit(answer, "A Russian smith.")
    [more] = ann.wait()
    assert more.text == "👤 The team writes:\n\nA Russian smith."
    added = ann.reply_to(more, "thank you, and when?")
    assert "Passed on" in ann.wait()[0].text
    [follow_up] = team.wait()
    assert follow_up.text == "The person adds: thank you, and when?"
    ann.edit(added, "thank you, and where?")
    assert team.wait()[0].text == "The person adds: thank you, and where?"
    team.reply_to(follow_up, "In 1778.")
    [last] = ann.wait()
    assert "In 1778." in last.text
    ann.press(last, "That's all, thank you")
    _, finished = ann.wait(2)
    assert "Nothing links you" in finished.text
    _, over = team.wait(2)
    assert "has what they need" in over.text


def test_an_admin_who_asks_is_a_person_too(
    bot: BotProcess, team: Chat, telegram: TelegramServer
) -> None:
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN))
    admin.reply_to(handed_on(admin), "and when?")
    assert "Passed on to the team" in admin.wait()[0].text


def test_pictures_and_recordings_are_passed_on(bot: BotProcess, ann: Chat, team: Chat) -> None:
    sent = handed_on(ann)
    [asked] = team.wait()
    ann.send_photo(caption="it looks like this", reply_to=sent)
    ann.wait()
    [picture] = team.wait()
    assert picture.photo
    assert picture.text == "The person adds: it looks like this"
    spoken = team.send_photo(caption="Like this one", reply_to=picture)
    [answer] = ann.wait()
    assert answer.photo
    assert answer.text == "👤 The team writes:\n\nLike this one"
    team.wait()
    team.edit_caption(spoken, "Like that one")
    assert ann.wait()[0].text == "👤 The team writes:\n\nLike that one"
    team.send_voice(reply_to=asked)
    [heard] = ann.wait()
    assert heard.voice
    assert heard.text == "👤 The team writes:"
    team.wait()
    team.send_sticker(reply_to=asked)
    assert "cannot be passed on" in team.wait()[0].text
    ann.send_sticker(reply_to=heard)
    assert "cannot be passed on" in ann.wait()[0].text
    ann.send_voice()
    assert "reply to my message" in ann.wait()[0].text
    team.send_photo(reply_to=asked, has_protected_content=True)
    assert "cannot be passed on" in team.wait()[0].text
    assert not ann.untaken()


def test_a_team_that_cannot_be_reached_is_told_of(bot: BotProcess, ann: Chat, team: Chat) -> None:
    ann.send(QUESTION)
    [reply] = ann.wait(timeout=20)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    team.block()
    ann.press(consent, SEND)
    assert "cannot reach the team" in ann.wait()[0].text


def test_from_a_person_s_answer_to_the_bot_s(
    bot: BotProcess, ann: Chat, team: Chat, content: Path, telegram: TelegramServer
) -> None:
    handed_on(ann, f"{QUESTION}, call me on 0151 2345 6789, I'm Ann Holloway")
    [asked] = team.wait()
    team.reply_to(asked, "A Russian smith.")
    [delivered] = team.wait()
    team.press(delivered, "Make it an answer of the bot")
    assert "waits as a draft" in team.wait()[0].text
    [waiting] = draft.read(content).waiting
    assert waiting.edit.fields
    assert not {"0151", "Ann", "Holloway"} & set(re.findall(r"\w+", str(waiting.edit.fields)))
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN))
    admin.send("/review")
    _, shown, _ = admin.wait(3, timeout=60)
    assert "samovar" in shown.text
    assert "A Russian smith." in shown.text
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
    assert team.wait()[0].text == "This question is closed."
    assert not ann.untaken()


def test_forget_ends_it_at_once(bot: BotProcess, ann: Chat, team: Chat) -> None:
    handed_on(ann)
    [asked] = team.wait()
    ann.send("/forget")
    ann.wait()
    team.reply_to(asked, "Too late.")
    assert team.wait()[0].text == "This question is closed."
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


def test_killed_between_reply_and_delivery_nothing_is_lost(
    own_bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    handed_on(ann)
    [asked] = team.wait()
    for number in range(3):
        team.reply_to(asked, f"part {number}")
        time.sleep(0.02 * number)
        own_bot.kill()
        own_bot.start()
    telegram.wait_for(lambda: len({m.text for m in ann.messages if "part" in m.text}) == 3, 60)
    said = [m.text.split()[-1] for m in ann.messages if "part" in m.text]
    assert list(dict.fromkeys(said)) == ["0", "1", "2"]


def test_what_was_delivered_just_before_a_kill_can_be_answered(
    own_bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    ann.send(QUESTION)
    [reply] = ann.wait(timeout=20)
    telegram.once(lambda: said_in(ann, "not your name"), own_bot.kill)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    ann.press(consent, SEND)
    telegram.once(lambda: said_in(team, QUESTION), own_bot.kill)
    own_bot.ended()
    own_bot.start()
    [asked] = team.wait(timeout=20)
    team.reply_to(asked, "A smith.")
    telegram.once(lambda: said_in(ann, "A smith."), own_bot.kill)
    own_bot.ended()
    own_bot.start()
    telegram.wait_for(lambda: said_in(ann, "A smith."), 20)
    ann.reply_to(said_in(ann, "A smith.")[0], "And when?")
    own_bot.ended()
    own_bot.start()
    telegram.wait_for(lambda: said_in(team, "And when?"), 20)


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
    wait_until(lambda: open_cases(tmp_path / "data") == 0)


def open_cases(data: Path) -> int:
    """How many cases the store holds."""
    with closing(sqlite3.connect(data / "faq.db")) as store:
        return int(store.execute("SELECT count(*) FROM cases").fetchone()[0])


def test_one_process_of_several_reminds_and_another_where_that_one_dies(
    database: Database,
) -> None:
    async def tried() -> None:
        here, there = Cases(database), Cases(database)
        case = await opened(here)
        assert [await here.claim(case), await there.claim(case)] == [True, False]
        with closing(sqlite3.connect(database.engine._file)) as store, store:  # type: ignore[attr-defined]  # SQLite's
            store.execute("UPDATE cases SET claimed = claimed - ?", (CLAIMED + 1,))
        assert await there.claim(case)

    asyncio.run(tried())


def test_a_group_that_has_moved_counts_its_messages_anew(database: Database) -> None:
    async def tried() -> None:
        cases = Cases(database)
        case = await opened(cases)
        await cases.link(case, ours=57, theirs=3)
        assert await cases.of_ours(57)
        await cases.moved(-5, -1005)
        assert await cases.of_ours(57) is None

    asyncio.run(tried())


async def opened(cases: Cases) -> Case:
    """A case of somebody's."""
    await cases.offer(9, QUESTION, "no answer", consent=1)
    case = await cases.open(9, "en", consent=1)
    assert case
    return case


def test_outside_its_hours_the_team_is_said_to_read_later(
    content: Path, team: Chat, ann: Chat, start_bot: Start
) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).strftime("%a")
    hours = f'[hours]\nzone = "UTC"\nopen = ["{day} 9:00-17:00"]\n'
    (content / "faq.toml").write_text(folders.MAIN + hours, "utf-8")
    start_bot(FAQ_EXPERTS=str(team.id))
    assert "9:00\u201317:00 (time of UTC); next on" in handed_on(ann).text


def test_a_group_that_moves_is_found_again(
    content: Path,
    ann: Chat,
    telegram: TelegramServer,
    rosa: User,
    start_bot: Start,
) -> None:
    team = telegram.group("Team", rosa, kind="group")
    bot = start_bot(FAQ_EXPERTS=str(team.id))
    wait_until(lambda: "polls" in bot.log, 20)
    team.migrate()
    handed_on(ann)
    [asked] = team.wait(timeout=20)
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
