"""bot.delivery.outgoing: what is tried again, what is changed, what is let go."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery import outgoing as sending
from bot.delivery.attempts import Backoff, Failure
from bot.delivery.outgoing import Sender, classify, cure
from bot.monitoring.metrics import Metrics


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    """An error as PTB raises it for an error of the transport."""
    error.__cause__ = cause
    return error


REFUSED = caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused"))
LOST = caused(TimedOut(), httpx.ReadTimeout("silence"))
BROKEN = NetworkError("Internal Server Error")
HTML_PAGE = caused(NetworkError("Bad Gateway (502)"), TelegramError("Invalid server response"))


@pytest.mark.parametrize(
    ("endpoint", "error", "failure"),
    [
        ("sendMessage", RetryAfter(3), Failure.LIMITED),
        ("sendMessage", BROKEN, Failure.NOT_SENT),
        ("sendMessage", HTML_PAGE, Failure.NOT_SENT),
        ("sendMessage", REFUSED, Failure.NOT_SENT),
        ("sendMessage", caused(TimedOut(), httpx.ConnectTimeout("")), Failure.NOT_SENT),
        ("sendMessage", caused(TimedOut(), httpx.PoolTimeout("")), Failure.NOT_SENT),
        ("sendMessage", InvalidToken("Unauthorized"), Failure.NOT_SENT),
        ("getMe", InvalidToken("Unauthorized"), Failure.FINAL),
        ("sendMessage", LOST, Failure.UNCLEAR),
        ("sendMessage", caused(NetworkError(""), httpx.ReadError("")), Failure.UNCLEAR),
        ("sendMessage", caused(NetworkError(""), httpx.RemoteProtocolError("")), Failure.UNCLEAR),
        ("sendMessage", TelegramError("Invalid server response"), Failure.UNCLEAR),
        ("sendMessage", ChatMigrated(-100), Failure.CURABLE),
        ("sendMessage", BadRequest("Can't parse entities: unclosed tag"), Failure.CURABLE),
        ("sendPhoto", BadRequest("Can't parse caption entities"), Failure.CURABLE),
        ("sendMessage", BadRequest("Message to be replied not found"), Failure.CURABLE),
        ("answerCallbackQuery", BadRequest("Query is too old and ..."), Failure.MOOT),
        ("editMessageText", BadRequest("Message is not modified: ..."), Failure.MOOT),
        ("editMessageText", BadRequest("Message to edit not found"), Failure.MOOT),
        ("sendChatAction", LOST, Failure.MOOT),
        ("sendMessage", BadRequest("Chat not found"), Failure.FINAL),
        ("sendMessage", Forbidden("bot was blocked by the user"), Failure.FINAL),
        ("sendMessage", Conflict("terminated"), Failure.FINAL),
    ],
)
def test_classify(endpoint: str, error: TelegramError, failure: Failure) -> None:
    assert classify(endpoint, error) is failure


def call(endpoint: str, *errors: TelegramError, **data: Any) -> list[dict[str, Any]]:
    """What goes out when the first tries fail with `errors`; raises what the caller gets."""
    sent: list[dict[str, Any]] = []
    failures = list(errors)

    async def api(_: str, data: dict[str, Any]) -> bool:
        sent.append(data)
        if failures:
            raise failures.pop(0)
        return True

    sender = Sender(Metrics(), patience=0.5)
    asyncio.run(sender.process_request(api, (), {}, endpoint, data, None))
    return sent


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses are noted, not waited for."""
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(sending, "wait_off_the_clock", note)
    monkeypatch.setattr(sending, "CALLS", Backoff(0.001, 0.02))
    return pauses


def test_what_did_not_happen_is_tried_again() -> None:
    assert len(call("sendMessage", BROKEN, HTML_PAGE, REFUSED, text="hi")) == 4


def test_patience_ends() -> None:
    with pytest.raises(NetworkError):
        call("sendMessage", *[BROKEN] * 100)


def test_what_may_have_arrived_is_sent_once_more_at_most() -> None:
    assert len(call("sendMessage", LOST)) == 2
    with pytest.raises(TimedOut):
        call("sendMessage", LOST, LOST)


def test_a_second_edit_changes_nothing_so_it_is_free() -> None:
    assert len(call("editMessageText", LOST, LOST, LOST)) == 4


@pytest.mark.parametrize("told", [3, timedelta(seconds=3)])
def test_waits_as_long_as_told(told: int | timedelta, no_pauses: list[float]) -> None:
    assert len(call("sendMessage", RetryAfter(told))) == 2
    assert no_pauses == [pytest.approx(3.1)]


def test_does_not_wait_for_ever() -> None:
    with pytest.raises(RetryAfter):
        call("sendMessage", RetryAfter(3600))


def test_markup_telegram_cannot_read_goes_as_plain_text() -> None:
    error = BadRequest("Can't parse entities: unclosed")
    _, second = call("sendMessage", error, text="<b>a &lt; b", parse_mode="HTML")
    assert second == {"text": "a < b"}


def test_plain_text_is_the_last_resort() -> None:
    with pytest.raises(BadRequest):
        call("sendMessage", *[BadRequest("Can't parse entities: ...")] * 3, text="<b>")


def test_a_deleted_question_is_answered_all_the_same() -> None:
    error = BadRequest("Message to be replied not found")
    _, second = call("sendMessage", error, text="hi", reply_parameters={"message_id": 1})
    assert second == {"text": "hi"}


def test_cure_knows_its_limits() -> None:
    data = {"text": "hi"}
    assert cure(BadRequest("Can't parse entities"), data) == data


@pytest.mark.parametrize("endpoint", ["editMessageText", "answerCallbackQuery"])
def test_moot_refusals_are_quiet(endpoint: str) -> None:
    assert len(call(endpoint, BadRequest("Query is too old"))) == 1
