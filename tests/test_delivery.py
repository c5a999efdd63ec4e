"""The real bot sends through a Telegram that fails: every fault of sendMessage in telegram.md."""

from __future__ import annotations

import time

import pytest

from bot.ui.texts import texts_in
from tests.running import BotProcess, until_handled
from tests.strict_telegram.server import Call, Chat, Fault, TelegramServer

Shared = tuple[TelegramServer, BotProcess]


def ask(server: TelegramServer) -> Chat:
    """A question of somebody new."""
    chat = server.private(server.user("Ann"))
    chat.send("What is a stent?")
    return chat


NOT_SENT = {
    "500": Fault.server_error(),
    "502 page": Fault.bad_gateway(),
    "401": Fault.unauthorized(),
    "reset": Fault.reset(),
}


@pytest.mark.parametrize("fault", NOT_SENT.values(), ids=NOT_SENT.keys())
def test_answers_once_after(fault: Fault, shared: Shared) -> None:
    server, bot = shared
    server.fault("sendMessage", fault)
    chat = ask(server)
    chat.wait()
    until_handled(server, bot)
    assert len(chat.messages) == 1


def test_waits_as_long_as_told_and_others_feel_nothing(shared: Shared) -> None:
    server, _ = shared
    server.fault("sendMessage", Fault.too_many_requests(retry_after=1))
    limited = ask(server)
    server.wait_for(lambda: any(sent_to(call, limited) for call in server.calls_of("sendMessage")))
    ask(server).wait()
    assert not limited.messages
    limited.wait()
    first, second = (call.time for call in server.calls_of("sendMessage") if sent_to(call, limited))
    assert second - first >= 1.0


def sent_to(call: Call, chat: Chat) -> bool:
    return bool(call.params["chat_id"] == chat.id)


def test_a_lost_reply_means_one_more_try_at_once(shared: Shared) -> None:
    server, _ = shared
    server.fault("sendMessage", Fault.delivered_then_dropped(), times=2)
    chat = ask(server)
    chat.wait(2)
    time.sleep(1)
    assert ["mesh tube" in message.text for message in chat.messages] == [True, True]


def test_a_handler_that_raises_is_logged_once_and_the_person_told_once(shared: Shared) -> None:
    server, bot = shared
    before = bot.log.count("went wrong")
    server.fault("sendMessage", Fault.bad_request("chat not found"))
    chat = ask(server)
    [apology] = chat.wait()
    assert apology.text == texts_in("en").trouble
    until_handled(server, bot)
    assert len(chat.messages) == 1
    assert bot.log.count("went wrong") == before + 1


def test_blocked_is_quiet(shared: Shared) -> None:
    server, bot = shared
    before = bot.log
    server.fault("sendMessage", Fault.forbidden())
    chat = ask(server)
    until_handled(server, bot)
    assert not chat.messages
    assert bot.log == before


def test_forgotten_is_forgotten_though_nobody_can_be_told(shared: Shared) -> None:
    server, bot = shared
    chat = server.private(server.user("Ann"))
    question = chat.send("What is a stent?")
    chat.wait()
    server.fault("sendMessage", Fault.forbidden())
    chat.send("/forget")
    until_handled(server, bot)
    chat.edit(question, "What are the risks?")
    [answer] = chat.wait()
    assert not answer.edited  # it does not know any more what it had answered


def test_a_group_that_moved_is_followed(shared: Shared) -> None:
    server, _ = shared
    new = server.private(server.user("New id"))
    server.fault("sendMessage", Fault.migrated(migrate_to_chat_id=new.id))
    ask(server)
    new.wait()


def test_markup_that_telegram_refuses_is_sent_as_plain_text(shared: Shared) -> None:
    server, _ = shared
    server.fault("sendMessage", Fault.bad_request("can't parse entities: Unclosed start tag"))
    chat = ask(server)
    [answer] = chat.wait()
    assert not answer.entities
