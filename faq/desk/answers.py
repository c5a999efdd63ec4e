"""Answers: the list with a light each, and the one form to write them in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from faq.curator import draft
from faq.curator.content_store import write
from faq.curator.draft import Waiting, Workbench
from faq.curator.edits import Edit, Fields, merged_list
from faq.curator.lint import LONGEST_BUTTON, REVIEW_EVERY
from faq.curator.publishing import (
    ENTRIES,
    GAPS,
    differences,
    ending,
    free_id,
    gap_answer,
    shortened,
)
from faq.desk.desk import Desk
from faq.desk.page import Visit, go
from faq.language.tokens import phrase
from faq.model import Entry, FAQError, Outcome

#: With fewer wordings people's own words are seldom met.
FEW = 5
#: So many thumbs down are no accident.
DISLIKED = 2
DAYS = 90
#: What the form holds; everything else of an entry stays as it is.
FIELDS = ("question", "answer", "topic", "paraphrases", "quotes", "related", "notes", "picture")
LISTS = frozenset({"paraphrases", "quotes", "related", "notes"})
PICTURES = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
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
    lights = _Lights(desk, workbench)
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


class _Lights:
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
        wordings = 1 + len(table.get("paraphrases", ()))
        if wordings < FEW:
            yield "one wording only" if wordings == 1 else f"only {wordings} wordings"
        if entry and any(note.reviewed < date.today() - REVIEW_EVERY for note in entry.notes):
            yield "its note was reviewed more than a year ago"


async def new(visit: Visit) -> Response:
    """An empty form, or one that begins with a question people asked or a sentence."""
    query, sentence = visit.text("query"), visit.text("sentence")
    passages = {p.id: p for p in visit.desk.live.knowledge.passages}
    quoted = [passages[sentence]] if sentence in passages else []
    knowledge = visit.desk.live.knowledge
    topic = quoted[0].section if quoted and quoted[0].section in knowledge.topics else ""
    gap = visit.text("gap") == "1"
    fields: dict[str, Any] = {
        "question": shortened(query),
        "answer": gap_answer(knowledge) if gap else visit.text("answer"),
        "topic": topic or (knowledge.topics[-1] if knowledge.topics else ""),
        "paraphrases": [query] if query and shortened(query) != query else [],
        "quotes": [sentence] if quoted else [],
    }
    return _form(visit, Form("", GAPS if gap else ENTRIES, fields))


async def shown(visit: Visit) -> Response:
    """The form of one answer."""
    identity = str(visit.request.path_params["id"])
    tables = visit.desk.tables(visit.desk.workbench())
    if identity not in tables:
        visit.tell("That answer is not there any more.")
        return go("/answers")
    file, table = tables[identity]
    return _form(visit, Form(identity, file, table))


@dataclass(frozen=True, slots=True)
class Form:
    """What the form shows: an entry's fields, as they were seen, and another's where two clash."""

    id: str
    file: str
    fields: Fields
    seen: Fields | None = None
    theirs: Fields = field(default_factory=dict)


def _form(visit: Visit, form: Form) -> Response:
    identity, file, fields = form.id, form.file, form.fields
    desk, knowledge = visit.desk, visit.desk.live.knowledge
    workbench = desk.workbench()
    table = _plain(fields)
    entry = desk.build(file, {"id": identity, **table})
    note = next(iter(_notes(desk, workbench, table["notes"])), {"text": "", "source": ""})
    others = {
        other: str(t["question"])
        for other, (name, t) in desk.tables(workbench).items()
        if other != identity and name in {ENTRIES, GAPS}
    }
    informs = file in {ENTRIES, GAPS}
    return visit.draw(
        "answer.html",
        id=identity,
        file=file,
        fields=table,
        seen=json.dumps(dict(table if form.seen is None else form.seen), ensure_ascii=False),
        rows=visit.text("rows"),
        theirs={key: form.theirs.get(key, "") for key in FIELDS},
        topics=knowledge.topics,
        informs=informs,
        gap=file == GAPS,
        sections=_sections(desk, table["quotes"]) if informs else [],
        others=others if informs else {},
        pictures=_pictures(desk, workbench),
        note=note,
        preview=desk.draw(entry, knowledge),
        longest=LONGEST_BUTTON,
        line=_Lights(desk, workbench).line(identity, {**table, "question": table["question"]}),
        waits=any(w.edit.id == identity for w in workbench.waiting),
        live=identity in knowledge.by_id,
    )


def _plain(table: Fields) -> dict[str, Any]:
    """The fields of the form as a browser gives them back."""
    lists = {key: list(table.get(key, [])) for key in FIELDS if key in LISTS}
    texts = {key: str(table.get(key, "")).strip() for key in FIELDS if key not in LISTS}
    return {key: {**lists, **texts}[key] for key in FIELDS}


def _alike(value: Any, other: Any) -> bool:
    """Whether two values of a field are the same; a list's order is the page's."""
    return bool(sorted(value) == sorted(other) if isinstance(value, list) else value == other)


def _sections(desk: Desk, quotes: Sequence[str]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The document by section: each sentence with its id and whether it is quoted."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for passage in desk.live.knowledge.passages:
        row = (passage.id, passage.text, passage.id in quotes)
        found.setdefault(passage.section, []).append(row)
    return list(found.items())


def _pictures(desk: Desk, workbench: Workbench) -> dict[str, str]:
    known = {e.picture.id: e.picture.caption for e in desk.live.knowledge.entries if e.picture}
    waiting = (e for e in workbench.edits if e.file == "pictures.toml" and e.fields)
    return known | {e.id: str((e.fields or {}).get("caption")) for e in waiting}


def _notes(desk: Desk, workbench: Workbench, ids: Iterable[str]) -> Iterator[Fields]:
    known: dict[str, Fields] = {
        n.id: {"text": n.text, "source": n.source}
        for e in desk.live.knowledge.entries
        for n in e.notes
    }
    known |= {e.id: e.fields for e in workbench.edits if e.file == "notes.toml" and e.fields}
    yield from (known[i] for i in ids if i in known)


def _written(visit: Visit) -> dict[str, Any]:
    """What the form says."""
    return {key: visit.texts(key) if key in LISTS else visit.text(key) for key in FIELDS}


def _where(visit: Visit) -> str:
    """The file an entry belongs into."""
    file = visit.text("file")
    return file if file in {ENTRIES, GAPS, "alerts.toml", "chat.toml"} else ENTRIES


async def save(visit: Visit) -> Response:
    """Keep what the form says as a draft; what somebody else changed meanwhile is kept too."""
    identity, file, mine = visit.text("id"), _where(visit), _written(visit)
    seen: dict[str, Any] = json.loads(visit.text("seen") or "{}")
    if not mine["question"] or not mine["answer"]:
        visit.tell("A question and an answer are needed.")
        return _form(visit, Form(identity, file, mine, seen))
    tables = visit.desk.tables(visit.desk.workbench())
    if not identity:
        return _save_new(visit, file, mine, tables)
    if identity not in tables:
        raise FAQError("Somebody has removed this answer meanwhile. Copy your text and go back.")
    now = _plain(tables[identity][1])
    merged, theirs = merge(seen, mine, now)
    if theirs:
        visit.tell("Somebody else has changed this meanwhile. Both texts are below: join them.")
        return _form(visit, Form(identity, file, merged, now, theirs))
    if now != seen and merged != mine:
        visit.tell("Somebody else has changed this answer meanwhile: their changes are kept too.")
    changed = {key: value for key, value in merged.items() if not _alike(value, now[key])}
    _extras(visit, changed, now)
    if changed:
        edit = Edit(file, identity, changed, {key: now[key] for key in changed})
        _keep(visit, edit)
    return go(f"/answers/{identity}")


def merge(seen: Fields, mine: Fields, now: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two people's changes to one answer: both together, and of those that clash the other's."""
    merged: dict[str, Any] = {}
    clash: dict[str, Any] = {}
    for key in FIELDS:
        was, own, other = seen.get(key), mine[key], now[key]
        if key in LISTS:
            merged[key] = merged_list(was or [], own, other)
        elif own in (was, other):
            merged[key] = other
        else:
            merged[key] = own
            if other != was:
                clash[key] = other
    return merged, clash


