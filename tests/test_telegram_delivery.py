"""The test server delivers updates as Telegram does: by long poll and by webhook."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import Client
from tests.strict_telegram.server import TelegramServer
from tests.strict_telegram.spec import model

KEYBOARD = {"inline_keyboard": [[{"text": "More", "callback_data": "v1:more"}]]}


def poll(client: Client, **params: Any) -> list[dict[str, Any]]:
    updates: list[dict[str, Any]] = client.result("getUpdates", **params)
    return updates


def test_offset_acknowledges(client: Client, chat: Chat) -> None:
    first, second = chat.send("one"), chat.send("two")
    assert [update["update_id"] for update in poll(client)] == [first, second]
    assert [update["update_id"] for update in poll(client, limit=1)] == [first]
    assert [update["update_id"] for update in poll(client, offset=second)] == [second]
    assert [update["update_id"] for update in poll(client)] == [second]
    assert poll(client, offset=second + 1) == []


def test_long_poll_returns_when_something_is_said(client: Client, chat: Chat) -> None:
    threading.Timer(0.1, chat.send, ["late"]).start()
    start = time.monotonic()
    [update] = poll(client, timeout=3)
    assert update["message"]["text"] == "late"
    assert 0.05 < time.monotonic() - start < 1


def test_long_poll_ends_empty(client: Client) -> None:
    start = time.monotonic()
    assert poll(client, timeout=1) == []
    assert 0.9 < time.monotonic() - start < 2


def test_allowed_updates_filter(client: Client, chat: Chat) -> None:
    poll(client, allowed_updates=["edited_message"])
    sent = chat.send("unheard")
    chat.edit(sent, "heard")
    assert [set(update) - {"update_id"} for update in poll(client)] == [{"edited_message"}]


def test_second_poller_ends_the_first(server: TelegramServer, client: Client) -> None:
    answers: list[dict[str, Any]] = []
    first = threading.Thread(target=lambda: answers.append(client.call("getUpdates", timeout=5)))
    first.start()
    server.wait_for(lambda: server.calls_of("getUpdates"))
    poll(client)
    first.join(2)
    assert answers[0]["error_code"] == 409
    assert "other getUpdates request" in answers[0]["description"]


def test_duplicate_update_comes_in_two_polls(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    server.duplicate_next_update()
    sent = chat.send("twice")
    assert [update["update_id"] for update in poll(client)] == [sent]
    assert [update["update_id"] for update in poll(client, offset=sent + 1)] == [sent]
    assert poll(client, offset=sent + 1) == []


def test_duplicate_update_is_pushed_twice(
    server: TelegramServer, client: Client, chat: Chat, hook: HTTPServer
) -> None:
    client.result("setWebhook", url=f"http://127.0.0.1:{hook.server_port}/hook")
    refused = chat.send("refused once")
    server.wait_for(lambda: server.pending == 0)
    server.duplicate_next_update()
    twice = chat.send("taken twice")
    server.wait_for(lambda: server.pending == 0)
    assert [body["update_id"] for _, body in Hook.taken] == [refused, refused, twice, twice]


class Hook(BaseHTTPRequestHandler):
    """Refuses the first push, takes the others."""

    taken: list[tuple[str | None, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
        self.send_response(500 if len(self.taken) == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def hook() -> Iterator[HTTPServer]:
    Hook.taken = []
    with HTTPServer(("127.0.0.1", 0), Hook) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        yield http
        http.shutdown()
        thread.join()


def test_webhook_is_pushed_until_taken(
    server: TelegramServer, client: Client, chat: Chat, hook: HTTPServer
) -> None:
    url = f"http://127.0.0.1:{hook.server_port}/hook"
    client.result("setWebhook", url=url, secret_token="s3cret")
    assert "webhook is active" in client.error("getUpdates")
    first, second = chat.send("one"), chat.send("two")
    server.wait_for(lambda: server.pending == 0)
    assert [body["update_id"] for _, body in Hook.taken] == [first, first, second]
    assert {secret for secret, _ in Hook.taken} == {"s3cret"}
    info = client.result("getWebhookInfo")
    assert info["url"] == url and "500" in info["last_error_message"]
    client.result("deleteWebhook")
    assert client.result("getWebhookInfo")["url"] == ""
    assert poll(client) == []


def test_every_update_fits_the_specification(server: TelegramServer, client: Client) -> None:
    ann, ben = server.user("Ann", language_code="en"), server.user("Ben")
    poll(client, allowed_updates=[])
    for chat in (server.private(ann), server.group("Family", ann, ben, kind="group")):
        sent = chat.send("/start@faq_test_bot now 😀 @faq_test_bot")
        chat.edit(sent, "edited")
        chat.reply_to(sent, "and?", user=ben)
        for send in (chat.send_voice, chat.send_photo, chat.send_sticker, chat.send_location):
            send()
        client.result("sendMessage", chat_id=chat.id, text="hi", reply_markup=KEYBOARD)
        chat.press(chat.wait()[0], "More")
        chat.block()
        chat.unblock()
    chat.migrate()
    server.group("Forum", ann).topic("Hearts").send("in a topic")
    server.channel("News").send("to all")
    server.inline(ben, "stent")
    updates = poll(client)
    assert len(updates) == 25
    for update in updates:
        _assert_known(model("Update").model_validate(update))


def _assert_known(model: Any) -> None:
    assert not model.model_extra, (type(model), model.model_extra)
    for name in model.model_fields_set:
        members = value if isinstance(value := getattr(model, name), list) else [value]
        for member in members:
            if hasattr(member, "model_extra"):
                _assert_known(member)


def test_commands_and_mentions_are_marked(client: Client, chat: Chat) -> None:
    chat.send("😀 /help @faq_test_bot a/b")
    [update] = poll(client)
    assert update["message"]["entities"] == [
        {"type": "bot_command", "offset": 3, "length": 5},
        {"type": "mention", "offset": 9, "length": 13},
    ]
