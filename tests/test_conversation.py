"""Whole conversations: the real bot with its real content against the strict server."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.ui.texts import LANGUAGES
from tests.conftest import Start
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.server import Button, Fault, TelegramServer

DIFFERENCE = "How do angioplasty and a stent differ?"


@pytest.fixture
def server(shipped: TelegramServer) -> TelegramServer:
    return shipped


@pytest.fixture
def chat(server: TelegramServer) -> Chat:
    return server.private(server.user("Ann", language_code="en"))


def test_the_first_question_of_all(chat: Chat) -> None:
    chat.send("what's the difference between angioplasty and stent")
    [answer] = chat.wait()
    assert answer.photo
    assert answer.text.startswith(DIFFERENCE)
    assert "procedure" in answer.text
    assert "device" in answer.text
    kinds = [entity.type for entity in answer.entities]
    assert kinds[0] == "bold"
    assert "expandable_blockquote" in kinds
    assert "Editor's note" in answer.text
    assert "Source: NHS" in answer.text
    assert "What is a stent?" in answer.labels


def test_a_related_question_is_a_tap_away_and_pictures_are_uploaded_once(
    server: TelegramServer, chat: Chat
) -> None:
    chat.send("what is a stent")
    [text] = chat.wait()
    chat.press(text, "How is a stent put in?")
    assert chat.wait()[0].text.startswith("How is a stent put in?")
    chat.send("does the article have pictures")
    [photo] = chat.wait()
    assert isinstance(photo.params["photo"], str)
    assert not photo.params["photo"].startswith("attach://")


def test_start_help_about_and_privacy(chat: Chat) -> None:
    expected = {
        "/start": "I am not a doctor",
        "/help": "For example",
        "/about": "no author, no date and no references",
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
    assert topics.labels[0] == "What it is"
    chat.press(topics, "Living with a stent")
    [first] = chat.wait()
    assert first.edited
    assert first.message_id == topics.message_id
    chat.press(first, "More »")
    [second] = chat.wait()
    assert set(second.labels).isdisjoint(set(first.labels) - {"More »", "All topics"})
    assert "page 2 of" in second.text
    chat.press(second, "« Back")
    [back] = chat.wait()
    assert back.labels == first.labels
    chat.press(back, "All topics")
    assert chat.wait()[0].labels[0] == "What it is"


def test_an_emergency_gets_the_number_first_and_nothing_else(chat: Chat) -> None:
    chat.send("my dad has crushing chest pain")
    [message] = chat.wait()
    assert message.text.startswith("Call 112, 911 or 999 now")
    assert not message.buttons


def test_an_american_reads_the_american_number_first(server: TelegramServer) -> None:
    chat = server.private(server.user("Joe", language_code="en-US"))
    chat.send("my dad has crushing chest pain")
    assert chat.wait()[0].text.startswith("Call 911, 112 or 999 now")


def test_did_you_mean_never_traps(chat: Chat, unclear: str) -> None:
    chat.send(unclear)
    [asked] = chat.wait()
    assert "I'm not sure I understood" in asked.text
    assert "112, 911 or 999" in asked.text
    assert 2 <= len(asked.labels) <= 6
    chat.press(asked, "None of these")
    [fallback] = chat.wait()
    assert "What it is" in fallback.labels
    chat.send("hello")
    assert chat.wait()[0].text.startswith("Hello")


def test_the_second_one_is_one_of_those_it_asked_back_with(chat: Chat, unclear: str) -> None:
    chat.send(unclear)
    [asked] = chat.wait()
    chat.send("the second one")
    assert chat.wait()[0].text.startswith(asked.labels[1])


def test_what_follows_is_about_what_was_shown_last(chat: Chat) -> None:
    chat.send("can a stent collapse")
    chat.wait()
    chat.send("more")
    assert "What could go wrong with angioplasty?" in chat.wait()[0].labels
    chat.send("my dad has crushing chest pain")
    [alert] = chat.wait()
    chat.send("huh?")
    assert chat.wait()[0].text == alert.text


def test_helpful_folds_away(server: TelegramServer, chat: Chat) -> None:
    chat.send("is the patient awake during angioplasty")
    [answer] = chat.wait()
    pressed = chat.press(answer, "👍 Helpful")
    [folded] = chat.wait()
    assert set(answer.labels) - set(folded.labels) == {"👍 Helpful", "👎 No help"}
    assert "Thank you" in server.answer_to(pressed)["text"]


def test_what_did_not_help_offers_topics(server: TelegramServer, chat: Chat) -> None:
    chat.send("is dye used in angioplasty")
    [answer] = chat.wait()
    pressed = chat.press(answer, "👎 No help")
    [folded] = chat.wait()
    assert "👎 No help" not in folded.labels
    assert "Thank you" in server.answer_to(pressed)["text"]
    chat.press(folded, "All topics")
    [topics] = chat.wait()
    assert not topics.edited
    assert topics.labels[0] == "What it is"


def test_a_suggestion_picked_can_be_called_helpful(chat: Chat, unclear: str) -> None:
    chat.send(unclear)
    [asked] = chat.wait()
    chat.press(asked, asked.labels[0])
    answer = chat.wait()[0]
    assert answer.text.startswith(asked.labels[0])
    assert "👍 Helpful" in answer.labels


def test_a_gap_offers_what_is_near_and_all_topics(chat: Chat) -> None:
    chat.send("how long does a stent last")
    [gap] = chat.wait()
    assert "doesn't say" in gap.text
    assert "Does the artery narrow again?" in gap.labels
    assert "All topics" in gap.labels


def test_a_greeting_brings_questions_to_tap(chat: Chat) -> None:
    chat.send("hello")
    [hello] = chat.wait()
    assert len(hello.labels) == 3
    chat.press(hello, hello.labels[1])
    assert chat.wait()[0].text.startswith(hello.labels[1])


def test_an_answer_can_be_shared_as_a_link_to_it(server: TelegramServer, chat: Chat) -> None:
    chat.send("is the patient awake during angioplasty")
    url = chat.wait()[0].button("Share").url
    link = parse_qs(urlsplit(url).query)["url"][0]
    assert link == f"https://t.me/{server.me.username}?start=awake-during-angioplasty"


@pytest.mark.parametrize("data", ["zz9:gone", "as:no-such-entry", "ao9:0", "ao0:77", "ap1:stent"])
def test_a_stale_button_gets_a_polite_answer(server: TelegramServer, chat: Chat, data: str) -> None:
    chat.send("/topics")
    [topics] = chat.wait()
    old = replace(topics, buttons=((Button("Old", data=data),),))
    assert "older message" in server.answer_to(chat.press(old, "Old"))["text"]
    assert chat.untaken() == []


def test_two_questions_get_two_answers_and_one_question_how_they_were(chat: Chat) -> None:
    chat.send("is the patient awake during angioplasty? what is the guide wire for?")
    first, second = chat.wait(2)
    assert first.text.startswith("Are people awake")
    assert second.text.startswith("What is the guide wire")
    assert "👍 Helpful" not in first.labels
    assert "👍 Helpful" in second.labels


def test_an_unknown_command_is_no_reason_for_silence(chat: Chat) -> None:
    chat.send("/review")
    [message] = chat.wait()
    assert message.text.startswith("I don't know that command")
    assert message.labels


def test_an_edit_takes_back_what_no_longer_belongs(server: TelegramServer, chat: Chat) -> None:
    question = chat.send("what is a stent")
    [photo] = chat.wait()
    chat.edit(question, "is the patient awake during angioplasty")
    [instead] = chat.wait()
    assert instead.message_id > photo.message_id
    gone = [call.params["message_id"] for call in server.calls_of("deleteMessage")]
    assert photo.message_id in gone


def test_an_edit_that_becomes_an_emergency_is_answered_with_a_new_message(chat: Chat) -> None:
    question = chat.send("what is chest pain")
    [first] = chat.wait()
    chat.edit(question, "my dad has crushing chest pain")
    [alert] = chat.wait()
    assert not alert.edited
    assert alert.message_id > first.message_id
    assert alert.text.startswith("Call 112")


def test_what_is_forgotten_is_no_longer_edited(chat: Chat) -> None:
    question = chat.send("is the patient awake during angioplasty")
    [first] = chat.wait()
    chat.send("/forget")
    chat.wait()
    chat.edit(question, "what is the guide wire for")
    [second] = chat.wait()
    assert not second.edited
    assert second.message_id != first.message_id


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
        assert message.text.startswith("I can only read text. Please type your question.")
        assert "112, 911 or 999" in message.text


def test_the_profile_is_set_once(server: TelegramServer) -> None:
    many = len(LANGUAGES)
    server.wait_for(lambda: len(server.calls_of("setMyShortDescription")) == many, timeout=20)
    assert len(server.calls_of("setMyCommands")) == len(server.calls_of("setMyDescription")) == many


def test_a_profile_that_telegram_would_not_have_is_set_later(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("setMyDescription", Fault.bad_request("try again"))
    start_bot(FAQ_PROFILE="on")
    many = len(LANGUAGES)
    telegram.wait_for(lambda: len(telegram.calls_of("setMyShortDescription")) == many, 40)


def test_people_are_greeted_in_the_language_of_their_telegram(server: TelegramServer) -> None:
    chat = server.private(server.user("Ana", language_code="pt-br"))
    chat.send("/start")
    [hello] = chat.wait()
    assert hello.text.startswith("Olá.")
    assert "112, 911 ou 999" in hello.text
    chat.send("xyzzy plugh")
    assert "Não tenho resposta" in chat.wait()[0].text


def test_what_stands_below_a_picture_is_a_question(chat: Chat) -> None:
    chat.send_photo(caption="my dad has crushing chest pain")
    assert chat.wait(timeout=20)[0].text.startswith("Call 112, 911 or 999 now")
