"""Makes a content folder from what there is, and brings it up to date when that has changed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from faq.curator.content_store import VERSIONS, locked, replace, text_of
from faq.curator.edits import dumps, parse, put_entries
from faq.curator.importing.blocks import Found
from faq.curator.importing.boilerplate import is_generic
from faq.curator.importing.entries import Fields, Made, make, said
from faq.curator.importing.reading import read_apart
from faq.curator.new_texts import TEMPLATES, texts_of
from faq.entries import Limits
from faq.loader import load, wording
from faq.model import FAQError
from faq.source import ENTRY_FILES

#: What was imported from where: tells a later import what is new, changed and gone.
RECORD = ".imported.json"
Record = dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a document holds for a folder: ids that are new, changed, gone; and remarks."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    same: int
    topics: int
    drafts: int
    remarks: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.new or self.changed or self.gone)


def scaffold(
    folder: Path, documents: Sequence[Path] = (), *, title: str = "", today: date
) -> Imported:
    """Make a content folder, whole or not at all; it loads. Without documents it is to be filled.

    Raises `FAQError` if the folder holds something already or a document cannot be read.
    """
    if folder.is_file() or (folder.exists() and any(folder.iterdir())):
        raise FAQError(f"{folder}: holds files already. Name a new folder.")
    found = {file.name: read_apart(file) for file in documents}
    made, record = _made(found, {})
    named = title or _title(found.values()) or _stem(documents)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        new = Path(shutil.copytree(TEMPLATES, Path(temporary) / "new"))
        _write(new, texts_of(made, found, _shortened(named), today))
        (new / RECORD).write_text(json.dumps(record), encoding="utf-8")
        _make_room(new, made.entries)
        load(new)
        try:
            new.rename(folder)
        except OSError as error:  # it is the one we stand in
            raise FAQError(f"{folder}: {error.strerror}. Name a new folder.") from None
    ids = tuple(str(entry["id"]) for entry in made.entries)
    return _imported(made, ids, (), (), 0)


def _imported(
    made: Made, new: Sequence[str], changed: Sequence[str], gone: Sequence[str], same: int
) -> Imported:
    drafts = sum(bool(entry["draft"]) for entry in made.entries)
    told = tuple(made.remarks)
    return Imported(tuple(new), tuple(changed), tuple(gone), same, len(made.topics), drafts, told)


def _title(found: Iterable[Found]) -> str:
    """The first title that says more than "FAQ"."""
    return next((f.title for f in found if f.title and not is_generic(f.title)), "")


def _stem(documents: Sequence[Path]) -> str:
    words = re.sub(r"[_\s-]+", " ", documents[0].stem).strip() if documents else "My FAQ"
    return words[:1].upper() + words[1:]


def _shortened(title: str) -> str:
    line, most = " ".join(title.split()), Limits().title
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _made(
    found: Mapping[str, Found], known: Record, taken: Iterable[str] = ()
) -> tuple[Made, Record]:
    """Entries of all documents, and the record of where each comes from."""
    before = {w: i for part in known.values() for i, e in part.items() for w in [e["asks"]]}
    pairs = [pair for each in found.values() for pair in each.pairs]
    small_talk = {str(entry["id"]) for entry in _small_talk()}
    made = make(pairs, taken={*taken, *small_talk}, known=before, here=known.get("", {}))
    for name, each in found.items():
        where = f"{name}: " if len(found) > 1 else ""
        made.remarks = [*(where + remark for remark in each.remarks), *made.remarks]
    by_wording = {wording(p.question): n for n, f in found.items() for p in f.pairs}
    record: Record = {name: {} for name in found}
    first = next(iter(found), "")
    for entry in made.entries:
        key = wording(entry["question"])
        name = by_wording.get(key) or first  # a question told apart by its topic
        record[name][entry["id"]] = {"asks": key, "says": _hash(entry)}
    return made, record


def _hash(entry: Fields) -> str:
    told = json.dumps([entry[key] for key in ("topic", "question", "answer", "paraphrases")])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _small_talk() -> list[dict[str, Any]]:
    """The entries every new folder begins with."""
    template = tomllib.loads((TEMPLATES / "chat.toml").read_text("utf-8"))
    return list(template["entry"])


def _make_room(folder: Path, entries: Sequence[Fields]) -> None:
    """Take wordings out of the small talk that the curator's own entries have."""
    own = {wording(text) for e in entries for text in (e["question"], *e["paraphrases"])}
    document = parse((folder / "chat.toml").read_text("utf-8"))
    for table in list(document["entry"]):
        wordings = [str(table["question"]), *map(str, table.get("paraphrases", []))]
        kept = [text for text in wordings if wording(text) not in own]
        if len(kept) == len(wordings):
            continue
        if kept:
            table["question"], table["paraphrases"] = kept[0], kept[1:]
        else:
            document["entry"].remove(table)
    (folder / "chat.toml").write_text(dumps(document), encoding="utf-8")


# A folder that is there already


def is_content(folder: Path) -> bool:
    """Whether a folder holds a FAQ."""
    return (folder / "faq.toml").is_file()


