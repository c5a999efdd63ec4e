"""bot.delivery.polling's bookkeeping: the offset never passes an update that is not handled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import Update
from telegram.error import NetworkError, TelegramError

from bot.delivery.polling import WINDOW, Patience, Poller, Window
from bot.monitoring.metrics import Metrics
from bot.storage.updates import State

QUICK = Patience(poll=0.05, grace=0.05, peek=0.05, room=0.05, backoff=0.01, drain=0.2)


class Telegram:
    """getUpdates as the Bot API defines it; also a stand-in for the handlers."""

    def __init__(self, *update_ids: int) -> None:
        self.queue = [{"update_id": update_id} for update_id in update_ids]
        self.errors: list[TelegramError | None] = []
        self.offsets: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.handled: set[int] = set()

    async def do_api_request(
        self, _: str, arguments: dict[str, Any], *, read_timeout: float
    ) -> list[dict[str, Any]]:
        assert read_timeout > arguments["timeout"]
        self.offsets.append(arguments.get("offset", 0))
        if self.errors and (error := self.errors.pop(0)):
            raise error
        self.queue = [raw for raw in self.queue if raw["update_id"] >= self.offsets[-1]]
        if not self.queue:
            await asyncio.sleep(0.01)
        return self.queue[:100]

    def start(self, update: Update) -> asyncio.Task[None]:
        return asyncio.create_task(self._handle(update.update_id))

    async def _handle(self, update_id: int) -> None:
        if gate := self.gates.get(update_id):
            await gate.wait()
        self.handled.add(update_id)

    def is_handled(self, update_id: int) -> bool:
        return update_id in self.handled

    async def until_handled(self, *update_ids: int) -> None:
        async with asyncio.timeout(5):
            while not self.handled.issuperset(update_ids):
                await asyncio.sleep(0.001)


async def poll(telegram: Telegram, state: State, scenario: Any) -> None:
    """Run the poller while `scenario` runs."""
    stop = asyncio.Event()
    poller = Poller(
        telegram,  # type: ignore[arg-type]
        telegram,
        state=state,
        metrics=Metrics(),
        patience=QUICK,
    )
    polling = asyncio.create_task(poller.run(stop))
    await scenario
    stop.set()
    await polling


def test_offset_stops_at_the_first_update_in_hand() -> None:
    async def scenario() -> None:
        window = Window()
        assert window.offset() is None
        gate = asyncio.Event()
        window.add({"update_id": 5}, None)
        window.add({"update_id": 6}, asyncio.create_task(_wait(gate)))
        window.add({"update_id": 7}, None)
        assert window.offset() == 6
        gate.set()
        await asyncio.gather(*window.in_hand())
        assert window.offset() == 8
        assert len(window) == 0

    asyncio.run(scenario())


def test_a_cancelled_update_is_not_passed() -> None:
    async def scenario() -> None:
        window = Window()
        task = asyncio.create_task(_wait(asyncio.Event()))
        window.add({"update_id": 5}, task)
        task.cancel()
        await asyncio.wait([task])
        assert window.offset() == 5

    asyncio.run(scenario())


async def _wait(gate: asyncio.Event) -> None:
    await gate.wait()


def test_polls_on_while_a_handler_is_slow_and_does_not_spin(state: State) -> None:
    async def scenario(telegram: Telegram) -> None:
        await telegram.until_handled(2, 3)
        telegram.queue.append({"update_id": 4})
        await telegram.until_handled(4)
        await asyncio.sleep(0.3)
        assert 1 not in telegram.handled
        assert len(telegram.offsets) < 20
        assert set(telegram.offsets) == {0, 1}
        telegram.gates[1].set()
        await telegram.until_handled(1)

    async def main() -> None:
        telegram = Telegram(1, 2, 3)
        telegram.gates[1] = asyncio.Event()
        await poll(telegram, state, scenario(telegram))
        assert telegram.offsets[-1] in {0, 5}

    asyncio.run(main())


def test_a_slow_handler_does_not_hide_what_comes_after(state: State) -> None:
    async def scenario(telegram: Telegram) -> None:
        await telegram.until_handled(*range(2, 3 * WINDOW))
        assert state.parked() == ['{"update_id": 1}']
        telegram.gates[1].set()
        await telegram.until_handled(1)

    async def main() -> None:
        telegram = Telegram(*range(1, 3 * WINDOW))
        telegram.gates[1] = asyncio.Event()
        await poll(telegram, state, scenario(telegram))

    asyncio.run(main())


def test_what_was_parked_is_handled_by_the_next_process(state: State) -> None:
    state.park(1, '{"update_id": 1}')
    telegram = Telegram()
    asyncio.run(poll(telegram, state, telegram.until_handled(1)))


def test_an_unreadable_update_hides_no_other(
    state: State, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = Telegram(1, 2)
    telegram.queue[0]["message"] = {"nonsense": True}  # type: ignore[assignment]
    asyncio.run(poll(telegram, state, telegram.until_handled(2)))
    assert "update 1 cannot be read" in caplog.text
    assert telegram.handled == {2}


def test_ids_that_start_anew_after_a_quiet_week(state: State) -> None:
    async def scenario(telegram: Telegram) -> None:
        await telegram.until_handled(1_000)
        await asyncio.sleep(0.05)
        telegram.queue.append({"update_id": 7})
        await telegram.until_handled(7)

    async def main() -> None:
        telegram = Telegram(1_000)
        await poll(telegram, state, scenario(telegram))

    asyncio.run(main())


def test_stops_within_its_time_and_leaves_the_rest(state: State) -> None:
    async def main() -> None:
        telegram = Telegram(1, 2)
        telegram.gates[2] = asyncio.Event()
        await poll(telegram, state, telegram.until_handled(1))
        assert telegram.offsets[-1] == 2
        assert [raw["update_id"] for raw in telegram.queue] == [2]

    asyncio.run(main())


def test_survives_a_failing_confirmation(state: State, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        telegram = Telegram(1)
        await poll(telegram, state, _then_fail(telegram))

    asyncio.run(main())
    assert "getUpdates fails" in caplog.text or "last confirmation failed" in caplog.text


async def _then_fail(telegram: Telegram) -> None:
    await telegram.until_handled(1)
    telegram.errors = [NetworkError("reset")] * 100
