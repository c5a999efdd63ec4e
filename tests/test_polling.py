"""The real bot against a Telegram that fails: no question is lost, none answered in a burst."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, TelegramError

from bot.delivery.attempts import Backoff
from bot.delivery.polling import Patience, Poller
from bot.delivery.updates import Raw
from bot.monitoring.metrics import Metrics
from bot.storage.database import Database
from bot.ui.texts import texts_in
from faq.loader import SHIPPED
from tests.conftest import Start
from tests.running import BotProcess, free_port, quiet, wait_until
from tests.strict_telegram.server import Chat, Fault, TelegramServer

Shared = tuple[TelegramServer, BotProcess]


def visitor(server: TelegramServer) -> Chat:
    """The chat of somebody new."""
    return server.private(server.user("Ann"))


def asked(server: TelegramServer, chats: int, each: int = 1) -> list[Chat]:
    """New chats in which questions wait."""
    visitors = [visitor(server) for _ in range(chats)]
    for _ in range(each):
        for chat in visitors:
            chat.send("What is a stent?")
    return visitors


def test_a_power_cut_repeats_no_answer_and_loses_no_question(
    telegram: TelegramServer, start_bot: Start
) -> None:
    visitors = asked(telegram, chats=5)
    telegram.fault("getUpdates", Fault.delay(0))  # the first poll brings the questions,
    telegram.fault("getUpdates", Fault.server_error(), times=100)  # no later one confirms them
    bot = start_bot()
    for chat in visitors:
        chat.wait()
    wait_until(lambda: not bot.waiting)  # it has seen that its answers have arrived
    bot.kill()
    telegram.clear_faults()
    telegram.latency = 0.02
    others = asked(telegram, chats=20, each=2)
    bot.start()
    telegram.wait_for(lambda: sum(len(chat.messages) for chat in others) >= 10)
    bot.kill()
    bot.start()
    for chat in others:
        chat.wait(2)
    quiet(telegram)
    assert [len(chat.messages) for chat in visitors] == [1] * 5
    assert sum(len(chat.messages) for chat in others) <= 40 + 16  # what was in hand, twice


FAULTS = {
    "401": Fault.unauthorized(),
    "404": Fault.not_found(),
    "409": Fault.conflict(),
    "429": Fault.too_many_requests(retry_after=1),
    "500": Fault.server_error(),
    "502 page": Fault.bad_gateway(),
    "reset": Fault.reset(),
    "answer lost": Fault.delivered_then_dropped(),
    "slow": Fault.delay(0.2),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_polling_survives(fault: Fault, shared: Shared) -> None:
    server, _ = shared
    chat = visitor(server)
    server.fault("getUpdates", fault)
    for _ in range(2):  # the first ends the poll that was under way before the fault
        chat.send("What is a stent?")
        chat.wait()
    assert len(chat.messages) == 2


def test_an_update_that_comes_twice_is_answered_once(shared: Shared) -> None:
    server, _ = shared
    server.duplicate_next_update()
    first, second = asked(server, chats=2)
    first.wait()
    second.wait()
    chat = asked(server, chats=1)[0]
    chat.wait()
    assert len(first.messages) == 1


def test_order_is_kept_within_a_chat(shared: Shared) -> None:
    server, _ = shared
    chat = visitor(server)
    server.fault("sendMessage", Fault.server_error())
    for number in range(10):
        chat.send("What is a stent?" if number % 2 else "What are the risks?")
    texts = [message.text for message in chat.wait(10)]
    assert ["mesh tube" in text for text in texts] == [bool(number % 2) for number in range(10)]


def test_a_flood_is_asked_once_to_slow_down(shared: Shared) -> None:
    server, _ = shared
    flooder, other = visitor(server), visitor(server)
    for _ in range(25):
        flooder.send("What is a stent?")
    other.send("What is a stent?")
    other.wait()
    flooder.wait(21)
    quiet(server)
    slow_down = [
        message for message in flooder.messages if message.text == texts_in("en").slow_down
    ]
    assert len(flooder.messages) == 21
    assert len(slow_down) == 1


def test_a_wrong_token_is_one_line(telegram: TelegramServer, start_bot: Start) -> None:
    bot = start_bot(TELEGRAM_BOT_TOKEN="987654321:" + "B" * 35)
    assert bot.ended() == 1
    assert bot.log == (
        "TELEGRAM_BOT_TOKEN is not accepted by Telegram. Copy it again from @BotFather.\n"
    )


def test_trouble_at_the_start(telegram: TelegramServer, start_bot: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "faq.db").write_bytes(b"not a database at all" * 100)
    telegram.fault("getMe", Fault.server_error())
    telegram.fault("deleteWebhook", Fault.reset())
    telegram.fault("getUpdates", Fault.bad_gateway())
    start_bot()
    asked(telegram, chats=1)[0].wait(timeout=10)


def test_sigterm_finishes_what_is_in_hand_and_leaves_what_it_cannot(
    telegram: TelegramServer, start_bot: Start
) -> None:
    bot = start_bot()
    telegram.fault("sendMessage", Fault.black_hole())
    chat = asked(telegram, chats=1)[0]
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), 10)
    assert bot.stop() == 0
    assert not chat.messages
    bot.start()
    chat.wait()
    tried = len(telegram.calls_of("sendMessage"))
    telegram.fault("sendMessage", Fault.delay(0.5))
    chat.send("What is a stent?")
    telegram.wait_for(lambda: len(telegram.calls_of("sendMessage")) > tried, 10)
    assert bot.stop() == 0
    assert len(chat.messages) == 2
    assert telegram.pending == 0


def test_sigterm_ends_a_start_that_cannot_succeed(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("getMe", Fault.server_error(), times=100)
    bot = start_bot()
    wait_until(lambda: telegram.calls_of("getMe"))
    assert bot.stop() == 0


def test_sigterm_ends_the_learning(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    bot = start_bot(**unlearnt(tmp_path))
    wait_until(lambda: "Learning" in bot.log, 20)
    bot.process.terminate()
    assert bot.ended(3) == -signal.SIGTERM


def test_an_address_in_use_is_told_before_anything_is_learnt(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        bot = start_bot(FAQ_DESK=taken, **unlearnt(tmp_path))
        assert bot.ended() == 1
    assert bot.log.startswith(f"FAQ_DESK: cannot listen on {taken} (Address already in use). ")
    assert bot.log.count("\n") == 1


def unlearnt(place: Path) -> dict[str, str]:
    """Settings for content that takes a while to learn."""
    content = place / "new"
    shutil.copytree(SHIPPED, content)
    (content / "negatives.txt").write_text("what nobody has learnt yet\n", "utf-8")
    return {"FAQ_CONTENT": str(content), "FAQ_CACHE": str(place / "cache")}


def test_an_unreachable_telegram_is_one_line_and_waited_for(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("*", Fault.reset(), for_seconds=15)
    bot = start_bot(FAQ_DESK=f"127.0.0.1:{free_port()}")
    wait_until(lambda: "Telegram cannot be reached at http://127.0.0.1" in bot.log, 20)
    assert "The desk, for one browser: http://127.0.0.1" in bot.log  # curators go on
    telegram.clear_faults()
    asked(telegram, chats=1)[0].wait(timeout=10)
    assert bot.log.count("cannot be reached") == 1
    assert "ready: @faq_test_bot answers on Telegram, by polling" in bot.log


class Queue:
    """getUpdates as the Bot API defines it, and somebody who takes updates over."""

    def __init__(self, *update_ids: int) -> None:
        self.queue = [{"update_id": update_id} for update_id in update_ids]
        self.errors: list[TelegramError] = []
        self.offsets: list[int] = []
        self.accepted: list[int] = []
        self.is_safe = True

    async def do_api_request(
        self, _: str, arguments: dict[str, Any], *, read_timeout: float
    ) -> list[dict[str, Any]]:
        self.offsets.append(arguments.get("offset", 0))
        if self.errors:
            raise self.errors.pop(0)
        self.queue = [raw for raw in self.queue if raw["update_id"] >= self.offsets[-1]]
        if not self.queue:
            await asyncio.sleep(0.01)
        return self.queue[:100]

    async def accept(self, raws: list[Raw]) -> bool:
        if self.is_safe:
            self.accepted += [raw["update_id"] for raw in raws]
        return self.is_safe

    async def until_accepted(self, update_id: int) -> None:
        async with asyncio.timeout(5):
            while update_id not in self.accepted:
                await asyncio.sleep(0.001)


def poll(queue: Queue, database: Database, scenario: Coroutine[Any, Any, None]) -> None:
    """Run the poll loop while `scenario` runs."""

    async def main() -> None:
        stop = asyncio.Event()
        patience = Patience(poll=0.05, grace=0.3, backoff=Backoff(0.01, 0.05), standby=0.02)
        bot: Any = queue
        poller = Poller(bot, queue, database=database, metrics=Metrics(), patience=patience)
        polling = asyncio.create_task(poller.run(stop))
        await scenario
        stop.set()
        await polling

    asyncio.run(main())


def test_what_is_safe_is_confirmed(database: Database) -> None:
    queue = Queue(1, 2, 3)
    poll(queue, database, queue.until_accepted(3))
    assert queue.offsets[-1] in {0, 4}
    assert not queue.queue


def test_what_is_not_safe_comes_again(database: Database) -> None:
    queue = Queue(1, 2)
    queue.is_safe = False

    async def scenario() -> None:
        await asyncio.sleep(0.2)
        assert set(queue.offsets) == {0}
        queue.is_safe = True
        await queue.until_accepted(2)

    poll(queue, database, scenario())
    assert len(queue.offsets) < 40


def test_ids_that_start_anew_after_a_quiet_week(database: Database) -> None:
    queue = Queue(1_000)

    async def scenario() -> None:
        await queue.until_accepted(1_000)
        await asyncio.sleep(0.05)
        queue.queue.append({"update_id": 7})
        await queue.until_accepted(7)

    poll(queue, database, scenario())


def test_survives_a_failing_confirmation(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    class Cut(Queue):
        async def accept(self, raws: list[Raw]) -> bool:
            self.errors = [NetworkError("reset")] * 100
            return await super().accept(raws)

    queue = Cut(1)
    poll(queue, database, queue.until_accepted(1))
    assert "last confirmation failed" in caplog.text


def test_of_two_processes_one_polls_and_another_takes_over(
    telegram: TelegramServer, start_bot: Start
) -> None:
    first = start_bot()
    telegram.wait_for(lambda: telegram.calls_of("getUpdates"), 10)
    second = start_bot()
    wait_until(lambda: second.log.count("standing by") == 1, 10)
    asked(telegram, chats=1)[0].wait()
    first.kill()
    asked(telegram, chats=1)[0].wait(timeout=10)
