"""Whole conversations: the real bot with its real content against the strict server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faq.loader import SHIPPED
from tests.folders import vague
from tests.running import BotProcess
from tests.telegram_chat import Chat
from tests.telegram_server import TelegramServer

DIFFERENCE = "What is the difference between angioplasty and a stent?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        folder: Path = tmp_path_factory.mktemp("bot")
        bot = BotProcess(server.url, folder, FAQ_CONTENT=str(SHIPPED), FAQ_ENCODER="off")
        bot.start()
        server.wait_for(lambda: server.calls_of("getUpdates"), timeout=60)
        yield server
        assert bot.stop() == 0
        server.check()


@pytest.fixture
def chat(server: TelegramServer) -> Chat:
    return server.private(server.user("Ann", language_code="en"))


def test_the_first_question_of_all(chat: Chat) -> None:
    chat.send("what's the difference between angioplasty and stent")
    text, photo = chat.wait(2)
    assert text.text.startswith(DIFFERENCE)
    assert "procedure" in text.text
    assert "device" in text.text
    kinds = [entity.type for entity in text.entities]
    assert kinds[0] == "bold"
    assert "pre" in kinds
    assert "expandable_blockquote" in kinds
    assert "Editor's note" in text.text
    assert "Source: NHS" in text.text
    assert photo.photo
    assert "What is a stent?" in text.labels


def test_a_related_question_is_a_tap_away_and_pictures_are_uploaded_once(
    server: TelegramServer, chat: Chat
) -> None:
    chat.send("what is a stent")
    text, _ = chat.wait(2)
    chat.press(text, "How is a stent put in?")
    answer, photo = chat.wait(2)
    assert answer.text.startswith("How is a stent put in?")
    assert isinstance(photo.params["photo"], str)
    assert not photo.params["photo"].startswith("attach://")


def test_start_help_about_and_privacy(chat: Chat) -> None:
    expected = {
        "/start": "I am not a doctor",
        "/help": "For example",
        "/about": "last reviewed on",
        "/privacy": "deleted",
        "/forget": "forgotten",
    }
    for command, words in expected.items():
        chat.send(command)
        [message] = chat.wait()
        assert words in message.text, command
        assert "{" not in message.text
        if command in {"/start", "/help"}:
            assert DIFFERENCE in message.labels


def test_a_deep_link_opens_its_answer(chat: Chat) -> None:
    chat.send("/start risk-arrhythmia")
    assert chat.wait()[0].text.startswith("Can it cause an irregular heartbeat?")
    chat.send("/start no-such-entry")
    assert "I am not a doctor" in chat.wait()[0].text


def test_topics_are_browsed_in_one_message(chat: Chat) -> None:
    chat.send("/topics")
    [topics] = chat.wait()
    assert topics.labels[0] == "The basics"
    chat.press(topics, "Not in the article")
    [first] = chat.wait()
    assert first.edited
    assert first.message_id == topics.message_id
    chat.press(first, "More »")
    [second] = chat.wait()
    assert set(second.labels).isdisjoint(set(first.labels) - {"More »", "« All topics"})
    chat.press(second, "« All topics")
    assert chat.wait()[0].labels[0] == "The basics"


def test_an_emergency_gets_the_number_first_and_nothing_else(chat: Chat) -> None:
    chat.send("my dad has crushing chest pain")
    [message] = chat.wait()
    assert message.text.startswith("Call 112, 911 or 999 now")
    assert not message.buttons


def test_did_you_mean_never_traps(chat: Chat) -> None:
    chat.send(vague())
    [asked] = chat.wait()
    assert asked.text.startswith("I'm not sure I understood")
    assert 2 <= len(asked.labels) <= 4
    chat.press(asked, "None of these")
    [fallback] = chat.wait()
    assert "The basics" in fallback.labels
    chat.send("hello")
    assert chat.wait()[0].text.startswith("Hello")


def test_helpful_folds_away(server: TelegramServer, chat: Chat) -> None:
    chat.send("is the patient awake during angioplasty")
    [answer] = chat.wait()
    assert "👍 Helpful" in answer.labels
    pressed = chat.press(answer, "👍 Helpful")
    [folded] = chat.wait()
    assert "👍 Helpful" not in folded.labels
    assert len(folded.labels) == len(answer.labels) - 2
    server.wait_for(lambda: server.answer_to(pressed), timeout=5)


def test_an_edited_question_gets_its_answer_edited(chat: Chat) -> None:
    question = chat.send("is dye used in angioplasty")
    [first] = chat.wait()
    chat.edit(question, "are x-rays used to see where to go")
    [second] = chat.wait()
    assert second.edited
    assert second.message_id == first.message_id
    assert second.text.startswith("Are x-rays used")


def test_what_is_not_text_gets_one_friendly_line(chat: Chat) -> None:
    for send in (chat.send_voice, chat.send_photo, chat.send_sticker, chat.send_location):
        send()
        [message] = chat.wait()
        assert message.text == "I can only read text. Please type your question."


def test_text_from_users_is_never_markup(chat: Chat) -> None:
    for typed in ("<b>bold</b> & <script>", "*_[](x)`", "</blockquote>", "&lt;"):
        chat.send(typed)
        assert chat.wait()[0].text


BAD = [
    "   ",
    "a" * 4096,
    "😀😀😀",
    "\u202eright to left שלום",
    "ما هي الدعامة",
    "'; DROP TABLE x; --",
]


@pytest.mark.parametrize("typed", BAD)
def test_bad_input_gets_a_polite_reply(chat: Chat, typed: str) -> None:
    chat.send(typed)
    assert chat.wait()[0].text


def test_groups_hear_only_what_is_for_the_bot(server: TelegramServer) -> None:
    ann = server.user("Ann")
    group = server.group("Family", ann)
    group.send("what is a stent?", user=ann)
    name = server.me["username"] if isinstance(server.me, dict) else server.me.username
    group.send(f"@{name} is the patient awake during angioplasty", user=ann)
    [answer] = group.wait()
    assert answer.text.startswith("Is the patient awake")
    assert answer.reply_to
    group.reply_to(answer, "why is a dye injected", user=ann)
    assert group.wait()[0].text.startswith("Why is a dye")


def test_inline_answers_in_any_chat(server: TelegramServer) -> None:
    asked = server.inline(server.user("Ben"), "what is a stent")
    server.wait_for(lambda: server.answer_to(asked), timeout=5)
    results = server.answer_to(asked)["results"]
    assert results[0]["title"] == "What is a stent?"
    alone = server.inline(server.user("Cem"), "my dad has crushing chest pain")
    server.wait_for(lambda: server.answer_to(alone), timeout=5)
    [only] = server.answer_to(alone)["results"]
    assert only["input_message_content"]["message_text"].startswith("Call 112")


def test_the_profile_is_set_once(server: TelegramServer) -> None:
    assert len(server.calls_of("setMyCommands")) == 1
    assert len(server.calls_of("setMyDescription")) == 1
