"""The desk as a web application, and its server."""

from __future__ import annotations

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from faq.desk import answers, document, form, inbox, numbers, release, trying, wordings
from faq.desk.access import Access, Guard
from faq.desk.desk import Desk
from faq.desk.page import HERE, View, go, route

__all__ = ["build", "server"]

#: Where the messenger shows the desk within a page of its own.
FRAMES = ("https://web.telegram.org",)

_READ: tuple[tuple[str, View], ...] = (
    ("/answers", answers.listed),
    ("/answers/new", form.new),
    ("/answers/{id}", form.shown),
    ("/try", trying.shown),
    ("/inbox", inbox.shown),
    ("/document", document.shown),
    ("/publish", release.shown),
    ("/publish/check", release.checked),
    ("/numbers", numbers.shown),
)
_CHANGE: tuple[tuple[str, View], ...] = (
    ("/answers/save", form.save),
    ("/answers/preview", form.preview),
    ("/answers/wording", wordings.tried),
    ("/answers/effect", wordings.effect),
    ("/answers/remove", form.remove),
    ("/try", trying.asked),
    ("/try/expect", trying.expect),
    ("/try/forget", trying.forget),
    ("/inbox/{what}", inbox.act),
    ("/publish", release.publish),
    ("/publish/drop", release.drop),
    ("/publish/undo", release.undo),
)


def build(desk: Desk, access: Access) -> Starlette:
    """The desk behind its door."""

    async def home(_: Request) -> Response:
        return go("/answers")

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        known = {
            e.picture.file.name: e.picture.file for e in desk.live.knowledge.entries if e.picture
        }
        waiting = {str((e.fields or {}).get("file")) for e in desk.workbench().edits}
        file = known.get(name) or (desk.folder / "pictures" / name if name in waiting else None)
        return FileResponse(file) if file else PlainTextResponse("No such picture.\n", 404)

    async def app_page(_: Request) -> Response:
        return HTMLResponse((HERE / "templates" / "app.html").read_text("utf-8"))

    routes = [
        Route("/", home),
        Route("/enter", access.enter, methods=["GET", "POST"]),
        Route("/app", app_page),
        Route("/pictures/{name}", picture),
        Mount("/static", StaticFiles(directory=HERE / "static")),
        *(route(path, view, desk, access) for path, view in _READ),
        *(route(path, view, desk, access, post=True) for path, view in _CHANGE),
    ]
    frames = FRAMES if access.public else ()
    return Starlette(routes=routes, middleware=[Middleware(Guard, access=access, frames=frames)])


def server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A quiet server; who runs it decides about signals."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=30,
        limit_concurrency=64,
    )
    return uvicorn.Server(config)
