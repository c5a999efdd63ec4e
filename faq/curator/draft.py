"""Changes that wait to be published: kept beside the content, shared by all curators."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from faq.curator.content_store import VERSIONS, explained, locked, write
from faq.curator.edits import Edit, Fields
from faq.curator.publishing import Trial, folder_of, publish
from faq.curator.questions import Sorting
from faq.responder import Responder

__all__ = ["Waiting", "Workbench", "change", "read", "release"]

#: Publications that can be looked back at.
KEPT = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edit that waits, who made it, and the questions of the journal it answers."""

    edit: Edit
    by: str
    rows: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What it changes."""
        return self.edit.file, self.edit.id


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published, when and by whom; `undone` where somebody took it back."""

    at: str
    by: str
    edits: tuple[Edit, ...]
    versions: tuple[str, ...]
    undone: bool = False

    @property
    def when(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromisoformat(self.at)


@dataclass(slots=True)
class Workbench:
    """All that curators keep beside a content folder."""

    waiting: list[Waiting] = field(default_factory=list)
    history: list[Publication] = field(default_factory=list)
    sorting: Sorting = field(default_factory=Sorting)

    @property
    def edits(self) -> list[Edit]:
        """The edits that wait; entries last, for they name what the others make."""
        edits = [waiting.edit for waiting in self.waiting]
        return sorted(edits, key=lambda edit: edit.file not in {"notes.toml", "pictures.toml"})

    def put(self, new: Waiting) -> None:
        """Let an edit wait, on top of what waits for the same table."""
        known = next((w for w in self.waiting if w.key == new.key), None)
        if known is None:
            self.waiting.append(new)
            return
        self.waiting.remove(known)
        joined = _joined(known.edit, new.edit)
        if joined:
            rows = tuple(dict.fromkeys((*known.rows, *new.rows)))
            self.waiting.append(replace(new, edit=joined, rows=rows))

    def take(self, file: str, identity: str) -> None:
        """Drop what waits for a table."""
        self.waiting = [w for w in self.waiting if w.key != (file, identity)]


def _joined(first: Edit, then: Edit) -> Edit | None:
    """Two edits of one table as one; None where nothing is left of them."""
    if then.fields is None:
        return None if first.base is None else Edit(then.file, then.id, None, then.base)
    base: Fields | None = None
    fields = {**(first.fields or {}), **then.fields}
    if first.base is not None:
        base = {**(then.base or {}), **first.base}
        fields = {key: value for key, value in fields.items() if value != base.get(key)}
        base = {key: value for key, value in base.items() if key in fields}
        if not fields:
            return None
    return Edit(then.file, then.id, fields, base)


def _file(folder: Path) -> Path:
    return folder / VERSIONS / "desk.json"


def read(folder: Path) -> Workbench:
    """What is kept beside a folder; a file that makes no sense is put aside."""
    file = _file(folder)
    if not file.exists():
        return Workbench()
    try:
        return _workbench(json.loads(file.read_text("utf-8"), object_hook=_dates))
    except (ValueError, KeyError, TypeError, AttributeError):
        with suppress(OSError):
            file.replace(file.with_suffix(".broken"))
        return Workbench()


def _workbench(kept: Mapping[str, Any]) -> Workbench:
    return Workbench(
        [Waiting(_edit(w["edit"]), w["by"], tuple(w["rows"])) for w in kept["waiting"]],
        [
            Publication(
                p["at"], p["by"], tuple(map(_edit, p["edits"])), tuple(p["versions"]), p["undone"]
            )
            for p in kept["history"]
        ],
        Sorting(**kept["sorting"]),
    )


def change(folder: Path, how: Callable[[Workbench], None]) -> Workbench:
    """Change what is kept beside a folder; nobody else can meanwhile."""
    with explained(folder), locked(folder):
        workbench = read(folder)
        how(workbench)
        text = json.dumps(asdict(workbench), ensure_ascii=False, indent=1, default=_as_text)
        write(_file(folder), text.encode())
        return workbench


class Content(Protocol):
    """The content in force."""

    responder: Responder

    def put(self, responder: Responder) -> None:
        """Put content in force that stands in its folder as it is now."""


def release(
    content: Content, trial: Trial, edits: Sequence[Edit], by: str
) -> tuple[Sequence[str], Sequence[int]]:
    """Publish a trial of edits, and note who did.

    Gives the versions it replaces, and the questions of the journal that it answers. Raises
    FAQError, and writes nothing, where the folder was edited meanwhile.
    """
    folder = folder_of(trial.old)
    versions = publish(trial)
    content.put(trial.new)
    waiting = read(folder).waiting
    change(folder, lambda workbench: published(workbench, edits, by, versions))
    return versions, [row for each in waiting if each.edit in edits for row in each.rows]


def published(
    workbench: Workbench, edits: Sequence[Edit], by: str, versions: Sequence[str]
) -> None:
    """Note a publication; what was published does not wait any more."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    workbench.history.append(Publication(at, by, tuple(edits), tuple(versions)))
    done = {(edit.file, edit.id): edit for edit in edits}
    workbench.history = workbench.history[-KEPT:]
    workbench.waiting = [w for w in workbench.waiting if done.get(w.key) != w.edit]


def taken_back(publication: Publication) -> Publication:
    """The same, marked as taken back."""
    return replace(publication, undone=True)


def _edit(kept: Mapping[str, Any]) -> Edit:
    return Edit(kept["file"], kept["id"], kept["fields"], kept["base"])


def _as_text(value: object) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise TypeError(type(value).__name__)


def _dates(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["date"]) if value.keys() == {"date"} else value
