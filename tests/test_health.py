"""bot.monitoring.health and bot.monitoring.metrics: alive means that getUpdates succeeds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from bot.monitoring.health import POLLED, WAITED, health_routes
from bot.monitoring.http import listening
from bot.monitoring.metrics import Metrics
from bot.settings import Address, SettingsError
from tests.conftest import Start
from tests.running import free_port, wait_until
from tests.strict_telegram.server import TelegramServer


def free_address() -> Address:
    return Address("127.0.0.1", free_port())


def serve(
    metrics: Metrics,
    scenario: Callable[[httpx.AsyncClient], Awaitable[None]],
    token: str | None = None,
) -> None:
    """Run `scenario` with a client of the health endpoint."""

    async def main() -> None:
        address = free_address()
        base_url = f"http://{address.host}:{address.port}"
        with listening("FAQ_HEALTH", address, health_routes(metrics, token, polling=True)):
            async with httpx.AsyncClient(base_url=base_url, verify=False) as client:
                await scenario(client)

    asyncio.run(main())


def test_ready_while_polls_succeed() -> None:
    now = 0.0
    metrics = Metrics(clock=lambda: now)

    async def scenario(client: httpx.AsyncClient) -> None:
        nonlocal now
        assert (await client.get("/readyz")).status_code == 503  # nothing heard yet
        metrics.note_poll()
        now = POLLED - 1
        assert (await client.get("/readyz")).status_code == 200
        now = POLLED + 1
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.text == "last getUpdates 91 s ago\n"
        assert (await client.get("/livez")).status_code == 200
        metrics.note_standby(True)
        assert (await client.get("/readyz")).status_code == 200

    serve(metrics, scenario)


def test_not_ready_while_people_wait() -> None:
    metrics = Metrics()
    metrics.note_poll()

    async def scenario(client: httpx.AsyncClient) -> None:
        metrics.note_waiting(3, WAITED + 1)
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.text == "an update has waited for 61 s\n"
        metrics.note_waiting(1, 0.1)
        metrics.watch_store(lambda: False)
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.text) == (200, "ready, without store\n")

    serve(metrics, scenario)


def test_a_token_where_one_is_set() -> None:
    metrics = Metrics()
    metrics.note_poll()

    async def scenario(client: httpx.AsyncClient) -> None:
        for path in ("/readyz", "/metrics"):
            assert (await client.get(path)).status_code == 401
            for authorization, status in (("Bearer guess", 401), ("Bearer sesame", 200)):
                headers = {"Authorization": authorization}
                assert (await client.get(path, headers=headers)).status_code == status
        assert (await client.get("/livez")).status_code == 200

    serve(metrics, scenario, token="sesame")


def test_only_what_there_is() -> None:
    async def scenario(client: httpx.AsyncClient) -> None:
        assert (await client.get("/")).status_code == 404
        assert (await client.post("/readyz")).status_code == 404
        assert (await client.get("/metrics?now=1")).status_code == 200

    serve(Metrics(), scenario)


def test_metrics_in_the_prometheus_text_format() -> None:
    metrics = Metrics()
    metrics.count_update("message", 70.0)
    metrics.count_update("callback_query")
    metrics.count_outcome("answer")
    metrics.count_retry("limited")
    metrics.count_error("deadline")
    for milliseconds in range(1, 1_001):
        metrics.count_handled(milliseconds / 1_000)

    async def scenario(client: httpx.AsyncClient) -> None:
        answer = await client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        lines = set(answer.text.splitlines())
        assert {
            'faq_updates_total{kind="message"} 1.0',
            'faq_outcomes_total{outcome="answer"} 1.0',
            'faq_retries_total{reason="limited"} 1.0',
            'faq_errors_total{reason="deadline"} 1.0',
            'faq_handling_seconds_bucket{le="0.4"} 400.0',
            'faq_message_age_seconds_bucket{le="60.0"} 0.0',
            "faq_message_age_seconds_sum 70.0",
            "faq_handling_seconds_count 1000.0",
            "faq_poll_age_seconds -1.0",
        } <= lines

    serve(metrics, scenario)


def test_an_address_in_use_is_said() -> None:
    async def main() -> None:
        address = free_address()
        with (
            listening("FAQ_HEALTH", address, {}),
            pytest.raises(SettingsError, match="FAQ_HEALTH: cannot listen on"),
            listening("FAQ_HEALTH", address, {}),
        ):
            pass

    asyncio.run(main())


def test_a_running_bot(telegram: TelegramServer, start_bot: Start) -> None:
    port = free_port()
    start_bot(FAQ_HEALTH=f"127.0.0.1:{port}")
    chat = telegram.private(telegram.user("Ann"))
    telegram.duplicate_next_update()
    chat.send("What is a stent?")
    chat.wait(timeout=10)
    wait_until(lambda: not telegram.pending)
    wait_until(lambda: "faq_waiting 0.0" in httpx.get(f"http://127.0.0.1:{port}/metrics").text)
    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    said = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'faq_updates_total{kind="message"} 1.0' in said
    assert 'faq_outcomes_total{outcome="answer"} 1.0' in said
    assert "faq_handling_seconds_count 1.0" in said
    assert "faq_in_hand 0.0" in said
    assert 'faq_message_age_seconds_bucket{le="30.0"} 1.0' in said  # dates are whole seconds
    assert "faq_store_up 1.0" in said
