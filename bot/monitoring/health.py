"""Whether the bot is alive, for whoever watches it: /healthz and /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine

from bot.monitoring.metrics import Metrics
from bot.settings import Address, SettingsError

#: Three long polls of 25 s with their grace: older, and the bot hears nothing.
ALIVE = 90.0
#: Telegram's updates are a few kilobytes.
_LARGEST_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: HTTPStatus
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"


Route = Callable[[HTTPServerRequest], Awaitable[Answer]]


def health_routes(metrics: Metrics) -> dict[tuple[str, str], Route]:
    """Routes for a polling bot: alive while getUpdates succeeds."""

    async def healthz(_: HTTPServerRequest) -> Answer:
        age = metrics.poll_age()
        if age is None:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, b"no getUpdates has succeeded yet\n")
        status = HTTPStatus.OK if age < ALIVE else HTTPStatus.SERVICE_UNAVAILABLE
        return Answer(status, f"last getUpdates {age:.0f} s ago\n".encode())

    return {("GET", "/healthz"): healthz, ("GET", "/metrics"): metrics_route(metrics)}


def metrics_route(metrics: Metrics) -> Route:
    async def text(_: HTTPServerRequest) -> Answer:
        return Answer(HTTPStatus.OK, metrics.text(), "text/plain; version=0.0.4; charset=utf-8")

    return text


@contextmanager
def listening(
    name: str, address: Address, routes: Mapping[tuple[str, str], Route]
) -> Iterator[None]:
    """Answer HTTP requests on `address` inside the block.

    Raises SettingsError, naming the variable `name`, if the address cannot be had.
    """
    tasks: set[asyncio.Task[None]] = set()

    def receive(request: HTTPServerRequest) -> None:
        task = asyncio.create_task(_answer(request, routes))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = HTTPServer(receive, max_buffer_size=_LARGEST_BODY)
    try:
        server.listen(address.port, address.host)
    except OSError as error:
        raise SettingsError(
            f"{name}: cannot listen on {address.host}:{address.port} ({error.strerror}). "
            "Choose another port or stop what uses it."
        ) from None
    try:
        yield
    finally:
        server.stop()


async def _answer(request: HTTPServerRequest, routes: Mapping[tuple[str, str], Route]) -> None:
    route = routes.get((request.method or "", request.path))
    answer = await route(request) if route else Answer(HTTPStatus.NOT_FOUND)
    connection = request.connection
    if connection is None:
        return
    headers = HTTPHeaders({"Content-Type": answer.type, "Content-Length": str(len(answer.body))})
    line = ResponseStartLine("HTTP/1.1", answer.status, answer.status.phrase)
    connection.write_headers(line, headers, answer.body)
    connection.finish()
