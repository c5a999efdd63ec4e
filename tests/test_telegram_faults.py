"""Each fault shows the effect it is named for."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import Client
from tests.strict_telegram.server import ANY_METHOD, Fault, TelegramServer


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.too_many_requests(retry_after=1), 429),
        (Fault.server_error(), 500),
        (Fault.bad_gateway(), 502),
        (Fault.unauthorized(), 401),
        (Fault.not_found(), 404),
        (Fault.forbidden(), 403),
        (Fault.conflict(), 409),
        (Fault.bad_request("can't parse entities: injected"), 400),
        (Fault.migrated(migrate_to_chat_id=-1001), 400),
    ],
)
def test_refusal_happens_once_and_is_no_violation(
    server: TelegramServer, client: Client, chat: Chat, fault: Fault, status: int
) -> None:
    server.fault("sendMessage", fault)
    refused = client.raw("sendMessage", chat_id=chat.id, text="a")
    assert refused.status_code == status
    assert not chat.messages
    assert client.raw("sendMessage", chat_id=chat.id, text="a").status_code == 200
    server.check()


def test_refusals_carry_what_telegram_sends(server: TelegramServer, client: Client) -> None:
    server.fault("getMe", Fault.too_many_requests(retry_after=7))
    server.fault("getMe", Fault.migrated(migrate_to_chat_id=-1007))
    server.fault("getMe", Fault.bad_gateway())
    assert client.call("getMe")["parameters"] == {"retry_after": 7}
    assert client.call("getMe")["parameters"] == {"migrate_to_chat_id": -1007}
    page = client.raw("getMe")
    assert page.headers["Content-Type"].startswith("text/html") and "502" in page.text


@pytest.mark.parametrize(
    ("fault", "delivered"),
    [(Fault.reset(), 0), (Fault.delivered_then_dropped(), 1)],
    ids=["reset", "dropped"],
)
def test_connection_drops(
    server: TelegramServer, client: Client, chat: Chat, fault: Fault, delivered: int
) -> None:
    server.fault("sendMessage", fault)
    with pytest.raises(httpx.TransportError):
        client.call("sendMessage", chat_id=chat.id, text="a")
    assert len(chat.messages) == delivered


def test_black_hole_never_answers(server: TelegramServer, client: Client, chat: Chat) -> None:
    server.fault("sendMessage", Fault.black_hole())
    with pytest.raises(httpx.ReadTimeout):
        client.raw("sendMessage", chat_id=chat.id, text="a", within=0.2)
    assert not chat.messages


def test_delay_and_latency(server: TelegramServer, client: Client) -> None:
    server.latency = 0.1
    server.fault("getMe", Fault.delay(0.5))
    start = time.monotonic()
    client.result("getMe")
    middle = time.monotonic()
    client.result("getMe")
    assert middle - start > 0.6
    assert 0.1 < time.monotonic() - middle < 0.6


def test_fault_for_some_time_and_for_any_method(server: TelegramServer, client: Client) -> None:
    server.fault(ANY_METHOD, Fault.server_error(), for_seconds=0.2)
    assert client.raw("getMe").status_code == client.raw("getUpdates").status_code == 500
    time.sleep(0.25)
    assert client.raw("getMe").status_code == 200
    server.fault("getMe", Fault.server_error(), times=2)
    assert [client.raw("getMe").status_code for _ in range(3)] == [500, 500, 200]
    server.fault("getMe", Fault.server_error(), times=2)
    server.clear_faults()
    assert client.raw("getMe").status_code == 200


def test_delayed_call_is_handled_though_the_bot_gave_up(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    server.fault("sendMessage", Fault.delay(0.2))
    with pytest.raises(httpx.ReadTimeout):
        client.raw("sendMessage", chat_id=chat.id, text="late", within=0.05)
    assert chat.wait()[0].text == "late"
