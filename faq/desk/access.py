"""Who may enter the desk: a one-time link, or a word of the messenger; nobody else sees a byte."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Access"]

COOKIE = "desk"
#: No page has a script, a style or a picture from elsewhere, or within itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; manifest-src 'self'; frame-ancestors {frames}"
)
#: What may be had without a right: the way in.
OPEN = frozenset({"/enter", "/app", "/static/app.js"})
#: The most a request may hold: a picture and a form (bytes).
LARGEST = 12_000_000
DENIED = "This desk is not open to you. Open it with the link that its terminal shows.\n"

#: Checks what a messenger says of who has opened the page; the person's name, or None.
Verify = Callable[[str], str | None]


@dataclass(slots=True)
class Visitor:
    """Somebody with a right, and what the next page shall tell them."""

    name: str = ""
    csrf: str = field(default_factory=secrets.token_urlsafe)
    told: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Access:
    """Keys that open the desk once, and those who have come in."""

    #: Hosts this desk answers to, with their ports: another name for it may be an attack.
    hosts: frozenset[str]
    #: Told whenever a new link can be opened.
    tell: Callable[[str], None]
    verify: Verify | None = None
    #: The public https address, where the messenger opens the desk.
    public: str = ""
    _key: str = ""
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def invite(self) -> str:
        """A new key that opens the desk once; the one before is worth nothing any more."""
        self._key = secrets.token_urlsafe(24)
        self.tell(self._key)
        return self._key

    def visitor(self, request: Request) -> Visitor | None:
        """Who is asking, if they have come in."""
        return self._visitors.get(request.cookies.get(COOKIE, ""))

    async def enter(self, request: Request) -> Response:
        """Come in with a key, or with what the messenger says."""
        if request.method == "GET":
            given = request.query_params.get("key", "")
            if not self._key or not hmac.compare_digest(given.encode(), self._key.encode()):
                return denied()
            self.invite()
            return self._welcome(Visitor(), RedirectResponse("/", status_code=303))
        said = (await request.body()).decode("utf-8", "replace")
        name = self.verify(said) if self.verify else None
        return self._welcome(Visitor(name), Response(status_code=204)) if name else denied()

    def _welcome(self, visitor: Visitor, response: Response) -> Response:
        token = secrets.token_urlsafe(32)
        self._visitors[token] = visitor
        within = bool(self.public)  # a frame of the messenger's web page is another site
        response.set_cookie(
            COOKIE, token, httponly=True, secure=within, samesite="none" if within else "strict"
        )
        return response

    def refusal(self, request: Request) -> str:
        """Why a request is not answered; empty if it is."""
        if request.headers.get("host", "").lower() not in self.hosts:
            return "Unknown host.\n"
        origin = request.headers.get("origin")
        if request.method != "GET" and origin and urlsplit(origin).netloc not in self.hosts:
            return "Another site may not do this.\n"
        if int(request.headers.get("content-length") or 0) > LARGEST:
            return "That is more than the desk takes.\n"
        if request.url.path not in OPEN and self.visitor(request) is None:
            return DENIED
        return ""


def denied() -> Response:
    """No, and how to come in."""
    return PlainTextResponse(DENIED, 403)


class Guard:
    """Lets those in who may, and tells the browser what a page may do."""

    def __init__(self, app: ASGIApp, access: Access, frames: Sequence[str]) -> None:
        self._app = app
        self._access = access
        self._policy = POLICY.format(frames=" ".join(frames) or "'none'")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["Referrer-Policy"] = "same-origin"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                if not str(scope["path"]).startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        refusal = self._access.refusal(Request(scope))
        if refusal:
            return await PlainTextResponse(refusal, 403)(scope, receive, guarded)
        return await self._app(scope, limited(receive, Headers(scope=scope)), guarded)


def limited(receive: Receive, headers: Headers) -> Receive:
    """The request's body, cut off where it is longer than anybody's form."""
    left = LARGEST

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return counted if "content-length" not in headers else receive


Handler = Callable[[Request], Awaitable[Response]]


async def is_genuine(request: Request, visitor: Visitor) -> bool:
    """Whether a change was asked for by one of our own pages."""
    given = request.headers.get("x-csrf") or str((await request.form()).get("csrf", ""))
    return hmac.compare_digest(given.encode(), visitor.csrf.encode())
