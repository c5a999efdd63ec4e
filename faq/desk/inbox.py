"""Inbox: what was asked in vain, by meaning, and what a curator makes of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.responses import Response

from faq.curator import draft
from faq.curator.draft import Waiting, Workbench
from faq.curator.publishing import add_phrasing
from faq.curator.questions import Group, grouped
from faq.desk.desk import Journal
from faq.desk.page import Visit, go
from faq.model import FAQError

#: Groups shown at once.
SHOWN = 50


async def shown(visit: Visit) -> Response:
    """What waits for an answer, the most asked first."""
    if visit.desk.journal is None:
        return visit.draw("inbox.html", groups=None, left=0, undo="")
    groups = _groups(visit, visit.desk.journal)
    return visit.draw(
        "inbox.html", groups=groups[:SHOWN], left=len(groups) - SHOWN, undo=visit.text("undo")
    )


def _groups(visit: Visit, journal: Journal) -> Sequence[Group]:
    """The open groups that no draft answers."""
    workbench = visit.desk.workbench()
    handled = {row for waiting in workbench.waiting for row in waiting.rows}
    asked = [each for each in journal.open() if each.id not in handled]
    return grouped(asked, visit.desk.live, workbench.sorting)


async def act(visit: Visit) -> Response:
    """Do what a button of a group says."""
    journal = visit.desk.journal
    what = str(visit.request.path_params["what"])
    if journal is None or what not in ACTIONS:
        return go("/inbox")
    if what == "undo":
        journal.reopen(visit.text("version"))
        return go("/inbox")
    if what == "merge":
        return _merge(visit, journal)
    group = _group(visit, journal)
    return ACTIONS[what](visit, group, journal)


def _group(visit: Visit, journal: Journal) -> Group:
    row = visit.text("row")
    for group in _groups(visit, journal):
        if row in map(str, group.rows):
            return group
    raise FAQError("Somebody has dealt with that one. The list is new.")


def _write(visit: Visit, group: Group, _: Journal) -> Response:
    return go(f"/answers/new?{_begin(group)}")


def _gap(visit: Visit, group: Group, _: Journal) -> Response:
    return go(f"/answers/new?gap=1&{_begin(group)}")


def _begin(group: Group) -> str:
    rows = ",".join(map(str, group.rows))
    return f"query={quote(group.query)}&rows={rows}"


def _add(visit: Visit, group: Group, _: Journal) -> Response:
    """Make the question a wording of an entry, as a draft."""
    entry = visit.text("entry")
    tables = visit.desk.tables(visit.desk.workbench())
    if entry not in tables:
        raise FAQError("That answer is not there any more. Choose another.")
    edits = add_phrasing(visit.desk.live, entry, group.query)

    def put(bench: Workbench) -> None:
        for edit in edits:
            bench.put(Waiting(edit, visit.by, tuple(group.rows)))

    draft.change(visit.desk.folder, put)
    visit.tell(
        f"“{group.query[:80]}” waits to be published under “{tables[entry][1]['question']}”."
    )
    return go("/inbox")


def _ignore(visit: Visit, group: Group, journal: Journal) -> Response:
    version = f"ignored-{secrets.token_hex(8)}"
    journal.settle(group.rows, "ignored", version=version)
    visit.tell(f"Ignored: “{group.query[:80]}”.")
    return go(f"/inbox?undo={version}")


def _split(visit: Visit, group: Group, _: Journal) -> Response:
    apart = visit.text("query") or group.query
    draft.change(visit.desk.folder, lambda bench: bench.sorting.split(apart))
    return go("/inbox")


def _merge(visit: Visit, journal: Journal) -> Response:
    """Put the groups that were ticked together."""
    rows = set(visit.texts("rows"))
    ticked = [g for g in _groups(visit, journal) if rows & set(map(str, g.rows))]
    if len(ticked) < 2:
        visit.tell("Tick two or more questions that mean the same, then put them together.")
        return go("/inbox")
    queries = [query for group in ticked for query in (group.query, *group.others)]
    draft.change(visit.desk.folder, lambda bench: bench.sorting.merge(queries))
    return go("/inbox")


Act = Callable[[Visit, Group, Journal], Response]
ACTIONS: dict[str, Act] = {
    "write": _write,
    "gap": _gap,
    "add": _add,
    "ignore": _ignore,
    "split": _split,
    "merge": _split,  # these two are done above, for no single group is meant
    "undo": _split,
}
