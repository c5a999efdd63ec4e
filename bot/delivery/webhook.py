"""Webhook mode: Telegram's pushes, answered 200 once they are safely stored.

Any number of processes may stand behind one proxy: they share the inbox.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import BadRequest
from tornado.httputil import HTTPServerRequest

from bot.delivery.polling import Intake
from bot.delivery.shutdown import unless_stopped
from bot.delivery.updates import ALLOWED_UPDATES, Raw
from bot.monitoring.http import Answer, listening
from bot.settings import SettingsError, Webhook

_log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: Far above any id of Telegram's, and what every database can hold.
_LARGEST_ID = 2**53


class Door:
    """Where Telegram knocks."""

    def __init__(self, bot: Bot, work: Intake, *, secret: str) -> None:
        self._bot = bot
        self._work = work
        self._secret = secret.encode()

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
        """Take over one push: 200 it is safe, 403 not Telegram, 503 push it again later."""
        if not self.knows(request):
            return Answer(HTTPStatus.FORBIDDEN)
        try:
            raw = read_update(request.body)
        except ValueError:
            return Answer(HTTPStatus.BAD_REQUEST)
        safe = await self._work.accept([raw])
        return Answer(HTTPStatus.OK if safe else HTTPStatus.SERVICE_UNAVAILABLE)

    def knows(self, request: HTTPServerRequest) -> bool:
        """Whether a request carries the secret, once and exactly."""
        given = request.headers.get_list(_SECRET_HEADER)
        told = given[0].encode("utf-8", "surrogateescape") if len(given) == 1 else b""
        return hmac.compare_digest(told, self._secret)


def read_update(body: bytes) -> Raw:
    """The update in a push. Raises ValueError for anything that Telegram would not send."""
    try:
        raw = json.loads(body, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    if type(update_id) is not int or not 0 <= update_id < _LARGEST_ID:
        raise ValueError("no update_id")
    return dict(raw)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


async def serve_webhook(door: Door, webhook: Webhook, stop: asyncio.Event) -> None:
    """Listen, tell Telegram where, and end when `stop` is set.

    The webhook stays set at the end: other replicas, or the next process, are behind it.
    """
    routes = {("POST", urlsplit(webhook.url).path or "/"): door.receive}
    with listening("WEBHOOK_LISTEN", webhook.listen, routes, trusted=door.knows):
        if await unless_stopped(stop, door.open(webhook)):
            _log.info("ready: Telegram pushes what is written to the bot to %s", webhook.url)
            await stop.wait()
            await asyncio.sleep(0.1)  # for the answers to leave
