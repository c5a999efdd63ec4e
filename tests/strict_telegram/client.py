"""A bare client for the tests of the test server: calls as any bot might send them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.strict_telegram.server import TelegramServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@dataclass(frozen=True)
class Client:
    """Calls methods of one server as JSON; gives the answer as it came."""

    http: httpx.Client
    base: str

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a JSON call."""
        answer: dict[str, Any] = self.raw(method, **params).json()
        return answer

    def raw(self, method: str, *, within: float = 5.0, **params: Any) -> httpx.Response:
        """The HTTP response to a JSON call."""
        return self.http.post(f"{self.base}/{method}", json=params, timeout=within)

    def result(self, method: str, **params: Any) -> Any:
        """The result of a call that succeeds."""
        answer = self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    def error(self, method: str, **params: Any) -> str:
        """The description of the error a call ends with."""
        answer = self.call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])


@contextmanager
def client_of(server: TelegramServer) -> Iterator[Client]:
    """A client for a running server."""
    with httpx.Client(verify=False) as http:  # nothing is encrypted: no certificates to read
        yield Client(http, f"{server.url}/bot{server.token}")
