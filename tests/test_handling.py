"""bot.delivery.updates: in order within a chat, bounded, with a deadline, remembered when done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Chat, Message, Update, User
from telegram.error import Forbidden, NetworkError

from bot.delivery.attempt import attempt, note_sent, wait_off_the_clock
from bot.delivery.trouble import Trouble
from bot.delivery.updates import Pace, Work
from bot.monitoring.metrics import Metrics
from bot.storage.updates import State
from bot.ui.texts import ENGLISH

Process = Callable[[Update], Awaitable[None]]
#: What piled up is dated an hour apart, so that it is no flood.
HOUR = 3_600


class Scene:
    """Work with a stand-in for the handlers; `said` is what the bot says by itself."""

    def __init__(self, folder: Path, process: Process, **pace: Any) -> None:
        self.said: list[tuple[int, str]] = []
        self.state = State(folder)
        self.metrics = Metrics()
        self.trouble = Trouble(_FakeBot(self.said), self.metrics)  # type: ignore[arg-type]
        self.work = Work(
            process,
            state=self.state,
            metrics=self.metrics,
            trouble=self.trouble,
            pace=Pace(**pace),
        )

    async def handle(self, *updates: Update) -> None:
        await asyncio.gather(*(self.work.start(update) for update in updates))


class _FakeBot:
    def __init__(self, said: list[tuple[int, str]]) -> None:
        self._said = said

    async def send_message(self, chat_id: int, text: str, **_: object) -> None:
        self._said.append((chat_id, text))


def question(update_id: int, chat_id: int = 1, *, second: int | None = None) -> Update:
    date = datetime.fromtimestamp(update_id * HOUR if second is None else second, UTC)
    chat = Chat(chat_id, Chat.PRIVATE)
    user = User(chat_id, "Ada", is_bot=False)
    return Update(update_id, message=Message(update_id, date, chat, text="?", from_user=user))


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_order_within_a_chat_and_others_do_not_wait(tmp_path: Path) -> None:
    done: list[int] = []

    async def process(update: Update) -> None:
        await asyncio.sleep(0.05 if update.update_id == 1 else 0)
        done.append(update.update_id)

    async def scenario() -> None:
        await Scene(tmp_path, process).handle(
            question(1, 1), question(2, 1), question(3, 1), question(4, 2)
        )

    run(scenario())
    assert done == [4, 1, 2, 3]


def test_only_so_many_at_a_time(tmp_path: Path) -> None:
    now, most = 0, 0

    async def process(_: Update) -> None:
        nonlocal now, most
        now += 1
        most = max(now, most)
        await asyncio.sleep(0.001)
        now -= 1

    async def scenario() -> None:
        scene = Scene(tmp_path, process, at_a_time=4)
        await scene.handle(*(question(number, number) for number in range(40)))
        assert all(scene.state.is_handled(number) for number in range(40))

    run(scenario())
    assert most == 4


def test_an_update_is_handled_once(tmp_path: Path) -> None:
    done: list[int] = []

    async def process(update: Update) -> None:
        done.append(update.update_id)

    async def scenario() -> None:
        await Scene(tmp_path, process).handle(question(1), question(1))
        await Scene(tmp_path, process).handle(question(1), question(2))

    run(scenario())
    assert done == [1, 2]


def test_a_handler_that_hangs_is_ended_and_the_person_told(tmp_path: Path) -> None:
    async def process(update: Update) -> None:
        if update.update_id == 1:
            await asyncio.Event().wait()

    async def scenario() -> None:
        scene = Scene(tmp_path, process, deadline=0.02)
        await scene.handle(question(1), question(2))
        assert scene.state.is_handled(1)
        assert scene.state.is_handled(2)
        assert scene.said == [(1, ENGLISH.trouble)]

    run(scenario())


def test_waiting_for_telegram_is_off_the_clock() -> None:
    async def scenario() -> None:
        slots = asyncio.Semaphore(1)
        async with attempt(0.05, slots):
            await wait_off_the_clock(0.1)
        with pytest.raises(TimeoutError):
            async with attempt(0.01, slots):
                await wait_off_the_clock(0.02)
                await asyncio.sleep(1)

    run(scenario())


def test_an_answer_that_cannot_be_sent_is_tried_again(tmp_path: Path) -> None:
    tries: list[float] = []

    async def process(update: Update) -> None:
        tries.append(time.monotonic())
        if len(tries) < 3:
            await scene.trouble.report(update, NetworkError("Bad Gateway"))

    scene = Scene(tmp_path, process, pauses=(0.01, 0.01, 0.01))
    run(scene.handle(question(1)))
    assert len(tries) == 3
    assert scene.said == []
    assert scene.state.is_handled(1)


def test_half_an_answer_is_not_sent_again(tmp_path: Path) -> None:
    tries: list[int] = []

    async def process(update: Update) -> None:
        tries.append(update.update_id)
        note_sent()
        await scene.trouble.report(update, NetworkError("Bad Gateway"))

    scene = Scene(tmp_path, process, pauses=(0.01, 0.01))
    run(scene.handle(question(1)))
    assert tries == [1]
    assert scene.said == [(1, ENGLISH.trouble)]


def test_what_can_never_be_sent_is_given_up(tmp_path: Path) -> None:
    async def process(update: Update) -> None:
        await scene.trouble.report(update, NetworkError("Bad Gateway"))

    scene = Scene(tmp_path, process, pauses=(0.01,))
    run(scene.handle(question(1)))
    assert scene.state.is_handled(1)
    assert b'faq_errors_total{reason="unsent"} 1.0' in scene.metrics.text()


def test_a_cancelled_update_is_not_handled(tmp_path: Path) -> None:
    async def process(_: Update) -> None:
        await asyncio.Event().wait()

    async def scenario() -> None:
        scene = Scene(tmp_path, process)
        task = scene.work.start(question(1))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert not scene.state.is_handled(1)

    run(scenario())


def test_told_once_for_all_that_goes_wrong(tmp_path: Path) -> None:
    async def process(update: Update) -> None:
        for _ in range(2):
            await scene.trouble.report(update, ValueError("boom"))

    scene = Scene(tmp_path, process)
    run(scene.handle(question(1)))
    assert scene.said == [(1, ENGLISH.trouble)]


def test_blocked_by_the_person_is_quiet(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def process(update: Update) -> None:
        await scene.trouble.report(update, Forbidden("bot was blocked by the user"))

    scene = Scene(tmp_path, process)
    run(scene.handle(question(1)))
    assert scene.said == []
    assert not caplog.records


def test_a_full_disk_does_not_silence_the_bot(tmp_path: Path) -> None:
    done: list[int] = []

    async def process(update: Update) -> None:
        done.append(update.update_id)

    scene = Scene(tmp_path, process)
    scene.state._db.execute("DROP TABLE updates")
    run(scene.handle(question(1)))
    assert done == [1]
