"""The person behind the bot: asked in vain, answered by a person, then by the bot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from faq import load
from faq.curator import draft
from tests import folders
from tests.experts.asking import ADMIN, ASK, QUESTION, SEND, handed_on, said_in
from tests.running import BotProcess, until_handled, wait_until
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.facts import BotMessage, User
from tests.strict_telegram.server import TelegramServer

ALERT = """
[[entry]]
id = "emergency"
kind = "emergency"
question = "Emergency"
answer = "Call 112 now."

[[entry.trigger]]
all = ["scalded"]
"""

# One bot and one team for all: they come and go, and the team reads what is new.


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server
        server.check()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    main = folders.MAIN + '[texts]\nhours = "We answer Monday to Friday."\n'
    return folders.write(tmp_path_factory.mktemp("content"), faq=main, alerts=ALERT)


@pytest.fixture(scope="module")
def rosa(telegram: TelegramServer) -> User:
    return telegram.user("Rosa")


@pytest.fixture(scope="module")
def group(telegram: TelegramServer, rosa: User) -> Chat:
    return telegram.group("Team", rosa)


@pytest.fixture(scope="module")
def bot(
    content: Path, group: Chat, telegram: TelegramServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BotProcess]:
    own = {"FAQ_CONTENT": str(content), "FAQ_EXPERTS": str(group.id), "FAQ_ADMINS": str(ADMIN)}
    running = BotProcess(telegram.url, tmp_path_factory.mktemp("bot"), **own)
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def team(bot: BotProcess, group: Chat, telegram: TelegramServer) -> Iterator[Chat]:
    yield group.anew()
    until_handled(telegram, bot)
    bot.forget_everybody()


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


def test_a_question_in_a_picture_or_a_recording(
    bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    ann.send_photo(caption=QUESTION)
    [reply] = ann.wait(timeout=20)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    assert f"\N{PAPERCLIP} {QUESTION}" in consent.text
    ann.press(consent, SEND)
    asked, picture = team.wait(2)
    assert QUESTION in asked.text
    assert picture.photo
    ann.wait(2)
    ann.send_voice()
    assert "reply to my message" in ann.wait()[0].text
    ben = telegram.private(telegram.user("Ben"))
    ben.send_voice()
    [unread] = ben.wait()
    ben.press(unread, ASK)
    [consent] = ben.wait()
    assert "your picture, recording or file" in consent.text
    ben.press(consent, SEND)
    _, voice = team.wait(2)
    assert voice.voice
    team.reply_to(voice, "I heard you.")
    telegram.wait_for(lambda: said_in(ben, "I heard you."), 5)


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


def test_a_topic_each_where_the_group_has_topics(bot: BotProcess, ann: Chat, team: Chat) -> None:
    team.become_forum()
    handed_on(ann)
    [asked] = team.wait()
    assert asked.thread_id
    assert team.record.topics[asked.thread_id] == QUESTION
    team.remove_topic(asked.thread_id)
    team.reply_to(asked, "A smith.")
    assert "A smith." in ann.wait()[0].text
    team.lose_topics()


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


def test_danger_in_what_is_added_is_answered_first(bot: BotProcess, ann: Chat, team: Chat) -> None:
    sent = handed_on(ann)
    team.wait()
    ann.reply_to(sent, "I have scalded myself badly")
    first, _ = ann.wait(2, timeout=20)
    assert "Call 112 now." in first.text
    assert "scalded" in team.wait()[0].text
    ann.send("I have scalded myself badly")
    assert ASK not in ann.wait(timeout=20)[0].labels


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


def test_in_the_language_of_who_asks(bot: BotProcess, team: Chat, telegram: TelegramServer) -> None:
    jean = telegram.private(telegram.user("Jean", language_code="fr"))
    jean.send(QUESTION)
    [reply] = jean.wait(timeout=20)
    jean.press(reply, "Demander à une personne")
    assert "pas votre nom" in jean.wait()[0].text


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


# The last: from here on the bot knows more.


def test_from_a_person_s_answer_to_the_bot_s(
    bot: BotProcess, ann: Chat, team: Chat, content: Path, telegram: TelegramServer
) -> None:
    handed_on(ann, "who planted sencha first, call me on 0151 2345 6789, I'm Ann Holloway")
    [asked] = team.wait()
    team.reply_to(asked, "A monk.")
    [delivered] = team.wait()
    team.press(delivered, "Make it an answer of the bot")
    assert "waits as a draft" in team.wait()[0].text
    [waiting] = draft.read(content).waiting
    assert waiting.edit.fields
    assert not {"0151", "Ann", "Holloway"} & set(re.findall(r"\w+", str(waiting.edit.fields)))
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN)).anew()
    admin.send("/review")
    _, shown, _ = admin.wait(3, timeout=60)
    assert "sencha" in shown.text
    assert "A monk." in shown.text
    assert "Nothing else would change" in shown.text
    admin.press(shown, "Publish")
    wait_until(lambda: any(e.answer == "A monk." for e in load(content).entries), 30)
    ben = telegram.private(telegram.user("Ben"))
    ben.send("who planted sencha first")
    assert "A monk." in ben.wait(timeout=20)[0].text