class Update:
    """What documents would change in a folder; `apply` does it."""

    def __init__(self, folder: Path, documents: Sequence[Path], *, keep_gone: bool = False) -> None:
        self.folder = folder
        self.knowledge = load(folder)
        found = {file.name: read_apart(file) for file in documents}
        before, renamed = _renamed(_record(folder), found)
        known = self._known(found, {i for name in found for i in before.get(name, {})})
        taken = set(self.knowledge.by_id)
        self.made, self.record = _made(found, {**before, "": known}, taken - known.keys())
        self.made.remarks[:0] = renamed
        was = {i: e for name, part in before.items() for i, e in part.items()}
        now = {i: e for part in self.record.values() for i, e in part.items()}
        here = self.knowledge.by_id
        new = [i for i in now if i not in here]
        changed = [i for i in now if i in here and self._changed(i, was, now)]
        asked = {i for name in found for i in before.get(name, {})}
        gone = [] if keep_gone else [i for i in asked if i in here and i not in now]
        self.before = before
        same = len(now) - len(new) - len(changed)
        self.told = _imported(self.made, new, changed, gone, same)

    def _known(self, found: Mapping[str, Found], imported: Set[str]) -> dict[str, dict[str, str]]:
        """Every entry of the folder that a question may be the question of.

        One of those imported is known by its answer, where a document asks it in new words.
        """
        entries = [e for e in self.knowledge.entries if e.kind == ENTRY_FILES["entries.toml"]]
        asked = {wording(e.question) for e in entries}
        pairs = [pair for each in found.values() for pair in each.pairs]
        anew = Counter(said(p.answer) for p in pairs if wording(p.question) not in asked)
        words = {said(p.answer): wording(p.question) for p in pairs if said(p.answer) in anew}
        asked_still = {wording(p.question) for p in pairs}
        gone = [e for e in entries if e.id in imported and wording(e.question) not in asked_still]
        by_answer = Counter(said(e.answer) for e in gone)
        reworded = {
            e.id: words[answer]
            for e in gone
            if anew[answer := said(e.answer)] == by_answer[answer] == 1
        }
        return {
            e.id: {"asks": reworded.get(e.id, wording(e.question)), "says": ""} for e in entries
        }

    def _changed(
        self, identity: str, was: dict[str, dict[str, str]], now: dict[str, dict[str, str]]
    ) -> bool:
        """Whether the document says something new: what a curator changed since is kept."""
        if identity in was:
            return was[identity]["says"] != now[identity]["says"]
        entry = self.knowledge.by_id[identity]
        made = next(e for e in self.made.entries if e["id"] == identity)
        return (entry.question, entry.answer) != (made["question"], made["answer"].strip())

    def apply(self) -> None:
        """Write it, or raise FAQError and write nothing."""
        wanted = {*self.told.new, *self.told.changed}
        entries = [self._with_own(e) for e in self.made.entries if e["id"] in wanted]
        with locked(self.folder):
            texts = {"entries.toml": self._entries(entries), "faq.toml": self._topics()}
            _must_load(self.folder, texts)
            for name, text in texts.items():
                replace(self.folder / name, text)
            record = json.dumps({**self.before, **self.record})
            (self.folder / RECORD).write_text(record, encoding="utf-8")

    def _entries(self, entries: Sequence[Fields]) -> str:
        document = parse(text_of(self.folder / "entries.toml"))
        put_entries(document, entries)
        gone = set(self.told.gone)
        tables = document["entry"]
        for at in reversed(range(len(tables))):
            if str(tables[at]["id"]) in gone:
                del tables[at]
        for table in tables:
            if kept := [i for i in table.get("related", []) if str(i) not in gone]:
                table["related"] = kept if len(kept) < len(table["related"]) else table["related"]
        return dumps(document)

    def _with_own(self, entry: Fields) -> Fields:
        """An entry's fields; wordings a curator added since stay."""
        here = self.knowledge.by_id.get(entry["id"])
        own = {wording(text): text for text in (here.paraphrases if here else ())}
        own |= {wording(text): text for text in entry["paraphrases"]}
        own.pop(wording(entry["question"]), None)
        return {k: v for k, v in entry.items() if v} | {"paraphrases": list(own.values())}

    def _topics(self) -> str:
        document = parse(text_of(self.folder / "faq.toml"))
        topics = [str(t) for t in document.get("topics", [])]
        more = [t for t in self.made.topics if t not in topics]
        if topics or more:
            document.setdefault("topics", tomlkit.array())
        for topic in more:
            document["topics"].append(topic)
        gone = set(self.told.gone)
        examples = [str(i) for i in document.get("examples", []) if str(i) not in gone]
        if len(examples) < len(document.get("examples", [])):
            document["examples"] = examples
        return dumps(document)


def _record(folder: Path) -> Record:
    try:
        told: Record = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def _renamed(record: Record, found: Mapping[str, Found]) -> tuple[Record, list[str]]:
    """The record with the names files have now: one that asks most of what another did is that one.

    And a remark for each.
    """
    record, remarks = dict(record), []
    for name in [name for name in found if name not in record]:
        asked = {wording(pair.question) for pair in found[name].pairs}
        for old in [old for old in record if old not in found]:
            known = [entry["asks"] for entry in record[old].values()]
            if known and sum(asks in asked for asks in known) > len(known) / 2:
                record[name] = record.pop(old)
                remarks.append(f"{name}: taken for a newer {old}")
                break
    return record, remarks


def _must_load(folder: Path, texts: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        hidden = shutil.ignore_patterns(VERSIONS)
        copy = Path(shutil.copytree(folder, Path(temporary) / "copy", ignore=hidden))
        _write(copy, texts)
        load(copy)