def _save_new(
    visit: Visit, file: str, fields: dict[str, Any], tables: Mapping[str, object]
) -> Response:
    identity = free_id(fields["question"], tables)
    _extras(visit, fields, {"notes": [], "picture": ""})
    told = {key: value for key, value in fields.items() if value}
    rows = tuple(int(row) for row in visit.text("rows").split(",") if row.isdigit())
    _keep(visit, Edit(file, identity, told, None), rows)
    return go(f"/answers/{identity}")


def _keep(visit: Visit, edit: Edit, rows: tuple[int, ...] = ()) -> None:
    draft.change(visit.desk.folder, lambda bench: bench.put(Waiting(edit, visit.by, rows)))
    visit.tell("Saved as a draft. Nobody sees it before you publish.")


def _extras(visit: Visit, changed: dict[str, Any], now: Fields) -> None:
    """The note and the picture of the form: tables of their own that the entry names."""
    text, source = visit.text("note_text"), visit.text("note_source")
    kept = next(iter(_notes(visit.desk, visit.desk.workbench(), now["notes"])), None)
    if text and (kept is None or (text, source) != (kept["text"], kept["source"])):
        name = f"note-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        note = {"text": text, "source": source or "the curator", "reviewed": date.today()}
        _aside(visit, Edit("notes.toml", name, note, None))
        changed["notes"] = [name, *now["notes"][1:]]
    elif not text and now["notes"]:
        changed["notes"] = list(now["notes"][1:])
    upload = visit.form.get("upload")
    if isinstance(upload, UploadFile) and upload.filename:
        changed["picture"] = _upload(visit, upload)


