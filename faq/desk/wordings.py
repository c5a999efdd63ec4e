"""One more wording: what it opens today, and what it would take away from other answers."""

from __future__ import annotations

from starlette.responses import Response

from faq.curator.draft import Waiting
from faq.curator.edits import Edit
from faq.curator.publishing import ASKED_AGAIN, differences, ending
from faq.desk.form import file_of
from faq.desk.page import Visit
from faq.language.tokens import phrase


async def tried(visit: Visit) -> Response:
    """One more wording, with what it opens today."""
    text, identity = visit.text("wording"), visit.text("id")
    if not text:
        return visit.draw("complaint.html", text="Type a wording first.", conflict=False)
    tables = visit.desk.tables(visit.desk.workbench())
    for other, (_, table) in tables.items():
        if phrase(text) in map(phrase, [str(table["question"]), *table.get("paraphrases", ())]):
            where = "this answer" if other == identity else f"“{table['question']}”"
            return visit.draw(
                "complaint.html", text=f"That wording stands in {where} already.", conflict=False
            )
    reply = visit.desk.live.reply(text)
    own = bool(reply.entry and reply.entry.id == identity)
    return visit.draw(
        "wording.html", text=text, today=ending(reply), own=own, id=identity, file=file_of(visit)
    )


async def effect(visit: Visit) -> Response:
    """What a wording would take away from other answers."""
    text, identity, file = visit.text("tried"), visit.text("id"), file_of(visit)
    tables = visit.desk.tables(visit.desk.workbench())
    if identity not in tables:  # not saved yet: the check before publishing tells
        return visit.draw("effect.html", lost=None)
    known = list(tables[identity][1].get("paraphrases", ()))
    edit = Edit(file, identity, {"paraphrases": [*known, text]}, {"paraphrases": known})
    bench = visit.desk.workbench()
    bench.put(Waiting(edit, visit.by))
    trial = await visit.desk.trial_of(bench.edits)
    journal = visit.desk.journal
    answered = journal.answered(ASKED_AGAIN) if journal else ()
    lost = [d for d in differences(trial, answered) if d.breaks and d.query != text]
    return visit.draw("effect.html", lost=lost)
