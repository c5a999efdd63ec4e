"""Answers: the list with a light each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from faq.curator.draft import Workbench
from faq.curator.edits import Fields
from faq.curator.lint import REVIEW_EVERY
from faq.desk.desk import Desk
from faq.desk.page import Visit
from faq.language.tokens import phrase
from faq.model import Entry, Outcome

#: With fewer wordings people's own words are seldom met.
FEW = 5
#: So many thumbs down are no accident.
DISLIKED = 2
DAYS = 90
#: Where a personal detail was taken out.
TAKEN_OUT = re.compile(r"\[(?:name|number|date|address|e-mail|handle|link)\]")
OTHERS = {
    Outcome.EMERGENCY: "Safety texts",
    Outcome.SELF_HARM: "Safety texts",
    Outcome.PERSONAL_ADVICE: "Safety texts",
    Outcome.CHAT: "Small talk",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of the list: its light (a colour and what it means), how often it was asked."""

    id: str
    question: str
    light: str
    reasons: tuple[str, ...]
    asked: int
    gap: bool


async def listed(visit: Visit) -> Response:
    """All answers by topic, or those a search finds."""
    desk, workbench, search = visit.desk, visit.desk.workbench(), visit.text("q")
    desk.look_for_confusions()
    lights = Lights(desk, workbench)
    shelves: dict[str, list[Line]] = {topic: [] for topic in desk.live.knowledge.topics}
    for identity, (_, table) in desk.tables(workbench).items():
        if not search or phrase(search) in phrase(_all_text(table)):
            shelf = _shelf(desk, identity, table)
            shelves.setdefault(shelf, []).append(lights.line(identity, table))
    red = [line for lines in shelves.values() for line in lines if line.light == "red"]
    shown = {shelf: lines for shelf, lines in {"Needs you": red, **shelves}.items() if lines}
    template = "answer_list.html" if visit.request.headers.get("hx-request") else "answers.html"
    count = sum(map(len, shelves.values()))
    return visit.draw(template, shelves=shown, search=search, count=count)


def _all_text(table: Fields) -> str:
    return " ".join([str(table["question"]), str(table["answer"]), *table.get("paraphrases", ())])


def _shelf(desk: Desk, identity: str, table: Fields) -> str:
    known = desk.live.knowledge.by_id.get(identity)
    if known and known.kind in OTHERS:
        return OTHERS[known.kind]
    return str(table.get("topic") or desk.live.knowledge.title)


class Lights:
    """What each light is decided by."""

    def __init__(self, desk: Desk, workbench: Workbench) -> None:
        journal = desk.journal
        self._desk = desk
        self._waiting = {waiting.edit.id for waiting in workbench.waiting}
        self._asked = journal.by_entry(days=DAYS) if journal else {}
        self._disliked = journal.by_entry(days=DAYS, unhelpful=True) if journal else {}

    def line(self, identity: str, table: Fields) -> Line:
        """One answer's line."""
        entry = self._desk.live.knowledge.by_id.get(identity)
        bad, poor = tuple(self._bad(identity)), tuple(self._poor(table, entry))
        waits = identity in self._waiting or bool(table.get("draft"))
        light = "red" if bad else "blue" if waits else "amber" if poor else "green"
        draft_ = ("draft, not yet published",) if identity in self._waiting else ()
        unread = ("taken over from a document, not yet read",) if table.get("draft") else ()
        return Line(
            identity,
            str(table["question"]),
            light,
            (*bad, *draft_, *unread, *poor) or ("fine",),
            self._asked.get(identity, 0),
            bool(entry and entry.kind is Outcome.GAP),
        )

    def _bad(self, identity: str) -> Iterator[str]:
        if (count := self._disliked.get(identity, 0)) >= DISLIKED:
            yield f"👎 {count} times"
        other = self._desk.live.knowledge.by_id.get(self._desk.confused.get(identity, ""))
        if other:
            yield f"mixed up with “{other.question}”"

    def _poor(self, table: Fields, entry: Entry | None) -> Iterator[str]:
        if TAKEN_OUT.search(_all_text(table)):
            yield "a personal detail was taken out: read it once more"
        wordings = 1 + len(table.get("paraphrases", ()))
        if wordings < FEW:
            yield "one wording only" if wordings == 1 else f"only {wordings} wordings"
        if entry and any(note.reviewed < date.today() - REVIEW_EVERY for note in entry.notes):
            yield "its note was reviewed more than a year ago"
