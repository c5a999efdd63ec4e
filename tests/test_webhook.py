"""Webhook mode: an update is answered 200 when it is handled, and handled once among replicas."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
from telegram import Bot, Update
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from bot.delivery.trouble import Trouble
from bot.delivery.updates import Work
from bot.delivery.webhook import Door
from bot.monitoring.metrics import Metrics
from bot.storage.updates import Claim, State
from tests.conftest import Start
from tests.running import BotProcess, free_port
from tests.strict_telegram.server import TOKEN, Chat, Fault, TelegramServer

SECRET = "hook-secret_1"
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
        return httpx.post(self.url, headers=headers, timeout=10, **content).status_code


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


def test_pushed_updates_are_answered(telegram: TelegramServer, start_bot: Start) -> None:
    telegram.fault("setWebhook", Fault.server_error())
    replica = Replica(start_bot)
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
    assert httpx.get(f"http://{replica.base}/healthz").status_code == 200
    assert replica.bot.stop() == 0
    assert SECRET not in replica.bot.log


def test_only_telegram_may_push(telegram: TelegramServer, start_bot: Start) -> None:
    replica = Replica(start_bot)
    ready(telegram)
    chat = new_chat(telegram)
    assert replica.push(update(1, chat), secret=None) == 403
    assert replica.push(update(1, chat), secret="guess") == 403
    assert replica.push(update(1, chat), secret="ä") == 403
    assert replica.push(b"{") == 400
    assert replica.push({"message": {}}) == 400
    assert replica.push({"update_id": 1, "message": {"nonsense": True}}) == 200
    assert not chat.messages


def test_two_replicas_answer_once(telegram: TelegramServer, start_bot: Start) -> None:
    replicas = [Replica(start_bot) for _ in range(2)]
    ready(telegram, 2)
    chat = new_chat(telegram)
    assert [replica.push(update(1, chat)) for replica in replicas] == [200, 200]
    assert len(chat.messages) == 1
    telegram.fault("sendMessage", Fault.delay(0.5))
    statuses = asyncio.run(_push_at_once(replicas, update(2, chat)))
    assert sorted(statuses) == [200, 503]
    assert len(chat.messages) == 2


async def _push_at_once(replicas: list[Replica], pushed: dict[str, Any]) -> list[int]:
    async with httpx.AsyncClient(headers={HEADER: SECRET}) as client:
        answers = await asyncio.gather(
            *(client.post(replica.url, json=pushed) for replica in replicas)
        )
    return [answer.status_code for answer in answers]


def test_what_a_replica_could_not_finish_is_left_to_be_pushed_again(state: State) -> None:
    async def never(_: Update) -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        bot, metrics = Bot(TOKEN), Metrics()
        work = Work(never, state=state, metrics=metrics, trouble=Trouble(bot, metrics))
        door = Door(bot, work, state=state, secret=SECRET, drain=0.05)
        pushed = HTTPServerRequest(
            start_line=RequestStartLine("POST", "/hook", "HTTP/1.1"),
            headers=HTTPHeaders({HEADER: SECRET, "Host": "localhost"}),
        )
        pushed.body = b'{"update_id": 1}'
        answer = asyncio.create_task(door.receive(pushed))
        await asyncio.sleep(0.01)
        await door.drain()
        assert (await answer).status == 503
        assert (await door.receive(pushed)).status == 503
        assert state.claim(1, seconds=45) is Claim.YOURS

    asyncio.run(main())


def test_a_claim_of_a_dead_replica_ends(tmp_path: Path) -> None:
    now = 0.0
    state = State(tmp_path, clock=lambda: now)
    assert state.claim(1, seconds=45) is Claim.YOURS
    now = 46.0
    assert state.claim(1, seconds=45) is Claim.YOURS


def test_an_address_telegram_does_not_like_is_said(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("setWebhook", Fault.bad_request("bad webhook: IP address is reserved"))
    bot = Replica(start_bot).bot
    assert bot.ended() == 1
    assert bot.log.startswith("WEBHOOK_URL: Telegram refuses it (")
    assert bot.log.count("\n") == 1
