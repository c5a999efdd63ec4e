"""A small HTTP server for the webhook and for health: a few routes, and no patience."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.iostream import IOStream

from bot.settings import Address

_log = logging.getLogger(__name__)

#: Telegram's updates are a few kilobytes.
LARGEST_BODY = 1 << 20
LARGEST_HEAD = 16 << 10
#: Telegram opens 100 connections at most; beyond this the oldest stranger is shown out.
CONNECTIONS = 256
#: A request that takes longer to arrive, or a connection idle for longer, is closed (seconds).
SLOW = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: HTTPStatus
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"


Route = Callable[[HTTPServerRequest], Awaitable[Answer]]


class _Server(HTTPServer):
    """Closes the longest open connection that never showed a secret when there are too many."""

    strangers: OrderedDict[IOStream, None]

    def handle_stream(self, stream: IOStream, address: tuple[object, ...]) -> None:
        self.strangers[stream] = None
        stream.set_close_callback(lambda: self.strangers.pop(stream, None))
        while len(self.strangers) > CONNECTIONS:
            self.strangers.popitem(last=False)[0].close()
        super().handle_stream(stream, address)


@contextmanager
def listening(
    name: str,
    address: Address,
    routes: Mapping[tuple[str, str], Route],
    *,
    trusted: Callable[[HTTPServerRequest], bool] = lambda request: True,
) -> Iterator[None]:
    """Answer HTTP requests on `address` inside the block; connections of strangers may be closed.

    Raises SettingsError, naming the variable `name`, if the address cannot be had.
    """
    tasks: set[asyncio.Task[None]] = set()
    strangers: OrderedDict[IOStream, None] = OrderedDict()

    def receive(request: HTTPServerRequest) -> None:
        if trusted(request):
            strangers.pop(getattr(request.connection, "stream"), None)  # noqa: B009 - mypy knows no stream
        task = asyncio.create_task(_answer(request, routes))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = _Server(
        receive,
        max_buffer_size=LARGEST_BODY + LARGEST_HEAD,
        max_body_size=LARGEST_BODY,
        max_header_size=LARGEST_HEAD,
        idle_connection_timeout=SLOW,
        body_timeout=SLOW,
    )
    server.strangers = strangers
    try:
        server.listen(address.port, address.host)
    except OSError as error:
        raise address.refused(name, error) from None
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
