"""A content folder, read and checked: `load(folder)` gives a `Knowledge` or says what to mend.

Every complaint names the file, the entry, the field and the cure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from faq.language.spelling import phrase
from faq.model import (
    KINDS,
    Entry,
    FAQError,
    Knowledge,
    Note,
    Outcome,
    Passage,
    Picture,
    Term,
    Thresholds,
    Trigger,
)

LONGEST_ID = 40
SHIPPED = Path(__file__).parent / "content" / "angioplasty_vs_stent"

#: File of entries → the kind its entries have when they name none.
ENTRY_FILES = {
    "entries.toml": Outcome.ANSWER,
    "gaps.toml": Outcome.GAP,
    "alerts.toml": None,
    "chat.toml": Outcome.CHAT,
}

#: What a content folder may say in its own words under [texts], with the longest each may be:
#: Telegram's limits, with room for what is joined to it.
OWN_TEXTS = {
    "source": 60,
    "welcome": 2000,
    "disclaimer": 1000,
    "about": 3000,
    "fallback": 3000,
    "suggest": 3000,
    "description": 512,
    "short_description": 120,
}

T = TypeVar("T")


def content_files(folder: Path) -> list[Path]:
    """The text files of a content folder, by name; an editor's hidden files are none of them."""
    texts = (f for f in folder.iterdir() if f.suffix in {".toml", ".txt"} and f.name[0] != ".")
    return sorted(texts)


