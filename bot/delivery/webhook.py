"""Webhook mode: Telegram's pushes, answered 200 when the update is handled and not before.

Several replicas may run behind one proxy on one FAQ_DATA: an update is claimed there first, and
Telegram pushes the updates of a chat one after the other.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import sqlite3
from http import HTTPStatus
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import BadRequest
from tornado.httputil import HTTPServerRequest

from bot.delivery.polling import ALLOWED_UPDATES, parse
from bot.delivery.shutdown import unless_stopped
from bot.delivery.updates import DEADLINE, Work
from bot.monitoring.health import Answer, Route, listening, metrics_route
from bot.monitoring.metrics import Metrics
from bot.settings import SettingsError, Webhook
from bot.storage.updates import Claim, State

_log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: Telegram waits about a minute for an answer; a handler has 30 s. A replica that died is
#: forgotten when its claim ends, and the next push is for another one.
CLAIM = DEADLINE + 15.0
#: Of the 5 s a process has after SIGTERM.
DRAIN = 3.0


class Door:
    """Where Telegram knocks."""

    def __init__(
        self, bot: Bot, work: Work, *, state: State, secret: str, drain: float = DRAIN
    ) -> None:
        self._bot = bot
        self._work = work
        self._state = state
        self._secret = secret.encode()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._drain = drain
        self._leaving = False

    async def open(self, webhook: Webhook) -> None:
        """Tell Telegram where to push. Raises SettingsError if it does not like the address."""
        try:
            await self._bot.set_webhook(
                webhook.url,
                secret_token=webhook.secret,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
            )
        except BadRequest as error:
            raise SettingsError(f"WEBHOOK_URL: Telegram refuses it ({error.message}).") from None

    async def receive(self, request: HTTPServerRequest) -> Answer:
        """Handle one push: 200 handled, 403 not Telegram, 503 push it again later."""
        given = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._secret):
            return Answer(HTTPStatus.FORBIDDEN)
        if self._leaving:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            raw = json.loads(request.body)
            update_id = int(raw["update_id"])
        except (ValueError, KeyError, TypeError):
            return Answer(HTTPStatus.BAD_REQUEST)
        try:
            return await self._handle(raw, update_id)
        except sqlite3.Error as error:
            _log.error("update %d: cannot claim it (%s)", update_id, error)
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE)

    async def _handle(self, raw: dict[str, object], update_id: int) -> Answer:
        match self._state.claim(update_id, seconds=CLAIM):
            case Claim.HANDLED:
                return Answer(HTTPStatus.OK)
            case Claim.TAKEN:
                return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
            case Claim.YOURS if update := parse(raw, self._bot):
                return await self._finish(self._work.start(update), update_id)
        return Answer(HTTPStatus.OK)  # nobody can read it, now or later

    async def _finish(self, task: asyncio.Task[None], update_id: int) -> Answer:
        self._in_hand.add(task)
        await asyncio.wait([task])
        self._in_hand.discard(task)
        if task.cancelled():
            self._state.release(update_id)
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
        return Answer(HTTPStatus.OK)

    async def drain(self) -> None:
        """Finish what is in hand; what takes too long is left to be pushed again."""
        self._leaving = True
        if not self._in_hand:
            return
        _, late = await asyncio.wait(self._in_hand, timeout=self._drain)
        for task in late:
            task.cancel()
        await asyncio.sleep(0.1)  # for the answers to leave


def webhook_routes(door: Door, url: str, metrics: Metrics) -> dict[tuple[str, str], Route]:
    """Routes for a bot behind a webhook: it is alive when it answers."""

    async def healthz(_: HTTPServerRequest) -> Answer:
        return Answer(HTTPStatus.OK, b"webhook mode\n")

    return {
        # A proxy may pass the path on or strip it; the secret decides, not the path.
        ("POST", "/"): door.receive,
        ("POST", urlsplit(url).path or "/"): door.receive,
        ("GET", "/healthz"): healthz,
        ("GET", "/metrics"): metrics_route(metrics),
    }


async def serve_webhook(
    door: Door, webhook: Webhook, *, metrics: Metrics, stop: asyncio.Event
) -> None:
    """Listen, tell Telegram where, and end when `stop` is set.

    The webhook stays set at the end: other replicas, or the next process, are behind it.
    """
    with listening("WEBHOOK_LISTEN", webhook.listen, webhook_routes(door, webhook.url, metrics)):
        await unless_stopped(stop, door.open(webhook))
        await stop.wait()
        await door.drain()
