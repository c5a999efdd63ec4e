"""Too much from one, and Telegram too slow: emergencies are heard, others feel nothing."""

from __future__ import annotations

import pytest

from bot.ui.texts import texts_in
from tests.running import CALL, EMERGENCY, BotProcess, until_handled
from tests.strict_telegram.server import Chat, Fault, TelegramServer

Shared = tuple[TelegramServer, BotProcess]
#: Answers that no flood limit lets through.
MOST = 22


def visitor(server: TelegramServer) -> Chat:
    """The chat of somebody new."""
    return server.private(server.user("Ann"))


def test_an_emergency_passes_the_flood_limit(shared: Shared) -> None:
    server, _ = shared
    chat = visitor(server)
    for _ in range(22):
        chat.send("What is a stent?")
    chat.send(EMERGENCY)
    *_, slow_down, alert = chat.wait(22)
    assert slow_down.text == texts_in("en").slow_down
    assert alert.text == CALL


def test_what_is_no_question_costs_no_questions(shared: Shared) -> None:
    server, _ = shared
    chat = visitor(server)
    for _ in range(25):
        chat.send_sticker()
    chat.wait(21)
    chat.send("What is a stent?")
    assert "mesh tube" in chat.wait()[0].text


def test_sixty_edits_in_a_moment_are_a_flood(shared: Shared) -> None:
    server, bot = shared
    chat = visitor(server)
    question = chat.send("What is a stent?")
    chat.wait()
    for number in range(60):
        chat.edit(question, f"What are the risks? {number}")
    until_handled(server, bot)
    assert len(chat.untaken()) <= MOST


def test_sixty_mentions_in_a_group_are_a_flood(shared: Shared) -> None:
    server, bot = shared
    group = server.group("Ward", server.user("Ann"))
    for _ in range(60):
        group.send(f"@{server.me.username} What is a stent?")
    group.send(f"@{server.me.username} {EMERGENCY}")
    until_handled(server, bot)
    assert len(group.messages) <= MOST
    assert group.messages[-1].text == CALL


def test_five_hundred_taps_are_a_flood(shared: Shared) -> None:
    server, bot = shared
    chat = visitor(server)
    chat.send("/topics")
    [topics] = chat.wait()
    for _ in range(500):
        chat.press(topics, topics.labels[0])
    until_handled(server, bot)
    assert len(chat.untaken()) <= 60


GARBLED = {
    "reset": Fault.reset(),
    "200 with a page": Fault(Fault.bad_gateway().stage, 200, page="<html>captive portal</html>"),
}


@pytest.mark.parametrize("fault", GARBLED.values(), ids=GARBLED.keys())
def test_an_outage_that_garbles_answers_loses_no_question(fault: Fault, shared: Shared) -> None:
    server, _ = shared
    server.fault("sendMessage", fault, for_seconds=3)
    chats = [visitor(server) for _ in range(5)]
    for chat in chats:
        chat.send(EMERGENCY)
    for chat in chats:
        assert chat.wait(timeout=10)[0].text == CALL


def test_what_is_kept_is_nobody_elses_business(shared: Shared) -> None:
    _, bot = shared
    modes = {path.stat().st_mode & 0o077 for path in (bot.data, *bot.data.iterdir())}
    assert modes == {0}


def test_chats_told_to_wait_do_not_hold_up_others(shared: Shared) -> None:
    server, _ = shared
    tried = len(server.calls_of("sendMessage"))
    server.fault("sendMessage", Fault.too_many_requests(retry_after=40), times=20)
    for _ in range(20):
        visitor(server).send("What is a stent?")
    server.wait_for(lambda: len(server.calls_of("sendMessage")) >= tried + 20)
    chat = visitor(server)
    chat.send(EMERGENCY)
    assert chat.wait()[0].text == CALL