@dataclass(slots=True)
class Table:
    """One TOML table being read: remembers which keys were asked for."""

    data: Mapping[str, Any]
    place: str
    known: set[str] = field(default_factory=set)

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of a key; without a default it must be there."""
        self.known.add(key)
        value = self.data.get(key, default)
        if value is None:
            raise FAQError(f"{self.place}: {key} is missing. Add it.")
        if not isinstance(value, kind) or isinstance(value, (bool, datetime)):
            raise FAQError(f"{self.place}: {key} must be {_named(kind)}. Change it.")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text; empty is as good as missing unless there is a default."""
        value = self.get(key, str, default).strip()
        if not value and default is None:
            raise FAQError(f"{self.place}: {key} is empty. Write it.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if the key is missing."""
        values = self.get(key, list, [])
        for number, value in enumerate(values, 1):
            if not isinstance(value, str) or not value.strip():
                raise FAQError(f"{self.place}: {key} {number} must be a text in quotes. Mend it.")
        return tuple(values)

    def finish(self) -> None:
        """Complain about keys nobody asked for."""
        for key in self.data.keys() - self.known:
            allowed = ", ".join(sorted(self.known))
            raise FAQError(f"{self.place}: unknown key {key!r}. Use one of: {allowed}.")


def _named(kind: type) -> str:
    names = {str: "a text in quotes", list: "a list", dict: "a table", date: "a date (2026-01-31)"}
    return names.get(kind, "a number")


def load(folder: str | Path | None = None) -> Knowledge:
    """The knowledge in a content folder; without one, the shipped content.

    Raises `FAQError` with one line that names the place and the cure.
    """
    return _Loader(Path(folder) if folder else SHIPPED).load()


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> Knowledge:
        if not self.folder.is_dir():
            raise FAQError(f"{self.folder}: no such content folder. Check FAQ_CONTENT.")
        main = Table(self._toml("faq.toml"), "faq.toml")
        self.passages = self._passages()
        self.notes = _by_id("notes.toml", "note", self._tables("notes.toml", "note", _note))
        self.pictures = self._pictures()
        self.topics = main.texts("topics")
        entries = tuple(self._entries())
        if not entries:
            raise FAQError("entries.toml: there are no entries. Write at least one.")
        _check_ids(entries)
        _check_phrasings(entries)
        knowledge = Knowledge(
            title=main.text("title"),
            entries=entries,
            passages=tuple(self.passages.values()),
            negatives=self._lines("negatives.txt"),
            thresholds=_thresholds(main.get("thresholds", dict, {})),
            topics=self.topics,
            examples=main.texts("examples"),
            texts=_texts(main.get("texts", dict, {})),
            glossary=self._glossary(),
            contact=main.text("contact", ""),
            reviewed=main.get("reviewed", date),
            folder=self.folder,
        )
        main.finish()
        _check_references(knowledge)
        return knowledge

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise FAQError(f"{name}: missing from {self.folder}. Add it.") from None
        except UnicodeDecodeError as error:
            raise FAQError(f"{name}: not UTF-8 ({error.reason}). Save it as UTF-8.") from None
        except OSError as error:
            raise FAQError(f"{name}: cannot be read ({error.strerror}). Check the file.") from None

    def _has(self, name: str) -> bool:
        """Whether a file is there; a link that leads nowhere is one, and reading it complains."""
        path = self.folder / name
        return path.exists() or path.is_symlink()

    def _toml(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self._read(name))
        except tomllib.TOMLDecodeError as error:
            raise FAQError(f"{name}: {error}. Mend the line.") from None

    def _optional(self, name: str) -> dict[str, Any]:
        return self._toml(name) if self._has(name) else {}

    def _lines(self, name: str) -> tuple[str, ...]:
        if not self._has(name):
            return ()
        return tuple(line.strip() for line in self._read(name).splitlines() if line.strip())

    def _tables(self, name: str, key: str, build: Any) -> list[Any]:
        top = Table(self._optional(name), name)
        self.groups = {f"@{k}": str(v) for k, v in top.get("groups", dict, {}).items()}
        built = []
        for number, data in enumerate(top.get(key, list, []), 1):
            if not isinstance(data, dict):
                raise FAQError(f"{name}: {key} must be written as [[{key}]] tables. Change it.")
            table = Table(data, f'{name}: {key} "{data.get("id", data.get("term", number))}"')
            built.append(build(table))
            table.finish()
        top.finish()
        return built

    def _passages(self) -> dict[str, Passage]:
        found = self._tables("passages.toml", "passage", _passage)
        document = " ".join(self._read("document.txt").split()) if found else ""
        for passage in found:
            if passage.text not in document:
                raise FAQError(
                    f'passages.toml: passage "{passage.id}": text is not in document.txt. '
                    "Copy it word for word."
                )
        return _by_id("passages.toml", "passage", found)

    def _pictures(self) -> dict[str, Picture]:
        def build(table: Table) -> Picture:
            file = self.folder / "pictures" / table.text("file")
            thumbnail = self.folder / "pictures" / table.text("thumbnail", file.name)
            for path in (file, thumbnail):
                if not path.is_file():
                    raise FAQError(f"{table.place}: no file {path.name} in pictures/. Add it.")
            return Picture(
                table.text("id"), file, thumbnail, table.text("caption"), table.text("alt")
            )

        found = self._tables("pictures.toml", "picture", build)
        return _by_id("pictures.toml", "picture", found)

    def _glossary(self) -> tuple[Term, ...]:
        terms = self._tables("glossary.toml", "term", _term)
        owner: dict[str, str] = {}
        for term in terms:
            for name in term.names:
                if (other := owner.setdefault(phrase(name), term.term)) != term.term:
                    raise FAQError(
                        f'glossary.toml: term "{term.term}": {name!r} also stands for "{other}". '
                        "Remove one."
                    )
        return tuple(terms)

    def _entries(self) -> Iterable[Entry]:
        for name, kind in ENTRY_FILES.items():
            if name == "entries.toml" or self._has(name):
                self._read(name)
                yield from self._tables(name, "entry", lambda t, k=kind: self._entry(t, k))

    def _entry(self, table: Table, kind: Outcome | None) -> Entry:
        entry = Entry(
            id=_id(table),
            question=table.text("question"),
            answer=table.text("answer"),
            short=table.text("short", ""),
            paraphrases=table.texts("paraphrases"),
            kind=_kind(table, kind),
            topic=table.text("topic", ""),
            quotes=tuple(self._known(table, "quotes", self.passages)),
            notes=tuple(self._known(table, "notes", self.notes)),
            related=table.texts("related"),
            comparison=_comparison(table),
            picture=self._picture(table),
            triggers=tuple(self._trigger(t, table.place) for t in table.get("trigger", list, [])),
            calm=tuple(self._group(g, table.place) for g in table.texts("calm")),
        )
        if entry.topic and self.topics and entry.topic not in self.topics:
            raise FAQError(
                f"{table.place}: topic {entry.topic!r} is not in faq.toml's topics. "
                "Add it there or use another."
            )
        return entry

    def _trigger(self, data: Any, place: str) -> Trigger:
        if not isinstance(data, dict):
            raise FAQError(f"{place}: trigger must be written as [[entry.trigger]]. Change it.")
        table = Table(data, f"{place}: trigger")
        groups = {
            key: [self._group(g, place) for g in table.texts(key)] for key in ("all", "unless")
        }
        table.finish()
        if not groups["all"]:
            raise FAQError(f"{place}: trigger without `all` would always fire. Add it.")
        return Trigger(all=tuple(groups["all"]), unless=tuple(groups["unless"]))

    def _group(self, written: str, place: str, within: tuple[str, ...] = ()) -> str:
        """A group of alternatives with every @name replaced by the group of that name."""
        parts = written.split("|")
        for name in (p for p in parts if p.startswith("@")):
            if name not in self.groups:
                raise FAQError(
                    f"{place}: trigger: no group {name!r} in [groups]. Add or correct it."
                )
            if name in within:
                raise FAQError(
                    f"{place}: trigger: group {name!r} is part of itself. Mend [groups]."
                )
        found = [
            self._group(self.groups[p], place, (*within, p)) if p.startswith("@") else p
            for p in parts
        ]
        return "|".join(found)

    def _known(self, table: Table, key: str, among: Mapping[str, T]) -> Iterable[T]:
        for name in table.texts(key):
            if name not in among:
                raise FAQError(
                    f"{table.place}: {key} names {name!r}, which does not exist. "
                    "Correct or remove it."
                )
            yield among[name]

    def _picture(self, table: Table) -> Picture | None:
        name = table.text("picture", "")
        if name and name not in self.pictures:
            raise FAQError(
                f"{table.place}: picture {name!r} is not in pictures.toml. Correct or remove it."
            )
        return self.pictures.get(name)


def _id(table: Table) -> str:
    identity = table.text("id")
    if not identity.replace("-", "").replace("_", "").isalnum() or len(identity) > LONGEST_ID:
        raise FAQError(
            f"{table.place}: id may hold up to {LONGEST_ID} letters, digits, - and _ only. "
            "Shorten it."
        )
    return identity


def _kind(table: Table, kind: Outcome | None) -> Outcome:
    named = table.text("kind", kind.value if kind else None)
    if named not in KINDS:
        raise FAQError(f"{table.place}: kind {named!r} is none of {', '.join(KINDS)}. Change it.")
    return Outcome(named)


def _passage(table: Table) -> Passage:
    return Passage(table.text("id"), table.text("text"), table.text("section", ""))


def _note(table: Table) -> Note:
    return Note(
        table.text("id"), table.text("text"), table.text("source"), table.get("reviewed", date)
    )


def _term(table: Table) -> Term:
    return Term(table.text("term"), table.texts("spellings"), table.text("text"))


def _comparison(table: Table) -> tuple[tuple[str, ...], ...]:
    rows = table.get("comparison", list, [])
    if any(not isinstance(r, list) or not r or len(r) != len(rows[0]) for r in rows):
        raise FAQError(f"{table.place}: comparison rows must be equally long lists. Mend them.")
    return tuple(tuple(str(cell) for cell in row) for row in rows)


def _thresholds(data: Mapping[str, Any]) -> Thresholds:
    table = Table(data, "faq.toml: thresholds")
    default = Thresholds()
    answer, suggest = (
        float(table.get(key, (int, float), value))  # type: ignore[arg-type]  # isinstance takes a tuple
        for key, value in (("answer", default.answer), ("suggest", default.suggest))
    )
    if not 0 <= suggest <= answer <= 100:
        raise FAQError("faq.toml: thresholds: need 0 <= suggest <= answer <= 100. Mend them.")
    chosen = Thresholds(answer, suggest, table.text("origin", default.origin))
    table.finish()
    return chosen


def _texts(data: Mapping[str, Any]) -> Mapping[str, str]:
    table = Table(data, "faq.toml: texts")
    table.known.update(OWN_TEXTS)
    table.finish()
    texts = {key: table.text(key) for key in data}
    for key, text in texts.items():
        if len(text) > OWN_TEXTS[key]:
            raise FAQError(
                f"faq.toml: texts: {key} has {len(text)} characters; {OWN_TEXTS[key]} fit. "
                "Shorten it."
            )
    return MappingProxyType(texts)


def _by_id(name: str, key: str, found: Iterable[Any]) -> dict[str, Any]:
    """Passages, notes or pictures by their ids."""
    by_id: dict[str, Any] = {}
    for each in found:
        if each.id in by_id:
            raise FAQError(
                f'{name}: {key} "{each.id}": this id stands twice. Rename or remove one.'
            )
        by_id[each.id] = each
    return by_id


def _check_ids(entries: Iterable[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise FAQError(f'entry "{entry.id}": this id stands twice. Rename or remove one.')
        seen.add(entry.id)


def _check_phrasings(entries: Iterable[Entry]) -> None:
    owner: dict[str, str] = {}
    for entry in entries:
        for number, phrasing in enumerate(entry.phrasings):
            key = phrase(phrasing)
            where = f"paraphrase {number}" if number else "question"
            if key in owner:
                raise FAQError(
                    f'entry "{entry.id}": {where} ({phrasing!r}) is also a phrasing of '
                    f'"{owner[key]}". Remove one.'
                )
            owner[key] = entry.id


def _check_references(knowledge: Knowledge) -> None:
    for entry in knowledge.entries:
        for other in entry.related:
            if other not in knowledge.by_id or other == entry.id:
                raise FAQError(
                    f'entry "{entry.id}": related names {other!r}, which is no other entry. '
                    "Correct or remove it."
                )
    for example in knowledge.examples:
        if example not in knowledge.by_id:
            raise FAQError(f"faq.toml: examples names {example!r}, no entry. Correct or remove it.")
