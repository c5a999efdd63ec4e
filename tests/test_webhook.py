"""Webhook mode: a push is answered 200 when it is stored, and handled once among replicas."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from telegram import Update

from bot.delivery.webhook import read_update
from tests.conftest import Start
from tests.running import BotProcess, free_port, quiet, started, wait_until
from tests.strict_telegram.server import Chat, Fault, TelegramServer

SECRET = "hook-secret_1-of-16-and-more"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Replica:
    """A bot in webhook mode, and how to push to it."""

    def __init__(self, start_bot: Start) -> None:
        self.base = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.base}/hook"
        self.bot: BotProcess = start_bot(
            WEBHOOK_URL=self.url, WEBHOOK_SECRET=SECRET, WEBHOOK_LISTEN=self.base
        )

    def push(self, update: dict[str, Any] | bytes, secret: str | None = SECRET) -> int:
        """The status with which a push is answered."""
        content = {"content": update} if isinstance(update, bytes) else {"json": update}
        headers = {HEADER.encode(): secret.encode()} if secret else {}
        return httpx.post(
            self.url, headers=headers, timeout=10, verify=False, **content
        ).status_code


Hooked = tuple[TelegramServer, Replica]


def update(update_id: int, chat: Chat) -> dict[str, Any]:
    user = chat.record.json() | {"is_bot": False}
    message = {
        "message_id": update_id,
        "date": int(time.time()),
        "chat": chat.record.json(),
        "from": user,
        "text": "What is a stent?",
    }
    return {"update_id": update_id, "message": message}


def ready(telegram: TelegramServer, replicas: int = 1) -> None:
    telegram.wait_for(lambda: len(telegram.calls_of("setWebhook")) >= replicas, 10)


def new_chat(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Ann"))


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hooked]:
    """One bot for those who only push; Telegram takes its address at the second try."""
    with TelegramServer() as server:
        server.fault("setWebhook", Fault.server_error())
        replica = Replica(partial(started, server.url, tmp_path_factory.mktemp("bot")))
        ready(server, 2)
        yield server, replica
        assert replica.bot.stop() == 0
        assert SECRET not in replica.bot.log
        server.check()


def test_pushed_updates_are_answered(hooked: Hooked) -> None:
    telegram, replica = hooked
    chat = new_chat(telegram)
    chat.send("What is a stent?")
    chat.wait(timeout=10)
    telegram.wait_for(lambda: not telegram.pending)
    [*_, call] = telegram.calls_of("setWebhook")
    assert call.params["secret_token"] == SECRET
    assert set(call.params["allowed_updates"]) == {
        Update.MESSAGE,
        Update.EDITED_MESSAGE,
        Update.CALLBACK_QUERY,
        Update.INLINE_QUERY,
    }
    assert httpx.get(f"http://{replica.base}/readyz").status_code == 404
    assert httpx.get(f"http://{replica.base}/metrics").status_code == 404


def test_only_telegram_may_push(hooked: Hooked) -> None:
    telegram, replica = hooked
    chat = new_chat(telegram)
    assert replica.push(update(1, chat), secret=None) == 403
    assert replica.push(update(1, chat), secret="guess") == 403
    assert replica.push(update(1, chat), secret="ä") == 403
    assert replica.push(update(1, chat), secret=SECRET + "x") == 403
    assert b" 200 " not in _raw(replica, f"{HEADER}: {SECRET}\0\r\n".encode())
    assert b" 200 " not in _raw(replica, f"{HEADER}: {SECRET}\r\n{HEADER}: {SECRET}\r\n".encode())
    elsewhere = f"http://{replica.base}/other"
    assert httpx.post(elsewhere, headers={HEADER: SECRET}, json=update(1, chat)).status_code == 404
    assert replica.push(b"{") == 400
    assert replica.push(b'{"update_id": Infinity}') == 400
    assert replica.push({"message": {}}) == 400
    assert replica.push({"update_id": 1, "message": {"nonsense": True}}) == 200
    assert not chat.messages


def _raw(replica: Replica, headers: bytes) -> bytes:
    """What is answered to a request no client would send."""
    host, port = replica.base.split(":")
    with socket.create_connection((host, int(port))) as connection:
        body = b'{"update_id": 9}'
        head = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(body)
        connection.sendall(head + headers + b"\r\n" + body)
        connection.settimeout(5)
        return connection.recv(1000)


def test_two_replicas_answer_once_and_one_for_another_that_is_dead(
    telegram: TelegramServer, start_bot: Start
) -> None:
    first, second = replicas = [Replica(start_bot) for _ in range(2)]
    ready(telegram, 2)
    chat = new_chat(telegram)
    assert [replica.push(update(1, chat)) for replica in replicas] == [200, 200]
    chat.wait()
    statuses = asyncio.run(_push_at_once(replicas, update(2, chat)))
    assert statuses == [200, 200]
    chat.wait()
    quiet(telegram)
    assert len(chat.messages) == 2

    telegram.fault("sendMessage", Fault.black_hole())
    tried = len(telegram.calls_of("sendMessage"))
    # A store that is busy for a moment asks Telegram to push again.
    wait_until(lambda: first.push(update(3, chat)) == 200)
    telegram.wait_for(lambda: len(telegram.calls_of("sendMessage")) > tried, 10)
    first.bot.kill()
    chat.wait(timeout=10)
    assert second.bot.stop() == 0


async def _push_at_once(replicas: list[Replica], pushed: dict[str, Any]) -> list[int]:
    async with httpx.AsyncClient(headers={HEADER: SECRET}, verify=False) as client:
        answers = await asyncio.gather(
            *(client.post(replica.url, json=pushed) for replica in replicas)
        )
    return [answer.status_code for answer in answers]


ODD = [
    b"{", b"[]", b"null", b"1", b'"x"', b"{}", b'{"update_id": null}', b'{"update_id": true}',
    b'{"update_id": "1"}', b'{"update_id": 1.0}', b'{"update_id": -1}', b'{"update_id": Infinity}',
    b'{"update_id": NaN}', b'{"update_id": 1180591620717411303424}', b'{"update_id": [1]}',
    b"[" * 100_000, b'{"update_id":' * 50_000, b"\xff\xfe", b"",
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=[repr(body[:24]) for body in ODD])
def test_what_telegram_would_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        read_update(body)


def test_what_polling_took_over_is_answered_in_webhook_mode_too(
    telegram: TelegramServer, start_bot: Start
) -> None:
    polling = start_bot()
    telegram.fault("sendMessage", Fault.black_hole())
    chat = new_chat(telegram)
    chat.send("What is a stent?")
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), 10)
    polling.kill()
    Replica(start_bot)
    chat.wait(timeout=10)


def test_a_crowd_of_strangers_does_not_keep_telegram_out(hooked: Hooked) -> None:
    telegram, replica = hooked
    host, port = replica.base.split(":")
    strangers = [socket.create_connection((host, int(port))) for _ in range(400)]
    for stranger in strangers:
        stranger.send(b"POST /hook HTTP/1.1\r\nHost: x\r\n")
    assert replica.push(update(900_000_001, new_chat(telegram))) == 200
    for stranger in strangers:
        stranger.close()
    assert len(replica.bot.log) < 10_000


def test_an_address_telegram_does_not_like_is_said(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("setWebhook", Fault.bad_request("bad webhook: IP address is reserved"))
    bot = Replica(start_bot).bot
    assert bot.ended() == 1
    assert bot.log.startswith("WEBHOOK_URL: Telegram refuses it (")
    assert bot.log.count("\n") == 1
