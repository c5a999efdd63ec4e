"""What can go wrong between a bot and Telegram, and the queue of what shall go wrong next."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any


class Stage(StrEnum):
    """What becomes of a call that meets a fault."""

    REFUSED = auto()  # an error is answered, nothing is done
    RESET = auto()  # the connection drops before anything is done
    DROPPED = auto()  # the call is done, then the connection drops without an answer
    DELAYED = auto()  # the call is done after a while
    SWALLOWED = auto()  # nothing is done and no answer ever comes


@dataclass(frozen=True)
class Fault:
    """One thing going wrong; build it with the functions below the fields."""

    stage: Stage
    status: int = 0
    description: str = ""
    parameters: tuple[tuple[str, int], ...] = ()
    page: str = ""
    seconds: float = 0.0

    @classmethod
    def error(cls, status: int, description: str, **parameters: int) -> Fault:
        """Any JSON error answer."""
        return cls(Stage.REFUSED, status, description, tuple(parameters.items()))

    @classmethod
    def too_many_requests(cls, *, retry_after: int) -> Fault:
        """429 with the seconds to wait."""
        text = f"Too Many Requests: retry after {retry_after}"
        return cls.error(429, text, retry_after=retry_after)

    @classmethod
    def server_error(cls) -> Fault:
        """500 with a JSON body."""
        return cls.error(500, "Internal Server Error")

    @classmethod
    def bad_gateway(cls) -> Fault:
        """502 with an HTML page, as the proxy in front of Telegram answers."""
        page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
        return cls(Stage.REFUSED, 502, page=page)

    @classmethod
    def unauthorized(cls) -> Fault:
        """401: the token was revoked, or Telegram thinks so for a moment."""
        return cls.error(401, "Unauthorized")

    @classmethod
    def not_found(cls) -> Fault:
        """404 for a method that exists."""
        return cls.error(404, "Not Found")

    @classmethod
    def forbidden(cls) -> Fault:
        """403: the user has blocked the bot."""
        return cls.error(403, "Forbidden: bot was blocked by the user")

    @classmethod
    def conflict(cls) -> Fault:
        """409: another instance polls."""
        text = "Conflict: terminated by other getUpdates request; "
        return cls.error(409, text + "make sure that only one bot instance is running")

    @classmethod
    def bad_request(cls, description: str) -> Fault:
        """400; the description without its "Bad Request: "."""
        return cls.error(400, f"Bad Request: {description}")

    @classmethod
    def migrated(cls, *, migrate_to_chat_id: int) -> Fault:
        """400: the group has a new id."""
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        return cls.error(400, text, migrate_to_chat_id=migrate_to_chat_id)

    @classmethod
    def reset(cls) -> Fault:
        """The connection drops before the call is handled."""
        return cls(Stage.RESET)

    @classmethod
    def delivered_then_dropped(cls) -> Fault:
        """The call is handled, then the connection drops without an answer."""
        return cls(Stage.DROPPED)

    @classmethod
    def delay(cls, seconds: float) -> Fault:
        """The call is handled this much later."""
        return cls(Stage.DELAYED, seconds=seconds)

    @classmethod
    def black_hole(cls) -> Fault:
        """No answer, ever; the call is not handled."""
        return cls(Stage.SWALLOWED)

    def body(self) -> dict[str, Any]:
        """The JSON answer of a refusal."""
        body = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": dict(self.parameters)} if self.parameters else {})


ANY_METHOD = "*"


@dataclass
class _Planned:
    method: str
    fault: Fault
    times: float
    until: float

    def meets(self, method: str) -> bool:
        return self.method in {method, ANY_METHOD}


@dataclass
class FaultPlan:
    """The faults to come, first planned first met."""

    planned: list[_Planned] = field(default_factory=list)

    def add(
        self, method: str, fault: Fault, *, times: int | None = None, seconds: float | None = None
    ) -> None:
        """Plan a fault for a method ("*": any): so many times, or for so many seconds.

        Neither given: once. Both given: whichever ends first.
        """
        endless = float("inf")
        until = endless if seconds is None else time.monotonic() + seconds
        usual = 1 if seconds is None else endless
        self.planned.append(_Planned(method, fault, usual if times is None else times, until))

    def take(self, method: str) -> Fault | None:
        """The fault this call meets, used up by it."""
        now = time.monotonic()
        self.planned = [plan for plan in self.planned if plan.times > 0 and plan.until > now]
        for plan in self.planned:
            if plan.meets(method):
                plan.times -= 1
                return plan.fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.planned.clear()
