"""The test server keeps chats, messages and questions as Telegram does."""

from __future__ import annotations

import json

import pytest

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import PNG, Client
from tests.strict_telegram.server import TelegramServer
from tests.strict_telegram.spec import model

KEYBOARD = {"inline_keyboard": [[{"text": "More", "callback_data": "v1:more"}]]}


def test_wrong_token_and_path(server: TelegramServer, client: Client) -> None:
    wrong = client.http.post(f"{server.url}/bot1:wrong/getMe")
    assert wrong.status_code == 401
    assert wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert client.http.get(f"{server.url}/nothing").status_code == 404
    server.check()


def test_blocked_unknown_and_migrated_chats(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    chat.block()
    assert "blocked by the user" in client.error("sendMessage", chat_id=chat.id, text="a")
    stranger = server.user("Stranger")
    assert "can't initiate" in client.error("sendMessage", chat_id=stranger.id, text="a")
    group = server.group("Family", stranger, kind="group")
    old = group.id
    group.migrate()
    moved = client.call("sendMessage", chat_id=old, text="a")
    assert moved["parameters"] == {"migrate_to_chat_id": group.id}
    client.result("sendMessage", chat_id=group.id, text="moved")
    assert group.wait()[0].text == "moved"
    server.check()


def test_edits_are_seen_and_must_change_something(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    sent = client.result("sendMessage", chat_id=chat.id, text="<b>a</b>", parse_mode="HTML")
    where = {"chat_id": chat.id, "message_id": sent["message_id"]}
    again = client.error("editMessageText", **where, text=" <b>a</b>\n", parse_mode="HTML")
    assert "message is not modified" in again
    client.result("editMessageText", **where, text="a", reply_markup=KEYBOARD)
    first, second = chat.wait(2)
    assert (first.html, first.edited, first.entities[0].type) == ("<b>a</b>", False, "bold")
    assert (second.text, second.edited, second.labels) == ("a", True, ("More",))
    client.result("editMessageReplyMarkup", **where)
    client.result("deleteMessage", **where)
    assert "message to edit not found" in client.error("editMessageText", **where, text="b")
    server.check()


def test_pressed_button_must_be_answered(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    client.result("sendMessage", chat_id=chat.id, text="a", reply_markup=KEYBOARD)
    [message] = chat.wait()
    press = chat.press(message, "More")
    with pytest.raises(AssertionError, match="never for button 'More'"):
        server.check(patience=0.05)
    query = client.result("getUpdates")[0]["callback_query"]
    assert query["data"] == "v1:more"
    client.result("answerCallbackQuery", callback_query_id=query["id"], text="ok")
    assert server.answer_to(press)["text"] == "ok"
    assert "too old" in client.error("answerCallbackQuery", callback_query_id=query["id"])
    chat.remove(message)
    server.expire(chat.press(message, "More"))
    server.check(patience=0.05)


def test_inline_query_is_answered(server: TelegramServer, client: Client) -> None:
    asked = server.inline(server.user("Ann"), "stent")
    query = client.result("getUpdates")[0]["inline_query"]
    content = {"message_text": "<b>x</b>", "parse_mode": "HTML"}
    result = {"type": "article", "id": "a", "title": "A", "input_message_content": content}
    client.result("answerInlineQuery", inline_query_id=query["id"], results=[result])
    assert server.answer_to(asked)["results"][0]["title"] == "A"
    server.check()


def test_photo_is_uploaded_and_sent_again(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    url = f"{client.base}/sendPhoto"
    form = {"chat_id": str(chat.id), "caption": "a heart"}
    message = client.http.post(url, data=form, files={"photo": ("a.png", PNG)}).json()["result"]
    file_id = message["photo"][-1]["file_id"]
    client.result("sendPhoto", chat_id=chat.id, photo=file_id)
    assert [sent.photo for sent in chat.wait(2)] == [file_id, file_id]
    place = client.result("getFile", file_id=file_id)["file_path"]
    assert client.http.get(f"{server.url}/file/bot{server.token}/{place}").content == PNG
    model("Message").model_validate(message)
    server.check()


def test_form_values_are_read_like_json(server: TelegramServer, client: Client, chat: Chat) -> None:
    form = {"chat_id": str(chat.id), "text": "5", "reply_markup": json.dumps(KEYBOARD)}
    client.http.post(f"{client.base}/sendMessage", data=form | {"protect_content": "true"})
    [message] = chat.wait()
    assert message.text == "5" and message.params["protect_content"] is True
    assert message.buttons[0][0].data == "v1:more"
    server.check()


def test_topics_are_kept_apart(server: TelegramServer, client: Client) -> None:
    group = server.group("Forum", server.user("Ann"))
    hearts, other = group.topic("Hearts"), group.topic("Other")
    place = {"chat_id": group.id, "message_thread_id": hearts.thread_id}
    client.result("sendMessage", **place, text="a")
    assert hearts.wait()[0].thread_id == hearts.thread_id
    assert len(group.messages) == 1 and not other.messages
    server.check()


def test_waiting_tells_what_came(chat: Chat) -> None:
    with pytest.raises(AssertionError, match=r"waited 0\.05 s for 1 messages, but got"):
        chat.wait(timeout=0.05)