def _upload(visit: Visit, upload: UploadFile) -> str:
    """Keep an uploaded picture; its id."""
    ending_ = Path(str(upload.filename)).suffix.lower()
    data = upload.file.read()
    if not data.startswith(PICTURES.get(ending_, b"\0")):
        raise FAQError("A picture must be a PNG or JPEG file. Save it as one and try again.")
    if len(data) > 10_000_000:
        raise FAQError("A picture may have 10 MB at most. Make it smaller and try again.")
    name = f"picture-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    folder = visit.desk.folder / "pictures"
    folder.mkdir(exist_ok=True)
    write(folder / f"{name}{ending_}", data)
    caption = visit.text("caption") or visit.text("question")
    _aside(visit, Edit("pictures.toml", name, {"file": name + ending_, "caption": caption}, None))
    return name


def _aside(visit: Visit, edit: Edit) -> None:
    draft.change(visit.desk.folder, lambda bench: bench.put(Waiting(edit, visit.by)))


async def preview(visit: Visit) -> Response:
    """The answer as people will see it, while it is written."""
    entry = visit.desk.build(_where(visit), {"id": visit.text("id"), **_written(visit)})
    return visit.draw("preview.html", preview=visit.desk.draw(entry, visit.desk.live.knowledge))


async def wording(visit: Visit) -> Response:
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
        "wording.html", text=text, today=ending(reply), own=own, id=identity, file=_where(visit)
    )


async def effect(visit: Visit) -> Response:
    """What a wording would take away from other answers."""
    text, identity, file = visit.text("tried"), visit.text("id"), _where(visit)
    tables = visit.desk.tables(visit.desk.workbench())
    if identity not in tables:  # not saved yet: the check before publishing tells
        return visit.draw("effect.html", lost=None)
    known = list(tables[identity][1].get("paraphrases", ()))
    edit = Edit(file, identity, {"paraphrases": [*known, text]}, {"paraphrases": known})
    bench = visit.desk.workbench()
    bench.put(Waiting(edit, visit.by))
    trial = await visit.desk.trial_of(bench.edits)
    journal = visit.desk.journal
    answered = journal.answered(500) if journal else ()
    lost = [d for d in differences(trial, answered) if d.breaks and d.query != text]
    return visit.draw("effect.html", lost=lost)


async def remove(visit: Visit) -> Response:
    """Let an answer go with the next publishing, and what others say of it."""
    identity = visit.text("id")
    tables = visit.desk.tables(visit.desk.workbench())
    file, table = tables[identity]
    edits = [Edit(file, identity, None, {k: v for k, v in table.items() if k != "id"})]
    for other, (name, naming) in tables.items():
        if identity in (related := naming.get("related", [])):
            left = [i for i in related if i != identity]
            edits.append(Edit(name, other, {"related": left}, {"related": related}))

    def put(bench: Workbench) -> None:
        for edit in edits:
            bench.put(Waiting(edit, visit.by))

    draft.change(visit.desk.folder, put)
    visit.tell(f"“{table['question']}” goes when you publish.")
    return go("/answers")
