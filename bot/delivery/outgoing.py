"""Every outgoing call goes through here: what is tried again, what is changed, what is let go.

A call that provably did not happen (connection refused, 5xx) may be made again. One that may have
happened (the reply got lost) is made once more at once if it sends something, and later a few times
more: two answers are better than none.
"""

from __future__ import annotations

import asyncio
import html
import logging
import re
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import BaseRateLimiter

from bot.delivery.attempts import CURRENT, Backoff, Failure, wait_off_the_clock
from bot.monitoring.metrics import Metrics

_log = logging.getLogger(__name__)

#: The API answers in tenths of a second; ten seconds of trouble are an outage, not a hiccup.
PATIENCE = 10.0
#: Telegram asks a flooding bot to wait up to minutes; longer than this the question is stale.
LONGEST_RETRY_AFTER = 300.0
MOST_RETRY_AFTERS = 5
#: Between tries of one call.
CALLS = Backoff(0.25, 4.0)

_Result = bool | dict[str, Any] | list[dict[str, Any]]
_Call = Callable[..., Coroutine[Any, Any, _Result]]

#: Calls with which a second time changes nothing.
_IDEMPOTENT = ("get", "set", "edit", "delete", "answer")
_TYPING = "sendChatAction"
#: Whoever makes the first call of all tries on for as long as it takes, and says so.
_FIRST = "getMe"
#: Refusals after which there is nothing left to do; PTB takes True for an answer to these calls.
_MOOT = re.compile(
    r"query is too old|query id is invalid|message is not modified"
    r"|message to (edit|delete) not found|message can't be (edited|deleted)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"can't parse (\w+ )*entities", re.IGNORECASE)
_NO_REPLY_TO = re.compile(r"message to be replied not found", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def classify(endpoint: str, error: TelegramError) -> Failure:
    """What this error of this call means."""
    if endpoint == _TYPING:
        return Failure.MOOT  # "typing..." is never worth a second try
    failure = Failure.FINAL
    match error:
        case RetryAfter():
            failure = Failure.LIMITED
        case ChatMigrated():
            failure = Failure.CURABLE
        case BadRequest():
            failure = _classify_refusal(endpoint, error.message)
        case NetworkError():
            failure = _classify_network(error)
        case InvalidToken() if endpoint != _FIRST:  # a 401 passes; at start a wrong token does not
            failure = Failure.NOT_SENT
        case _ if error.message == "Invalid server response":  # a 200 with something else than JSON
            failure = Failure.UNCLEAR
    return failure


def _classify_refusal(endpoint: str, message: str) -> Failure:
    if _MARKUP.search(message) or _NO_REPLY_TO.search(message):
        return Failure.CURABLE
    moot = _MOOT.search(message) and endpoint.startswith(("edit", "delete", "answer"))
    return Failure.MOOT if moot else Failure.FINAL


def _classify_network(error: NetworkError) -> Failure:
    # PTB 22 keeps the transport's error as the cause; an HTTP status has none, or a TelegramError
    # when its body was no JSON (the 502 page of a proxy).
    match error.__cause__:
        case None | TelegramError():
            return Failure.NOT_SENT
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Failure.NOT_SENT
        case _:
            return Failure.UNCLEAR


def cure(error: TelegramError, data: dict[str, Any]) -> dict[str, Any]:
    """The same call, changed so that it will pass; unchanged if there is no cure."""
    match error:
        case ChatMigrated():
            return data | {"chat_id": error.new_chat_id}
        case BadRequest() if _NO_REPLY_TO.search(error.message):
            return {key: value for key, value in data.items() if key != "reply_parameters"}
        case BadRequest() if data.get("parse_mode"):
            _log.error("Telegram cannot read the markup of an answer: sent as plain text")
            return _plain(data)
    return data


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    texts = {key: data[key] for key in ("text", "caption") if data.get(key)}
    plain = {key: html.unescape(_TAG.sub("", text)) for key, text in texts.items()}
    return {key: value for key, value in data.items() if key != "parse_mode"} | plain


class Sender(BaseRateLimiter[None]):
    """PTB's one gate for outgoing calls (getUpdates does not pass it: see bot.delivery.polling)."""

    def __init__(self, metrics: Metrics, *, patience: float = PATIENCE) -> None:
        self._metrics = metrics
        self._patience = patience

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def process_request(  # noqa: PLR0913, PLR0917 - PTB's signature
        self,
        callback: _Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> _Result:
        """The result of the call; raises the TelegramError of the last try."""
        tries = _Tries(endpoint, self._patience, self._metrics)
        while True:
            try:
                result = await callback(endpoint, data, **kwargs)
            except TelegramError as error:
                failure = classify(endpoint, error)
                if failure is Failure.MOOT:
                    return True
                data = await tries.prepare_next(failure, error, data)
            else:
                current = CURRENT.get()
                if current and not endpoint.startswith(_IDEMPOTENT) and endpoint != _TYPING:
                    current.sent += 1
                return result


class _Tries:
    """The tries of one call."""

    def __init__(self, endpoint: str, patience: float, metrics: Metrics) -> None:
        self._endpoint = endpoint
        self._idempotent = endpoint.startswith(_IDEMPOTENT)
        self._until = time.monotonic() + patience
        self._metrics = metrics
        self._seen = dict.fromkeys(Failure, 0)
        self._attempt = CURRENT.get()

    async def prepare_next(
        self, failure: Failure, error: TelegramError, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Wait as long as it takes and return what to send next, or raise the error."""
        self._seen[failure] += 1
        if self._attempt:
            self._attempt.failure = failure
            if isinstance(error, RetryAfter):
                self._attempt.retry_after = seconds_to_wait(error)
        changed = cure(error, data) if failure is Failure.CURABLE else data
        pause = self._pause(failure, error)
        if pause is None or (failure is Failure.CURABLE and changed == data):
            raise error
        self._metrics.count_retry(failure.name.lower())
        _log.warning("%s: %.100s; again in %.1f s", self._endpoint, error.message, pause)
        if failure is Failure.LIMITED:
            await wait_off_the_clock(pause)
            self._until += pause
        else:
            await asyncio.sleep(pause)
        return changed

    def _pause(self, failure: Failure, error: TelegramError) -> float | None:
        """Seconds until the next try, or None for no next try."""
        match failure:
            case Failure.LIMITED:
                return self._pause_as_told(error)
            case _ if self._endpoint == _FIRST:
                return None
            case Failure.NOT_SENT:
                return self._backoff()
            case Failure.UNCLEAR if self._idempotent or self._is_worth_repeating():
                return self._backoff()
            case Failure.CURABLE if self._seen[failure] <= 3:  # one for each cure
                return 0.0
            case _:
                return None

    def _is_worth_repeating(self) -> bool:
        """One repetition at once, of the first attempt: later ones are repetitions themselves."""
        first = self._attempt is None or self._attempt.first
        return first and self._seen[Failure.UNCLEAR] == 1

    def _pause_as_told(self, error: TelegramError) -> float | None:
        assert isinstance(error, RetryAfter)
        pause = seconds_to_wait(error) + 0.1
        too_much = pause > LONGEST_RETRY_AFTER or self._seen[Failure.LIMITED] > MOST_RETRY_AFTERS
        return None if too_much else pause

    def _backoff(self) -> float | None:
        pause = CALLS.pause(self._seen[Failure.NOT_SENT] + self._seen[Failure.UNCLEAR])
        return pause if time.monotonic() + pause < self._until else None


def seconds_to_wait(error: RetryAfter) -> float:
    """Seconds of a 429, whether PTB gives a number or a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else wait
