"""Try it: the draft beside the live bot, why it says so, and what it should say."""

from __future__ import annotations

import json
from dataclasses import dataclass

from starlette.responses import Response

from faq.curator.content_store import locked, write
from faq.curator.evaluation import Verdict, judge
from faq.curator.explanation import Explanation, explain
from faq.curator.publishing import ending
from faq.desk.desk import TESTS, Desk, Preview
from faq.desk.page import Visit, go
from faq.model import Entry, Knowledge, Outcome, Reply
from faq.responder import Responder

#: Kinds that can be asked for.
WANTED = frozenset({Outcome.ANSWER, Outcome.GAP})


@dataclass(frozen=True, slots=True)
class Said:
    """What one of the two says."""

    reply: Reply
    ending: str
    previews: tuple[Preview, ...]
    offered: tuple[str, ...]
    why: Explanation
    nearest: tuple[tuple[str, str], ...]


async def shown(visit: Visit) -> Response:
    """The page, with the test questions."""
    return visit.draw("try.html", **_tests(visit.desk), query="", live=None, draft=None, choices={})


def _tests(desk: Desk) -> dict[str, object]:
    judged = [judge(case, desk.live.reply(case.query)) for case in desk.tests()]
    names = {entry.id: entry.question for entry in desk.live.knowledge.entries}
    rows = [
        (j.case.query, names.get(j.case.gold[0], j.case.gold[0]), j.verdict is Verdict.RIGHT)
        for j in judged
    ]
    return {"tests": rows, "right": sum(row[2] for row in rows)}


async def asked(visit: Visit) -> Response:
    """One question, asked of both."""
    query = visit.text("query")
    if not query:
        return go("/try")
    live = _said(visit.desk, visit.desk.live, query)
    waits = visit.desk.workbench().waiting
    draft = _said(visit.desk, (await visit.desk.trial()).new, query) if waits else None
    entries = visit.desk.live.knowledge.entries
    choices = {entry.id: entry.question for entry in entries if entry.kind in WANTED}
    return visit.draw(
        "try.html", **_tests(visit.desk), query=query, live=live, draft=draft, choices=choices
    )


def _said(desk: Desk, responder: Responder, query: str) -> Said:
    reply = responder.reply(query)
    knowledge = responder.knowledge
    offered = [c.entry.question for c in reply.candidates] if not reply.answers else []
    why = explain(responder.matcher, query)
    return Said(
        reply,
        ending(reply),
        tuple(desk.draw(entry, knowledge) for entry in reply.answers),
        tuple(offered) if reply.outcome is Outcome.SUGGEST else (),
        why,
        tuple((n.phrasing, _name(n.entry, knowledge)) for n in why.neighbours[:3]),
    )


def _name(entry: str, knowledge: Knowledge) -> str:
    known: Entry | None = knowledge.by_id.get(entry)
    return known.question if known else "none of these"


async def expect(visit: Visit) -> Response:
    """A question and the answer it should get become a test question."""
    query, wanted = visit.text("query"), visit.text("entry")
    gold = wanted if wanted in visit.desk.live.knowledge.by_id else Outcome.FALLBACK.value
    _rewrite(visit.desk, query, json.dumps({"q": query, "gold": [gold], "kind": "curator"}))
    visit.tell("Kept as a test question: every change is held against it.")
    return go("/try")


async def forget(visit: Visit) -> Response:
    """Drop a test question."""
    _rewrite(visit.desk, visit.text("query"), "")
    return go("/try")


def _rewrite(desk: Desk, query: str, line: str) -> None:
    """Put a test question's line in place of the one it has, if any."""
    file = desk.folder / TESTS
    with locked(desk.folder):
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        kept = [each for each in lines if each.strip() and json.loads(each).get("q") != query]
        write(file, "".join(f"{each}\n" for each in [*kept, line] if each).encode())
