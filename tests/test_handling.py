"""bot.delivery.updates: in order within a chat, bounded, with a deadline, noted when done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from bot.delivery.attempts import (
    FATAL_TRIES,
    UNCLEAR_TRIES,
    Backoff,
    attempt,
    wait_off_the_clock,
)
from bot.delivery.outgoing import Sender
from bot.delivery.updates import Pace, Raw, Work
from bot.monitoring.metrics import Metrics
from bot.storage.database import Database, StoreError, new_owner, open_database
from bot.storage.inbox import Inbox
from bot.ui.texts import texts_in

Process = Callable[[Update], Awaitable[None]]
NOW = Backoff(0.01, 0.01)
BROKEN = NetworkError("Bad Gateway")


class Application:
    """Handlers, and a Telegram that notes what is sent to whom and fails as told."""

    def __init__(self, process: Process | None = None) -> None:
        self.said: list[tuple[int, str]] = []
        self.errors: list[TelegramError] = []
        self.handled: list[int] = []
        self._process = process
        self._sender = Sender(Metrics(), patience=0.05)
        self.bot: Any = self

    async def process_update(self, update: object) -> None:
        assert isinstance(update, Update)
        if self._process:
            await self._process(update)
        self.handled.append(update.update_id)

    async def send_message(self, chat_id: int, text: str, **_: object) -> None:
        """What the bot sends, through its own gate."""

        async def call(endpoint: str, data: dict[str, Any]) -> bool:
            if self.errors:
                raise self.errors.pop(0)
            self.said.append((data["chat_id"], data["text"]))
            return True

        data = {"chat_id": chat_id, "text": text}
        await self._sender.process_request(call, (), {}, "sendMessage", data, None)


def question(update_id: int, chat_id: int = 1, text: str = "?") -> Raw:
    chat = {"id": chat_id, "type": "private", "first_name": "Ada"}
    user = {"id": chat_id, "is_bot": False, "first_name": "Ada"}
    message = {"message_id": update_id, "date": 1, "chat": chat, "from": user, "text": text}
    return {"update_id": update_id, "message": message}


@asynccontextmanager
async def working(database: Database, application: Application, **pace: Any) -> AsyncIterator[Work]:
    """Work in hand during the block."""
    quick: dict[str, Any] = {
        "tick": 0.05,
        "not_sent": NOW,
        "unclear": NOW,
        "drain": 0.2,
        "unstored": 0.3,
    }
    work = Work(
        application,
        inbox=Inbox(database, new_owner()),
        metrics=Metrics(),
        is_urgent=lambda text: "chest pain" in text,
        pace=Pace(**quick | pace),
    )
    stop = asyncio.Event()
    running = asyncio.create_task(work.run(stop))
    try:
        yield work
    finally:
        stop.set()
        await running


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_order_within_a_chat_and_others_do_not_wait(database: Database) -> None:
    async def process(update: Update) -> None:
        await asyncio.sleep(0.1 if update.update_id == 1 else 0)

    async def scenario() -> None:
        application = Application(process)
        async with working(database, application) as work:
            await work.accept([question(n, chat) for n, chat in ((1, 1), (2, 1), (3, 1), (4, 2))])
            await until(lambda: len(application.handled) == 4)
        assert application.handled == [4, 1, 2, 3]

    run(scenario())


def test_only_so_many_at_a_time(database: Database) -> None:
    now, most = 0, 0

    async def process(_: Update) -> None:
        nonlocal now, most
        now += 1
        most = max(now, most)
        await asyncio.sleep(0.001)
        now -= 1

    async def scenario() -> None:
        application = Application(process)
        async with working(database, application, at_a_time=4) as work:
            await work.accept([question(number, number) for number in range(1, 41)])
            await until(lambda: len(application.handled) == 40)

    run(scenario())
    assert most == 4


def test_an_update_is_handled_once(database: Database) -> None:
    async def scenario() -> None:
        application = Application()
        for _ in range(2):
            async with working(database, application) as work:
                await work.accept([question(1), question(1)])
                await work.accept([question(1), question(2)])
                await until(lambda: 2 in application.handled)
                await asyncio.sleep(0.05)
        assert application.handled == [1, 2]

    run(scenario())


def test_emergencies_overtake(database: Database) -> None:
    async def process(_: Update) -> None:
        await asyncio.sleep(0.02)

    async def scenario() -> None:
        application = Application(process)
        async with working(database, application, at_a_time=1) as work:
            await work.accept([question(number, number) for number in range(1, 30)])
            await work.accept([question(99, 99, "crushing chest pain")])
            await until(lambda: 99 in application.handled)
        assert len(application.handled) < 10

    run(scenario())


def test_a_handler_that_hangs_is_ended_and_the_person_told(database: Database) -> None:
    async def process(update: Update) -> None:
        if update.update_id == 1:
            await asyncio.Event().wait()

    async def scenario() -> None:
        application = Application(process)
        async with working(database, application, deadline=0.05) as work:
            await work.accept([question(1), question(2)])
            await until(lambda: application.handled == [2])
        assert application.said == [(1, texts_in("en").trouble)]

    run(scenario())


def test_waiting_for_telegram_is_off_the_clock_and_leaves_room_for_others() -> None:
    told: list[bool] = []

    async def scenario() -> None:
        async with attempt(0.05, waiting=told.append):
            await wait_off_the_clock(0.1)
        with pytest.raises(TimeoutError):
            async with attempt(0.01):
                await wait_off_the_clock(0.02)
                await asyncio.sleep(1)

    run(scenario())
    assert told == [True, False]


def answering(application: Application) -> Process:
    async def process(update: Update) -> None:
        assert update.effective_chat
        await application.send_message(update.effective_chat.id, "answer")

    return process


LOST = TimedOut()
LOST.__cause__ = httpx.ReadTimeout("silence")


@pytest.mark.parametrize("error", [BROKEN, LOST], ids=["not sent", "unclear"])
def test_an_answer_that_cannot_be_sent_is_tried_again(
    database: Database, error: TelegramError
) -> None:
    async def scenario() -> None:
        application = Application()
        application._process = answering(application)
        application.errors = [error] * 3
        async with working(database, application) as work:
            await work.accept([question(1)])
            await until(lambda: application.said)
        assert application.said == [(1, "answer")]

    run(scenario())


def test_what_may_have_arrived_is_not_sent_for_ever(database: Database) -> None:
    async def scenario() -> None:
        application = Application()
        application._process = answering(application)
        application.errors = [LOST] * 100
        async with working(database, application) as work:
            await work.accept([question(1)])
            inbox = Inbox(database, 1)
            async with asyncio.timeout(5):
                while not await inbox.dead_letters():
                    await asyncio.sleep(0.02)
        assert 100 - len(application.errors) <= UNCLEAR_TRIES + 1
        assert application.said == []

    run(scenario())


def test_half_an_answer_is_not_sent_again(database: Database) -> None:
    async def scenario() -> None:
        application = Application()

        async def process(update: Update) -> None:
            await application.send_message(1, "first part")
            application.errors = [BadRequest("chat not found")]
            await application.send_message(1, "second part")

        application._process = process
        async with working(database, application) as work:
            await work.accept([question(1)])
            await until(lambda: len(application.said) == 2)
            await asyncio.sleep(0.1)
        assert application.said == [(1, "first part"), (1, texts_in("en").trouble)]

    run(scenario())


def test_what_is_not_finished_at_the_end_comes_again(database: Database) -> None:
    async def hang(_: Update) -> None:
        await asyncio.Event().wait()

    async def scenario() -> None:
        async with working(database, Application(hang)) as work:
            await work.accept([question(1)])
            await asyncio.sleep(0.1)
        application = Application()
        async with working(database, application):
            await until(lambda: application.handled == [1])

    run(scenario())


def test_what_ends_the_process_again_and_again_is_given_up(database: Database) -> None:
    async def scenario() -> None:
        application, inbox = Application(), Inbox(database, new_owner())
        async with working(database, application) as work:
            await asyncio.sleep(0.05)
        await work.accept([question(1)])
        for _ in range(FATAL_TRIES):
            assert await inbox.turn([], room=1, urgent_room=1)
            await inbox.release()
        async with working(database, application):
            async with asyncio.timeout(5):
                while not await inbox.dead_letters():
                    await asyncio.sleep(0.02)
        assert application.handled == []

    run(scenario())


def test_an_unreadable_update_hides_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        application = Application()
        async with working(database, application) as work:
            await work.accept([{"update_id": 1, "message": {"nonsense": True}}, question(2)])
            await until(lambda: application.handled == [2])
        assert await Inbox(database, 1).dead_letters() == 1

    run(scenario())
    assert "update 1 cannot be read" in caplog.text


QUIET = [
    Forbidden("bot was blocked by the user"),
    BadRequest("Not enough rights to send text messages to the chat"),
]


@pytest.mark.parametrize("error", QUIET, ids=["blocked", "muted"])
def test_who_cannot_be_written_to_is_no_trouble(
    database: Database, caplog: pytest.LogCaptureFixture, error: TelegramError
) -> None:
    async def process(_: Update) -> None:
        raise error

    async def scenario() -> None:
        application = Application(process)
        async with working(database, application) as work:
            await work.accept([question(1)])
            await asyncio.sleep(0.1)
        assert application.said == []

    run(scenario())
    assert not caplog.records


def test_without_a_store_answers_go_on(tmp_path: Path) -> None:
    async def scenario(database: Database) -> None:
        application = Application()
        async with working(database, application) as work:
            break_store(database)
            assert await work.accept([question(1), question(2, 2)])
            assert sorted(application.handled) == [1, 2]
            assert await work.accept([question(1)])  # Telegram repeats itself
            assert sorted(application.handled) == [1, 2]

    def break_store(database: Database) -> None:
        def fail(*_: Any, **__: Any) -> Any:
            raise OSError("no space left on device")

        database.engine.transaction = fail  # type: ignore[method-assign]  # a disk that fails

    database = open_database(tmp_path)
    run(scenario(database))
    with pytest.raises(StoreError):
        database.now(lambda work: work.all("SELECT 1"))


def test_what_cannot_be_stored_nor_handled_is_left_to_telegram(database: Database) -> None:
    async def hang(_: Update) -> None:
        await asyncio.Event().wait()

    async def scenario() -> None:
        async with working(database, Application(hang)) as work:
            database._rest_until = time.monotonic() + 60
            assert not await work.accept([question(1)])

    run(scenario())
