"""The HTTP side of the test server: reads calls, lets faults happen, writes answers."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from dataclasses import dataclass, field
from typing import NoReturn

from aiohttp import web

from tests.strict_telegram.delivery import NAMES, Delivery
from tests.strict_telegram.facts import ApiError, Blame, Call, Json, Upload, mistake
from tests.strict_telegram.faults import Fault, FaultPlan, Stage
from tests.strict_telegram.methods import METHODS, answer
from tests.strict_telegram.posts import Request
from tests.strict_telegram.spec import decode
from tests.strict_telegram.world import World

# Ten photos of the largest size, and some.
LARGEST_BODY = 110 * 1024 * 1024
LONG = 3600
QUESTION_IDS = ("callback_query_id", "inline_query_id")


@dataclass
class Front:
    """Serves the Bot API for one token."""

    world: World
    token: str
    delivery: Delivery
    faults: FaultPlan = field(default_factory=FaultPlan)
    latency: float = 0.0

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self.serve)
        app.router.add_get("/file/bot{token}/photos/{file_id}", self.download)
        app.router.add_route("*", "/{anything:.*}", _nothing_here)
        return app

    async def serve(self, http: web.Request) -> web.StreamResponse:
        """One call, from its arrival to its answer or its fault."""
        if http.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        try:
            return await self._serve(http)
        except Exception:
            # Not the bot's mistake, but a test must not pass over it.
            with self.world.changing() as world:
                world.violate(f"the test server itself failed: {traceback.format_exc()}")
            raise

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        try:
            request = await self._read(http)
        except ApiError as error:
            with self.world.changing() as world:
                return _json(world.fail(http.match_info["method"], error))
        fault = self.faults.take(request.method)
        if fault is None:
            return _json(await self._in_time(request, self.latency))
        await asyncio.sleep(self.latency)
        return await self._fail(http, request, fault)

    async def _fail(self, http: web.Request, request: Request, fault: Fault) -> web.StreamResponse:
        match fault.stage:
            case Stage.REFUSED:
                return _refusal(fault)
            case Stage.RESET:
                await _drop(http)
            case Stage.DROPPED:
                await self._handle(request)
                await _drop(http)
            case Stage.SWALLOWED:
                await _never()
            case Stage.DELAYED:
                return _json(await self._in_time(request, fault.seconds))

    async def _in_time(self, request: Request, seconds: float) -> Json:
        """Handle a call after some seconds, as Telegram does: also if the bot gave up waiting."""
        work = self._later(request, seconds)
        # A poll that nobody waits for would only get in the way of the next one.
        if not seconds or request.method in NAMES:
            return await work
        return await asyncio.shield(asyncio.ensure_future(work))

    async def _later(self, request: Request, seconds: float) -> Json:
        if seconds:
            await asyncio.sleep(seconds)
        return await self._handle(request)

    async def download(self, http: web.Request) -> web.StreamResponse:
        """A file at the place getFile gave."""
        upload = self.world.files.get(http.match_info["file_id"])
        if http.match_info["token"] != self.token or upload is None:
            return _error(404, "Not Found")
        return web.Response(body=upload.content)

    async def _read(self, http: web.Request) -> Request:
        method = http.match_info["method"]
        raw, files = await _body(http)
        attached = {name: f"attach://{name}" for name in files if name == "photo"}
        given = dict(http.query) | raw | attached
        params = decode(method, given) if method in METHODS or method in NAMES else given
        with self.world.changing() as world:
            world.calls.append(Call(time.monotonic(), method, params))
            for name in QUESTION_IDS:
                if asked := world.questions.get(str(params.get(name))):
                    asked.attempted = True
        return Request(self.world, method, params, files)

    async def _handle(self, request: Request) -> Json:
        if request.method in NAMES:
            return await self.delivery.answer(request)
        if request.method in METHODS:
            return answer(request)
        error = ApiError(404, "Not Found: method not found", Blame.BOT)
        with self.world.changing():
            return self.world.fail(request.method, error)


async def _body(http: web.Request) -> tuple[Json, dict[str, Upload]]:
    """The parameters, JSON strings not yet read, and the files."""
    if http.content_type == "application/json":
        return _read_json(await http.text()), {}
    form = await http.post()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    parts = ((name, value) for name, value in form.items() if isinstance(value, web.FileField))
    return texts, {name: Upload(part.filename, part.file.read()) for name, part in parts}


def _read_json(text: str) -> Json:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise mistake("can't parse JSON object") from error
    if not isinstance(found, dict):
        raise mistake("object expected as the body of the call")
    return found


def _json(body: Json) -> web.Response:
    return web.json_response(body, status=200 if body["ok"] else body["error_code"])


def _error(code: int, description: str) -> web.Response:
    return _json({"ok": False, "error_code": code, "description": description})


async def _nothing_here(_: web.Request) -> web.Response:
    return _error(404, "Not Found")


def _refusal(fault: Fault) -> web.Response:
    if fault.page:
        return web.Response(status=fault.status, text=fault.page, content_type="text/html")
    return _json(fault.body())


async def _drop(http: web.Request) -> NoReturn:
    if http.transport:
        http.transport.abort()
    await _never()


async def _never() -> NoReturn:
    # Ends when the client goes away or the server stops: both cancel the handler.
    while True:
        await asyncio.sleep(LONG)
