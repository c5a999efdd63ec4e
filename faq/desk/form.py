"""The one form to write an answer in: shown, previewed, saved as a draft, taken away."""

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
from faq.curator.lint import LONGEST_BUTTON
from faq.curator.publishing import ENTRIES, GAPS, free_id, gap_answer, shortened
from faq.desk.answers import Lights
from faq.desk.desk import Desk
from faq.desk.page import Visit, go
from faq.model import FAQError

#: What the form holds; everything else of an entry stays as it is.
FIELDS = ("question", "answer", "topic", "paraphrases", "quotes", "related", "notes", "picture")
LISTS = frozenset({"paraphrases", "quotes", "related", "notes"})
PICTURES = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}


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
        line=Lights(desk, workbench).line(identity, {**table, "question": table["question"]}),
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


def file_of(visit: Visit) -> str:
    """The file an entry belongs into."""
    file = visit.text("file")
    return file if file in {ENTRIES, GAPS, "alerts.toml", "chat.toml"} else ENTRIES


async def save(visit: Visit) -> Response:
    """Keep what the form says as a draft; what somebody else changed meanwhile is kept too."""
    identity, file, mine = visit.text("id"), file_of(visit), _written(visit)
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
    entry = visit.desk.build(file_of(visit), {"id": visit.text("id"), **_written(visit)})
    return visit.draw("preview.html", preview=visit.desk.draw(entry, visit.desk.live.knowledge))


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
