"""Whether the bot is alive, and whether it gets on: /livez, /readyz and /metrics."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from tornado.httputil import HTTPServerRequest

from bot.monitoring.http import Answer, Route, listening
from bot.monitoring.metrics import Metrics
from bot.settings import Address, Settings

#: Three long polls of 25 s with their grace: older, and the bot hears nothing.
POLLED = 90.0
#: An update that has waited for longer tells that people wait (seconds).
WAITED = 60.0


@contextmanager
def health(address: Address, settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Answer on `address` inside the block."""
    routes = health_routes(metrics, settings.health_token, polling=settings.webhook is None)
    with listening("FAQ_HEALTH", address, routes):
        yield


def health_routes(
    metrics: Metrics, token: str | None, *, polling: bool
) -> dict[tuple[str, str], Route]:
    """The routes; with a token only for who sends `Authorization: Bearer <token>`."""

    async def livez(_: HTTPServerRequest) -> Answer:
        return Answer(HTTPStatus.OK, b"alive\n")

    async def readyz(_: HTTPServerRequest) -> Answer:
        troubles = [*trouble(metrics, polling=polling)]
        status = HTTPStatus.SERVICE_UNAVAILABLE if troubles else HTTPStatus.OK
        # Without the store people get answers, so it is ready; but whoever looks shall know.
        remarks = troubles or (["ready"] if metrics.store_is_well() else ["ready, without store"])
        return Answer(status, "".join(f"{line}\n" for line in remarks).encode())

    async def text(_: HTTPServerRequest) -> Answer:
        return Answer(HTTPStatus.OK, metrics.text(), "text/plain; version=0.0.4; charset=utf-8")

    return {
        ("GET", "/livez"): livez,
        ("GET", "/readyz"): _protected(readyz, token),
        ("GET", "/metrics"): _protected(text, token),
    }


def trouble(metrics: Metrics, *, polling: bool) -> Iterator[str]:
    """Why the bot is not getting on, in words."""
    if (waited := metrics.waiting_age()) > WAITED:
        yield f"an update has waited for {waited:.0f} s"
    if polling and not metrics.is_standby():
        age = metrics.poll_age()
        if age is None:
            yield "no getUpdates has succeeded yet"
        elif age >= POLLED:
            yield f"last getUpdates {age:.0f} s ago"


def _protected(route: Route, token: str | None) -> Route:
    if token is None:
        return route
    wanted = f"Bearer {token}".encode()

    async def checked(request: HTTPServerRequest) -> Answer:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, wanted):
            return Answer(HTTPStatus.UNAUTHORIZED)
        return await route(request)

    return checked
