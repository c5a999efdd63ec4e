"""Brings updates to the bot: the long poll and the webhook."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from tests.strict_telegram.facts import ApiError, Json, circumstance, mistake
from tests.strict_telegram.methods import check_call
from tests.strict_telegram.posts import Request
from tests.strict_telegram.updates import Webhook
from tests.strict_telegram.world import World, now

LONGEST_POLL = 50
MOST_UPDATES = 100
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
PUSH_TIMEOUT = aiohttp.ClientTimeout(total=10)
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
NAMES = frozenset({"getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"})


@dataclass
class Delivery:
    """The one way updates leave the server; lives in the event loop of the server."""

    world: World
    news: asyncio.Event = field(default_factory=asyncio.Event)
    polls: int = 0
    pushing: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Let everybody who waits for updates look again."""
        self.news.set()
        self.news = asyncio.Event()

    async def answer(self, request: Request) -> Json:
        """Handle one of the four methods; its answer, an error as well."""
        try:
            check_call(request)
            return {"ok": True, "result": await self._result(request)}
        except ApiError as error:
            with self.world.changing():
                return self.world.fail(request.method, error)

    async def _result(self, request: Request) -> object:
        match request.method:
            case "getUpdates":
                return await self._poll(request.params)
            case "setWebhook":
                return await self._set_webhook(request.params)
            case "deleteWebhook":
                return await self._set_webhook(request.params | {"url": ""})
            case _:
                return self.world.webhook.json(len(self.world.updates.pending))

    async def _poll(self, params: Json) -> list[Json]:
        self._refuse_beside_webhook()
        self._accept(params)
        # Telegram ends the older of two polls, so that two bots end each other in turn.
        self.polls += 1
        mine = self.polls
        self.wake()
        limit = min(max(params.get("limit", MOST_UPDATES), 1), MOST_UPDATES)
        end = time.monotonic() + min(params.get("timeout", 0), LONGEST_POLL)
        while True:
            news = self.news
            found = self.world.updates.read(limit)
            if found or time.monotonic() >= end:
                return found
            await _wait(news, end - time.monotonic())
            self._refuse_beside_webhook()
            if mine != self.polls:
                raise circumstance(OTHER_POLL, code=409)

    def _accept(self, params: Json) -> None:
        with self.world.changing() as world:
            if params.get("offset"):
                world.updates.acknowledge(params["offset"])
            if "allowed_updates" in params:
                world.updates.allowed = tuple(params["allowed_updates"])

    def _refuse_beside_webhook(self) -> None:
        if self.world.webhook.url:
            raise circumstance(WEBHOOK_ACTIVE, code=409)

    async def _set_webhook(self, params: Json) -> bool:
        webhook = _webhook(params)
        await self.stop()
        with self.world.changing() as world:
            world.webhook = webhook
            if params.get("drop_pending_updates"):
                world.updates.clear()
            if "allowed_updates" in params:
                world.updates.allowed = tuple(params["allowed_updates"])
        self.wake()
        if webhook.url:
            self.pushing = asyncio.create_task(self._push())
        return True

    async def stop(self) -> None:
        """Push no more."""
        if self.pushing:
            self.pushing.cancel()
            with suppress(asyncio.CancelledError):
                await self.pushing
            self.pushing = None

    async def _push(self) -> None:
        """Bring one update after the other to the webhook, each until it is taken."""
        pause = FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=PUSH_TIMEOUT) as session:
            while True:
                news = self.news
                update = next(iter(self.world.updates.pending), None)
                if update is None:
                    await news.wait()
                elif await self._taken(session, update):
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    async def _taken(self, session: aiohttp.ClientSession, update: Json) -> bool:
        error = await _pushed(session, self.world.webhook, update)
        with self.world.changing() as world:
            if error:
                world.webhook = world.webhook.failed(error, now())
            else:
                world.updates.pop(update)
        return not error


def _webhook(params: Json) -> Webhook:
    # Plain HTTP as a local Bot API server allows it: the bot under test listens on loopback.
    if params["url"] and urlsplit(params["url"]).scheme not in {"http", "https"}:
        raise mistake("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.get("secret_token", "")
    if secret and not SECRET.fullmatch(secret):
        raise mistake("secret token contains unallowed characters")
    return Webhook(params["url"], secret, params.get("max_connections", 40))


async def _pushed(session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> str:
    """What went wrong with a push; empty if the update was taken."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
    try:
        async with session.post(webhook.url, json=update, headers=headers) as response:
            status = f"Wrong response from the webhook: {response.status} {response.reason}"
            return "" if 200 <= response.status < 300 else status
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
