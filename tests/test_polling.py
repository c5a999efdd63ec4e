"""The real bot against a Telegram that fails: no question is lost, none answered in a burst."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

import pytest
from telegram import Update
from telegram.ext import ExtBot

from bot import app
from bot.delivery.outgoing import Sender
from bot.delivery.polling import Patience, Poller
from bot.delivery.trouble import Trouble
from bot.delivery.updates import Work
from bot.monitoring.metrics import Metrics
from bot.settings import Settings, SettingsError
from bot.storage.updates import State
from bot.ui.texts import ENGLISH
from tests.conftest import Start
from tests.running import BotProcess, free_port, wait_until, write_content
from tests.strict_telegram.server import TOKEN, Chat, Fault, TelegramServer

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


def test_a_power_cut_with_forty_questions_queued_loses_none(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.latency = 0.02
    visitors = asked(telegram, chats=20, each=2)
    bot = start_bot()
    telegram.wait_for(lambda: sum(len(chat.messages) for chat in visitors) >= 10, 10)
    bot.kill()
    assert telegram.pending
    bot.start()
    for chat in visitors:
        chat.wait(2)
    telegram.wait_for(lambda: not telegram.pending)
    assert sum(len(chat.messages) for chat in visitors) <= 40 + 16  # what was in hand, twice


def test_what_was_answered_before_a_power_cut_is_not_answered_again(
    telegram: TelegramServer, start_bot: Start
) -> None:
    visitors = asked(telegram, chats=5)
    telegram.fault("getUpdates", Fault.delay(0))  # the first poll brings the questions,
    telegram.fault("getUpdates", Fault.server_error(), times=100)  # no later one confirms them
    bot = start_bot()
    for chat in visitors:
        chat.wait()
    time.sleep(0.1)  # the bot needs a moment to see that its answers have arrived
    bot.kill()
    assert telegram.pending == 5
    telegram.clear_faults()
    bot.start()
    asked(telegram, chats=1)[0].wait()
    assert [len(chat.messages) for chat in visitors] == [1] * 5


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


def test_nobody_waits_for_somebody_else(shared: Shared) -> None:
    server, _ = shared
    server.fault("sendMessage", Fault.delay(0.7))
    before = len(server.calls_of("sendMessage"))
    slow = asked(server, chats=1)[0]
    server.wait_for(lambda: len(server.calls_of("sendMessage")) > before)
    asked(server, chats=1)[0].wait()
    assert not slow.messages
    slow.wait()


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
    server.wait_for(lambda: not server.pending)
    slow_down = [message for message in flooder.messages if message.text == ENGLISH.slow_down]
    assert len(flooder.messages) == 21
    assert len(slow_down) == 1


def test_trouble_at_the_start(telegram: TelegramServer, start_bot: Start) -> None:
    telegram.fault("getMe", Fault.server_error())
    telegram.fault("deleteWebhook", Fault.reset())
    telegram.fault("getUpdates", Fault.bad_gateway())
    start_bot()
    asked(telegram, chats=1)[0].wait(timeout=10)


def test_a_wrong_token_is_one_line(telegram: TelegramServer, start_bot: Start) -> None:
    bot = start_bot(TELEGRAM_BOT_TOKEN="987654321:" + "B" * 35)
    assert bot.ended() == 1
    assert bot.log == (
        "TELEGRAM_BOT_TOKEN is not accepted by Telegram. Copy it again from @BotFather.\n"
    )


def test_a_damaged_state_is_no_reason_not_to_start(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "state.db").write_bytes(b"not a database at all" * 100)
    start_bot()
    asked(telegram, chats=1)[0].wait(timeout=10)


def test_sigterm_finishes_what_is_in_hand(telegram: TelegramServer, start_bot: Start) -> None:
    bot = start_bot()
    telegram.fault("sendMessage", Fault.delay(0.5))
    chat = asked(telegram, chats=1)[0]
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), 10)
    assert bot.stop() == 0
    assert len(chat.messages) == 1
    assert telegram.pending == 0


def test_sigterm_leaves_what_it_cannot_finish(telegram: TelegramServer, start_bot: Start) -> None:
    bot = start_bot()
    telegram.fault("sendMessage", Fault.black_hole())
    chat = asked(telegram, chats=1)[0]
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), 10)
    assert bot.stop() == 0
    assert telegram.pending == 1
    bot.start()
    chat.wait()


def test_sigterm_ends_a_start_that_cannot_succeed(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("getMe", Fault.server_error(), times=100)
    bot = start_bot()
    wait_until(lambda: telegram.calls_of("getMe"))
    assert bot.stop() == 0


def test_a_telegram_that_never_answers_is_asked_again(
    telegram: TelegramServer, state: State
) -> None:
    telegram.fault("getUpdates", Fault.black_hole())
    asked(telegram, chats=1)
    handled: list[int] = []
    asyncio.run(_poll_until_one_is_handled(telegram, state, handled))
    assert len(handled) == 1
    assert len(telegram.calls_of("getUpdates")) >= 2


async def _poll_until_one_is_handled(
    telegram: TelegramServer, state: State, handled: list[int]
) -> None:
    """The poll loop alone, with 0.3 s for an answer instead of 35."""
    stop = asyncio.Event()

    async def process(update: Update) -> None:
        handled.append(update.update_id)
        stop.set()

    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        metrics = Metrics()
        work = Work(process, state=state, metrics=metrics, trouble=Trouble(bot, metrics))
        patience = Patience(poll=0.0, grace=0.3)
        poller = Poller(bot, work, state=state, metrics=metrics, patience=patience)
        await asyncio.wait_for(poller.run(stop), 10)


def test_an_unreachable_telegram_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "Sender", partial(Sender, patience=0.5))
    monkeypatch.setattr(app, "set_up_logs", lambda _: None)
    settings = Settings(
        token=TOKEN,
        api_url=f"http://127.0.0.1:{free_port()}",
        content=write_content(tmp_path / "content"),
        data=tmp_path,
    )
    with pytest.raises(SettingsError, match=r"Telegram cannot be reached at http://127\.0\.0\.1"):
        app.run(settings)
