"""In a group the bot speaks only when it is spoken to, and where it is spoken to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.server import BotMessage, TelegramServer, User


@pytest.fixture
def server(shipped: TelegramServer) -> TelegramServer:
    return shipped


@pytest.fixture
def ann(server: TelegramServer) -> User:
    return server.user("Ann")


@pytest.fixture
def group(server: TelegramServer, ann: User) -> Chat:
    return server.group("Family", ann)


def only_answer(group: Chat, server: TelegramServer) -> BotMessage:
    """The one message that has come, once everything before a last question is handled."""
    group.send(f"@{server.me.username} why is a dye injected")
    *heard, last = group.wait(len(group.untaken()) or 1)
    assert not heard, heard
    return last


def test_what_is_not_for_the_bot_gets_no_answer(server: TelegramServer, group: Chat) -> None:
    bot = server.other_bot("Helper")
    group.send("what is a stent?")
    group.send("/help@helper_bot")
    group.send("/nonsense")
    group.send_voice()
    group.send_photo(caption="what is a stent")
    group.send(f"@{server.me.username} what is a stent", user=bot)
    group.send(f"@{server.me.username} what is a stent", via_bot=bot.json())
    server.wait_for(lambda: server.pending == 0)
    assert only_answer(group, server).text.startswith("What is the dye")


def test_a_mention_is_answered_as_a_reply_to_it(server: TelegramServer, group: Chat) -> None:
    group.send(f"is the patient awake during angioplasty @{server.me.username.upper()}?")
    [answer] = group.wait()
    assert answer.text.startswith("Are people awake")
    assert answer.reply_to


def test_the_name_alone_gets_help(server: TelegramServer, group: Chat) -> None:
    group.send(f"@{server.me.username}")
    [answer] = group.wait()
    assert "For example" in answer.text
    assert len(answer.labels) == 3


def test_a_reply_to_the_bot_is_a_question(server: TelegramServer, group: Chat, ann: User) -> None:
    group.send(f"/help@{server.me.username}")
    [help_] = group.wait()
    group.reply_to(help_, "what is the guide wire for", user=ann)
    assert group.wait()[0].text.startswith("What is the guide wire")


def test_a_reply_to_somebody_else_is_not(server: TelegramServer, group: Chat, ann: User) -> None:
    said = group.send("dad is in hospital")
    group.reply_to(said, "what is a stent", user=ann)
    server.wait_for(lambda: server.pending == 0)
    assert only_answer(group, server).text.startswith("What is the dye")


def test_answers_stay_in_their_topic(server: TelegramServer, group: Chat) -> None:
    hearts = group.topic("Hearts")
    hearts.send(f"@{server.me.username} what is a stent")
    [photo] = hearts.wait()
    assert photo.thread_id == hearts.thread_id
    hearts.press(photo, "How is a stent put in?")
    assert hearts.wait()[0].thread_id == hearts.thread_id


def test_an_emergency_in_a_group_gets_the_number_only(server: TelegramServer, group: Chat) -> None:
    group.send(f"@{server.me.username} my dad has crushing chest pain")
    [alert] = group.wait()
    assert alert.text.startswith("Call 112")
    assert not alert.buttons


def test_channels_are_left_alone(server: TelegramServer, group: Chat) -> None:
    channel = server.channel("News")
    channel.send("what is a stent")
    server.wait_for(lambda: server.pending == 0)
    assert only_answer(group, server)
    assert channel.messages == ()


def test_a_picture_whose_caption_names_the_bot_asks(server: TelegramServer, group: Chat) -> None:
    group.send_photo(caption=f"@{server.me.username} my dad has crushing chest pain")
    assert group.wait()[0].text.startswith("Call 112")


def test_an_admin_who_writes_for_the_group_is_answered(server: TelegramServer, group: Chat) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupBot"}
    sender: dict[str, Any] = {"from": anonymous, "sender_chat": group.record.json()}
    group.send(f"@{server.me.username} my dad has crushing chest pain", **sender)
    assert group.wait()[0].text.startswith("Call 112")


def test_a_broken_character_below_a_picture_breaks_nothing(server: TelegramServer) -> None:
    chat = server.private(server.user("Ann"))
    chat.send_photo(caption="my dad has crushing chest pain \ud83d")
    assert chat.wait()[0].text.startswith("Call 112")
