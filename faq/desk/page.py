"""Draws the desk's pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from faq.curator.edits import Conflict
from faq.desk.access import Access, Visitor, is_genuine
from faq.desk.desk import Desk
from faq.model import FAQError

HERE = Path(__file__).parent

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, **values: Any) -> str:
    """A template filled in."""
    return _templates.get_template(template).render(values)


#: The pages, in the order of a curator's work.
PAGES = (
    ("answers", "Answers"),
    ("try", "Try it"),
    ("inbox", "Inbox"),
    ("document", "Document"),
    ("publish", "Publish"),
    ("numbers", "Numbers"),
)


@dataclass(slots=True)
class Visit:
    """One request of somebody who may be here."""

    request: Request
    visitor: Visitor
    desk: Desk
    form: FormData

    def text(self, name: str) -> str:
        """A field of the form, or of the address."""
        value = self.form.get(name, self.request.query_params.get(name, ""))
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All values of a field that are not empty, each once."""
        values = (v.strip() for v in self.form.getlist(name) if isinstance(v, str))
        return list(dict.fromkeys(v for v in values if v))

    @property
    def by(self) -> str:
        """How this curator is called in the history."""
        return self.visitor.name or "somebody"

    def tell(self, text: str) -> None:
        """Say something on the next page."""
        self.visitor.told.append(text)

    def draw(self, template: str, **values: Any) -> Response:
        """A page, or a part of one, which has no place for what is to be told."""
        told: list[str] = []
        if not self.request.headers.get("hx-request"):
            told, self.visitor.told = self.visitor.told, []
        shown = {
            "visitor": self.visitor,
            "told": told,
            "pages": PAGES,
            "title": self.desk.live.knowledge.title,
            "waiting": len(self.desk.workbench().waiting),
            "here": self.request.url.path.split("/")[1],
            **values,
        }
        return HTMLResponse(rendered(template, **shown))


View = Callable[[Visit], Awaitable[Response]]


def go(place: str) -> Response:
    """On to another page."""
    return RedirectResponse(place, status_code=303)


def route(path: str, view: View, desk: Desk, access: Access, *, post: bool = False) -> Route:
    """A page at an address; a change must come from one of our own."""

    async def handle(request: Request) -> Response:
        visitor = access.visitor(request)
        assert visitor  # the guard has seen to it
        form = await request.form() if post else FormData()
        if post and not await is_genuine(request, visitor):
            return HTMLResponse("This page is too old. Go back, reload it and try again.", 403)
        visit = Visit(request, visitor, desk, form)
        try:
            return await view(visit)
        except (FAQError, OSError) as error:
            return _complaint(visit, error)

    return Route(path, handle, methods=["POST"] if post else ["GET"])


def _complaint(visit: Visit, error: Exception) -> Response:
    """What went wrong, in words a curator can use."""
    text = str(error) if isinstance(error, FAQError) else "A file cannot be used. Try again."
    conflict = isinstance(error, Conflict)
    if visit.request.headers.get("hx-request"):
        return visit.draw("complaint.html", text=text, conflict=conflict)
    return visit.draw("trouble.html", text=text, conflict=conflict)
