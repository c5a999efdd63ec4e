"""The entries as people browse them: by topic, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.ui.cards import SHOWN, Block, Button, Card, View, offers, packed, said
from bot.ui.presses import Action, Press
from bot.ui.texts import Texts, fill
from faq import Entry, Knowledge
from faq.markup import quoted

T = TypeVar("T")

#: Buttons that fit a phone's screen with their heading.
PAGE = 8


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic with its entries."""

    name: str
    entries: tuple[Entry, ...]


def pages(things: Sequence[T]) -> list[Sequence[T]]:
    """Things by the page, at least one page; pages count from 0."""
    return [things[at : at + PAGE] for at in range(0, len(things), PAGE)] or [()]


def shelves(knowledge: Knowledge) -> list[Shelf]:
    """Topics that have entries, in the content's order; entries without one under the title."""
    shown = [entry for entry in knowledge.entries if entry.kind in SHOWN]
    names = dict.fromkeys((*knowledge.topics, *(entry.topic for entry in shown)))
    found = {name: tuple(e for e in shown if e.topic == name) for name in names}
    return [Shelf(name or knowledge.title, entries) for name, entries in found.items() if entries]


def topics(view: View, page: int = 0) -> Card:
    """All topics, page by page; of a single one its questions."""
    found = list(enumerate(shelves(view.knowledge)))
    if len(found) == 1 and (only := topic(view, Press(Action.TOPIC, "0"))):
        return Card((said(view.texts.topics),), only.rows[:-1])  # without the way back to here
    shown = pages(found)[page]
    buttons = [Button(shelf.name, Press(Action.TOPIC, str(n))) for n, shelf in shown]
    turn = _turn(view.texts, Action.TOPICS, "", page, len(pages(found)))
    rows = packed(buttons)
    return Card((said(view.texts.topics),), (*rows, turn) if turn else rows)


def topic(view: View, press: Press) -> Card | None:
    """The page of a topic's questions that a press asks for; None where there is no such page."""
    found = {str(number): shelf for number, shelf in enumerate(shelves(view.knowledge))}
    shelf, page, texts = found.get(press.about), press.number, view.texts
    if shelf is None or page >= len(pages(shelf.entries)):
        return None
    many = len(pages(shelf.entries))
    rows = list(offers(pages(shelf.entries)[page], pack=1))
    turn = _turn(texts, Action.TOPIC, press.about, page, many)
    back = (Button(texts.all_topics, Press(Action.TOPICS)),)
    heading = _heading(shelf, texts, page, many)
    return Card((Block(f"**{quoted(heading)}**"),), tuple(r for r in (*rows, turn, back) if r))


def _turn(texts: Texts, action: Action, about: str, page: int, many: int) -> tuple[Button, ...]:
    """The buttons that turn pages."""
    back = (Button(texts.previous, Press(action, about, page - 1)),) if page else ()
    more = (Button(texts.next, Press(action, about, page + 1)),) if page + 1 < many else ()
    return (*back, *more)


def _heading(shelf: Shelf, texts: Texts, page: int, many: int) -> str:
    values = {"topic": shelf.name, "page": str(page + 1), "pages": str(many)}
    return fill(texts.page, **values) if many > 1 else shelf.name
