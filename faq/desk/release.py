"""Before you publish: what would change for people; then publish, look back, take back."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from faq.curator import draft
from faq.curator.draft import Workbench
from faq.curator.edits import Edit
from faq.curator.evaluation import Verdict, judge
from faq.curator.publishing import ASKED_AGAIN, Difference, Trial, ask, differences, ending
from faq.desk.desk import Desk
from faq.desk.page import Visit, go
from faq.model import FAQError

LATEST = 20
NAMES = {
    "question": "question",
    "answer": "answer",
    "topic": "topic",
    "paraphrases": "wordings",
    "quotes": "sentences of the document",
    "related": "related questions",
    "notes": "note",
    "picture": "picture",
    "draft": "mark as a draft",
}


async def shown(visit: Visit) -> Response:
    """What waits, and what was published; the check comes when it is done."""
    bench = visit.desk.workbench()
    latest = list(enumerate(bench.history))[::-1][:LATEST]
    return visit.draw(
        "publish.html",
        changes=[(w, _described(visit.desk, w.edit)) for w in bench.waiting if _tells(w.edit)],
        history=[
            (n, p, [_described(visit.desk, e) for e in p.edits if _tells(e)]) for n, p in latest
        ],
    )


def _tells(edit: Edit) -> bool:
    return edit.file not in {"notes.toml", "pictures.toml"}


def _described(desk: Desk, edit: Edit) -> tuple[str, str]:
    """A change in words: of what, and what of it."""
    entry = desk.live.knowledge.by_id.get(edit.id)
    fields = edit.fields or edit.base or {}
    question = str(fields.get("question") or (entry.question if entry else "an answer"))
    if edit.fields is None:
        return question, "is taken away"
    if edit.base is None:
        return question, "is new"
    parts = []
    for key, value in edit.fields.items():
        if key == "paraphrases":
            before = edit.base.get(key) or []
            more, fewer = (
                [v for v in value if v not in before],
                [v for v in before if v not in value],
            )
            parts += [f"+ “{v}”" for v in more] + [f"without “{v}”" for v in fewer]
        else:
            parts.append(f"{NAMES.get(key, key)} changed")
    return question, ", ".join(parts)


async def checked(visit: Visit) -> Response:
    """What the drafts would change for people's questions and for the test questions."""
    if not visit.desk.workbench().waiting:
        return visit.draw("check.html", counted=None, changed=[], tests=[])
    trial = await visit.desk.trial()
    asked, changed, tests = _compare(visit.desk, trial)
    return visit.draw(
        "check.html", counted=(asked - len(changed), asked), changed=changed, tests=tests
    )


Row = tuple[str, str, str, bool]


def _compare(desk: Desk, trial: Trial) -> tuple[int, Sequence[Row], Sequence[Row]]:
    """Questions asked again, those that end otherwise, and the test questions that fail."""
    answered = desk.journal.answered(ASKED_AGAIN) if desk.journal else ()
    found = {d.query: _row(d) for d in differences(trial, answered)}
    latest = desk.journal.latest(ASKED_AGAIN) if desk.journal else ()
    for query in latest:
        before, after = ask(trial.old, query), ask(trial.new, query)
        if query not in found and ending(before) != ending(after):
            found[query] = (query, ending(before), ending(after), False)
    asked = {e.question for e in trial.old.knowledge.entries} | {q for q, _ in answered}
    tests = []
    for case in desk.tests():
        reply = ask(trial.new, case.query)
        if judge(case, reply).verdict is not Verdict.RIGHT:
            wanted = trial.new.knowledge.by_id.get(case.gold[0])
            tests.append(
                (case.query, wanted.question if wanted else "no answer", ending(reply), True)
            )
    count = len(asked | set(latest) | found.keys() | {case.query for case in desk.tests()})
    return count, sorted(found.values(), key=lambda row: not row[3]), tests


def _row(difference: Difference) -> Row:
    return (
        difference.query,
        ending(difference.before),
        ending(difference.after),
        difference.breaks,
    )


async def publish(visit: Visit) -> Response:
    """Put what waits in force."""
    visit.visitor.name = visit.text("name")[:40] or visit.visitor.name
    desk = visit.desk
    edits = desk.workbench().edits
    if not edits:
        return go("/publish")
    trial = await desk.trial_of(edits)
    broken = any(row[3] for rows in _compare(desk, trial)[1:] for row in rows)
    if broken and visit.text("anyway") != "1":
        visit.tell("Some answers would break. Look at the list, then publish anyway or mend them.")
        return go("/publish")
    await desk.publish(trial, edits, visit.by)
    visit.tell("Published. People get the new answers from now on.")
    return go("/publish")


async def drop(visit: Visit) -> Response:
    """Throw a draft away."""
    file, identity = visit.text("file"), visit.text("id")
    draft.change(visit.desk.folder, lambda bench: bench.take(file, identity))
    visit.tell("That draft is thrown away.")
    return go("/publish")


async def undo(visit: Visit) -> Response:
    """Take a publication back: its opposite is published."""
    desk, bench = visit.desk, visit.desk.workbench()
    number = int(visit.text("number") or -1)
    if not 0 <= number < len(bench.history) or bench.history[number].undone:
        raise FAQError("That is taken back already.")
    publication = bench.history[number]
    edits = [edit.inverse for edit in reversed(publication.edits) if _tells(edit)]
    trial = await desk.trial_of(edits)
    await desk.publish(trial, edits, visit.by)

    def mark(workbench: Workbench) -> None:
        kept = workbench.history[number]
        workbench.history[number] = draft.taken_back(kept)

    draft.change(desk.folder, mark)
    if desk.journal:
        for version in publication.versions:
            desk.journal.reopen(version)
    visit.tell("Taken back. The questions it answered are open again.")
    return go("/publish")
