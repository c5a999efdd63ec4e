"""A folder that holds nothing yet: a sheet or a document is uploaded, and becomes a FAQ."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from faq.curator.new import scaffold
from faq.desk.access import Access, Guard, Visitor, is_genuine
from faq.desk.page import HERE, go, rendered
from faq.loader import load
from faq.model import FAQError, Knowledge

__all__ = ["Beginning"]

#: Takes the new content into use; gives the application that takes over.
Open = Callable[[Knowledge], ASGIApp]


class Beginning:
    """The page that makes a FAQ, until there is one: then the desk itself."""

    def __init__(self, folder: Path, access: Access, open_: Open) -> None:
        self._folder = folder
        self._access = access
        self._open = open_
        routes = [
            Route("/enter", access.enter),
            Route("/begin", self._make, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
            Route("/{anywhere:path}", self._show),
        ]
        self._app: ASGIApp = Starlette(
            routes=routes, middleware=[Middleware(Guard, access=access, frames=())]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _show(self, request: Request) -> Response:
        return self._page(request, "")

    def _page(self, request: Request, trouble: str) -> Response:
        visitor = self._access.visitor(request) or Visitor()
        return HTMLResponse(rendered("begin.html", visitor=visitor, trouble=trouble))

    async def _make(self, request: Request) -> Response:
        visitor = self._access.visitor(request)
        form = await request.form()
        if visitor is None or not await is_genuine(request, visitor):
            return self._page(request, "This page was too old. Try again.")
        try:
            await asyncio.to_thread(self._scaffold, form)
        except FAQError as error:
            return self._page(request, str(error))
        visitor.told.append("Here is your bot: press an answer to mend it, then publish.")
        return go("/answers")

    def _scaffold(self, form: FormData) -> None:
        upload = form.get("document")
        if not isinstance(upload, UploadFile) or not upload.filename:
            raise FAQError("Choose a file first.")
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch, Path(upload.filename).name)
            file.write_bytes(upload.file.read())
            title = str(form.get("title", "")).strip()
            scaffold(self._folder, [file], title=title, today=date.today())
        self._app = self._open(load(self._folder))
