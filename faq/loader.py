"""A content folder, read and checked: `load(folder)` gives a `Knowledge` or says what to mend.

All there is to mend is told at once, each with its file, its line, its entry and the cure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from faq.hours import Hours, read_spans
from faq.limits import Limits, message_length
from faq.model import (
    ENTRY_FIELDS,
    KINDS,
    Entry,
    FAQError,
    Knowledge,
    Note,
    Outcome,
    Passage,
    Picture,
    Problem,
    Term,
    Thresholds,
    Trigger,
)
from faq.source import ENTRY_FILES, Block, Source

__all__ = ["ENTRY_FILES", "LONGEST_ID", "SHIPPED", "content_files", "load", "read", "wording"]

LONGEST_ID = 40
SHIPPED = Path(__file__).parent / "content" / "angioplasty_vs_stent"
#: A button carries an id in bytes, a link to the bot takes these signs only, and a file's name on
#: some systems not both "Tea" and "tea".
_ID = re.compile(rf"[a-z0-9-]{{1,{LONGEST_ID}}}")

#: What a content folder may say in its own words under [texts], with the longest each may be:
#: Telegram's limits, with room for what is joined to it.
OWN_TEXTS = {
    "source": 60,
    "checked": 200,
    "welcome": 2000,
    "disclaimer": 1000,
    "about": 3000,
    "danger": 300,
    "fallback": 3000,
    "suggest": 3000,
    "not_text": 300,
    "description": 512,
    "short_description": 120,
    "hours": 200,
}

T = TypeVar("T")
_BLANK: dict[type, Any] = {str: "", list: [], dict: {}, date: date.min, bool: False}


def content_files(folder: Path) -> list[Path]:
    """The text files of a content folder, by name; an editor's hidden files are none of them."""
    texts = (f for f in folder.iterdir() if f.suffix in {".toml", ".txt"} and f.name[0] != ".")
    return sorted(texts)


Fingerprint = tuple[tuple[str, int, int, int], ...]


def fingerprint(folder: Path) -> Fingerprint:
    """Names, sizes, times and modes of a folder's content files: another one is a change."""
    stats = [(f.name, f.stat() if f.exists() else f.lstat()) for f in content_files(folder)]
    return tuple((name, s.st_size, s.st_mtime_ns, s.st_mode) for name, s in stats)


def load(folder: str | Path | None = None, *, limits: Limits | None = None) -> Knowledge:
    """The knowledge in a content folder; without one, the shipped content.

    Raises `FAQError` with all `problems`, a line each, that names the place and the cure.
    """
    source = Source(Path(folder) if folder else SHIPPED)
    knowledge, problems = read(source, limits or Limits())
    if problems:
        raise FAQError(problems=problems)
    return knowledge


def read(source: Source, limits: Limits) -> tuple[Knowledge, tuple[Problem, ...]]:
    """The knowledge in a folder, and what must be mended before it can be used."""
    if not source.folder.is_dir():
        raise FAQError(f"{source.folder}: no such content folder. Check FAQ_CONTENT.")
    loader = _Loader(source, limits)
    knowledge = loader.knowledge()
    broken = {problem.file for problem in source.problems}
    # A file that cannot be read lacks everything: what others miss in it is not worth a word.
    lacking = {"reference", "missing", "misquote"} if broken else set()
    more = [p for p in loader.problems if p.file not in broken and p.rule not in lacking]
    return knowledge, tuple(dict.fromkeys([*source.problems, *more]))


@dataclass(slots=True)
class Table:
    """One TOML table being read: remembers which keys were asked for, notes what is wrong."""

    block: Block
    problems: list[Problem]
    name: str = ""
    entry: str = ""
    known: set[str] = field(default_factory=set)

    def note(self, text: str, cure: str, *, at: str = "", key: str = "", rule: str = "") -> None:
        """Note a problem, at the line where a text stands or a key gets its value."""
        line = self.block.line_of_key(key) if key else self.block.line
        line = self.block.line_of(at) if at else line
        named = f"{self.name}: {text}" if self.name else text
        entry = self.entry or self.block.id
        problem = Problem(self.block.file, line, rule or "wrong", named, cure, entry)
        self.problems.append(problem)

    def within(self, data: Any, name: str) -> Table:
        """A table that stands in this one."""
        block = Block(self.block.file, self.block.line, self.block.lines, data)
        named = f"{self.name}: {name}" if self.name else name
        return Table(block, self.problems, named, self.entry or self.block.id)

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of a key; without a default it must be there. Blank where it is wrong."""
        self.known.add(key)
        value = self.block.data.get(key, default)
        blank: T = _BLANK.get(kind) if default is None else default  # type: ignore[assignment]  # by kind
        if value is None:
            self.note(f"{key} is missing", "Add it.", rule="missing")
        elif not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            cure = _cure(key, kind, value)
            self.note(f"{key} must be {_named(kind)}", cure, key=key, rule="kind")
        elif isinstance(value, datetime):
            self.note(f"{key} must be {_named(kind)}", "Leave out the time.", key=key, rule="kind")
        else:
            return value
        return blank

    def text(self, key: str, default: str | None = None) -> str:
        """A text; empty is as good as missing unless there is a default."""
        before = len(self.problems)
        value = self.get(key, str, default).strip()
        if not value and default is None and len(self.problems) == before:
            self.note(f"{key} is empty", "Write it.", key=key, rule="missing")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if the key is missing."""
        values = self.get(key, list, [])
        for number, value in enumerate(values, 1):
            if not isinstance(value, str) or not value.strip():
                text = f"{key} {number} must be a text in quotes"
                self.note(text, "Put it in quotes, or delete it.", key=key, rule="kind")
        return tuple(v for v in values if isinstance(v, str) and v.strip())

    def finish(self) -> None:
        """Complain about keys nobody asked for."""
        for key in self.block.data.keys() - self.known:
            near = get_close_matches(key, self.known, 1)
            missed = [p for p in self.problems if near and self._is_missing(p, near[0])]
            for problem in missed:  # the misspelt key is all there is to mend
                self.problems.remove(problem)
            allowed = f"Use one of: {', '.join(sorted(self.known))}."
            cure = f"Write {near[0]}." if near else allowed
            self.note(f"unknown key {key!r}", cure, key=key, rule="unknown")

    def _is_missing(self, problem: Problem, key: str) -> bool:
        at = (problem.file, problem.line, problem.rule) == (
            *(self.block.file, self.block.line),
            "missing",
        )
        return at and problem.text.endswith(f"{key} is missing")


def _named(kind: type) -> str:
    names = {str: "a text in quotes", list: "a list", dict: "a table", bool: "true or false"}
    return (names | {date: "a date (2026-01-31)"}).get(kind, "a number")


def _cure(key: str, kind: type, value: object) -> str:
    """What to do about a value of another kind."""
    if kind is list and isinstance(value, str):
        return f'Put it in brackets: {key} = ["{value[:30]}"].'
    if kind is list and isinstance(value, dict):
        return f"Write [[{key}]] with two brackets, for each."
    if kind is str and isinstance(value, list):
        return "Take the brackets away: it is one text."
    if kind is str:
        return f'Put it in quotes: {key} = "{value}".'
    return "Write it without quotes: 2026-01-31." if kind is date else "Change it."


class _Loader:
    """Reads a folder's files in order; `problems` fills meanwhile."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source, self.limits = source, limits
        self.problems: list[Problem] = []

    def knowledge(self) -> Knowledge:
        """All of the folder, as far as it is sound."""
        lines = tuple((self.source.text("faq.toml") or "").splitlines())
        main = Table(Block("faq.toml", 1, lines, self.source.toml("faq.toml")), self.problems)
        self.passages = self._passages()
        self.notes = self._by_id("notes.toml", "note", _note)
        self.pictures = self._by_id("pictures.toml", "picture", self._picture)
        self.topics = tuple(dict.fromkeys(main.texts("topics")))
        entries = tuple(self._entries())
        if not entries:
            main.note("there are no entries in entries.toml", "Write one.", rule="missing")
        title, examples = main.text("title"), main.texts("examples")
        texts = self._texts(main)
        self._check_main(main, title, examples, {entry.id for entry in entries})
        knowledge = Knowledge(
            title=title,
            entries=entries,
            passages=tuple(self.passages.values()),
            negatives=self._lines("negatives.txt"),
            thresholds=_thresholds(main),
            topics=self.topics,
            examples=examples,
            texts=texts,
            texts_in=self._languages(),
            glossary=tuple(self._glossary()),
            contact=main.text("contact", ""),
            numbers=_numbers(main),
            hours=_hours(main),
            reviewed=main.get("reviewed", date),
            language=main.text("language", "en"),
            folder=self.source.folder,
        )
        main.finish()
        return knowledge

    def _check_main(
        self, main: Table, title: str, examples: tuple[str, ...], known: set[str]
    ) -> None:
        if len(title) > self.limits.title:
            text = f"title has {len(title)} characters; {self.limits.title} fit"
            main.note(text, "Shorten it.", key="title", rule="too-long")
        if len(examples) > self.limits.buttons:
            text = f"{len(examples)} examples; {self.limits.buttons} fit under a message as buttons"
            main.note(text, "Keep the most important.", key="examples", rule="too-many")
        for example in examples:
            if example not in known:
                text = f"examples names {example!r}, which is no entry"
                main.note(text, "Correct or remove it.", at=example, rule="reference")

    def _lines(self, name: str) -> tuple[str, ...]:
        text = (self.source.text(name) or "") if self.source.has(name) else ""
        return tuple(line.strip() for line in text.splitlines() if line.strip())

    def _tables(self, name: str, key: str) -> Iterator[Table]:
        """The `[[key]]` tables of a file that may be missing, and its groups of words."""
        data = self.source.toml(name) if self.source.has(name) else {}
        lines = tuple((self.source.text(name) or "").splitlines()) if data else ()
        top = Table(Block(name, 1, lines, data), self.problems)
        self.groups = {f"@{k}": str(v) for k, v in top.get("groups", dict, {}).items()}
        listed: Any = top.get(key, list, [])
        if not all(isinstance(each, dict) for each in listed):
            text = f"{key} must be written as [[{key}]] tables"
            top.note(text, "Change it.", key=key, rule="kind")
        for number, block in enumerate(self.source.blocks(name, key), 1):
            table = Table(block, self.problems, f'{key} "{_named_by(block, number)}"')
            yield table
            table.finish()
        top.finish()

    def _by_id(self, name: str, key: str, build: Callable[[Table], T]) -> dict[str, T]:
        """Passages, notes or pictures by their ids."""
        by_id: dict[str, T] = {}
        for table in self._tables(name, key):
            built, identity = build(table), table.block.id
            if identity in by_id:
                text = "this id stands twice"
                table.note(text, "Rename or remove one.", key="id", rule="duplicate")
            by_id.setdefault(identity, built)
        return by_id

    def _passages(self) -> dict[str, Passage]:
        document: str | None = None

        def build(table: Table) -> Passage:
            nonlocal document
            if document is None:
                document = " ".join((self.source.text("document.txt") or "").split())
            text = table.text("text")
            if text not in document:
                complaint = "text is not in document.txt"
                table.note(complaint, "Copy it word for word.", key="text", rule="misquote")
            return Passage(table.text("id"), text, table.text("section", ""))

        return self._by_id("passages.toml", "passage", build)

    def _picture(self, table: Table) -> Picture:
        table.known.update({"thumbnail", "alt"})  # of earlier versions; nothing reads them
        name = table.text("file")
        file = self.source.folder / "pictures" / name
        if Path(name).name != name:
            text = f"{name} is not a file in pictures/"
            table.note(text, "Put it there, and write its name alone.", key="file", rule="missing")
        elif not file.is_file():
            table.note(f"no file {file.name} in pictures/", "Add it.", key="file", rule="missing")
        return Picture(table.text("id"), file, table.text("caption"))

    def _glossary(self) -> Iterator[Term]:
        owner: dict[str, str] = {}
        for table in self._tables("glossary.toml", "term"):
            term = Term(table.text("term"), table.texts("spellings"), table.text("text"))
            for name in term.names:
                if (other := owner.setdefault(wording(name), term.term)) != term.term:
                    text = f'{name!r} also stands for "{other}"'
                    table.note(text, "Remove one.", at=name, rule="duplicate")
            yield term

    def _entries(self) -> Iterator[Entry]:
        ids: set[str] = set()
        wordings: dict[str, str] = {}
        related: list[tuple[Table, Entry]] = []
        self.source.text("entries.toml")  # the one file of entries that must be there
        for name, kind in ENTRY_FILES.items():
            for table in self._tables(name, "entry"):
                entry = self._entry(table, kind)
                if entry.id in ids:
                    text = "this id stands twice"
                    table.note(text, "Rename or remove one.", key="id", rule="duplicate")
                ids.add(entry.id)
                _check_wordings(table, entry, wordings)
                related.append((table, entry))
                yield entry
        for table, entry in related:
            for other in entry.related:
                if other not in ids or other == entry.id:
                    text = f"related names {other!r}, which is no other entry"
                    table.note(text, "Correct or remove it.", key="related", rule="reference")

    def _entry(self, table: Table, kind: Outcome | None) -> Entry:
        readers: dict[str, Callable[[], object]] = {
            "id": lambda: _id(table),
            "kind": lambda: _kind(table, kind),
            "topic": lambda: self._topic(table),
            "question": lambda: table.text("question"),
            "answer": lambda: table.text("answer"),
            "short": lambda: table.text("short", ""),
            "paraphrases": lambda: table.texts("paraphrases"),
            "quotes": lambda: tuple(self._known(table, "quotes", self.passages)),
            "notes": lambda: tuple(self._known(table, "notes", self.notes)),
            "related": lambda: table.texts("related"),
            "picture": lambda: self._picture_of(table),
            "comparison": lambda: _comparison(table),
            "trigger": lambda: tuple(self._triggers(table)),
            "calm": lambda: tuple(self._group(g, table) for g in table.texts("calm")),
            "draft": lambda: table.get("draft", bool, False),
        }
        values: dict[str, Any] = {f.name: readers[f.key]() for f in ENTRY_FIELDS}
        entry = Entry(**values | {"paraphrases": _without_repeats(values)})
        self._check_fits(table, entry)
        return entry

    def _check_fits(self, table: Table, entry: Entry) -> None:
        length = message_length(entry)
        if length > self.limits.message:
            text = f"{length} characters with its notes; {self.limits.message} fit into a message"
            table.note(text, "Shorten the answer.", key="answer", rule="too-long")
        if len(entry.related) > self.limits.related:
            text = f"{len(entry.related)} related entries; {self.limits.related} fit"
            table.note(text, "Keep the most useful.", key="related", rule="too-many")

    def _topic(self, table: Table) -> str:
        topic = table.text("topic", "")
        if topic and self.topics and topic not in self.topics:
            text = f"topic {topic!r} is not in faq.toml's topics"
            table.note(text, "Add it there or use another.", key="topic", rule="reference")
        return topic

    def _triggers(self, table: Table) -> Iterator[Trigger]:
        for data in table.get("trigger", list, []):
            if isinstance(data, dict):
                yield self._trigger(table.within(data, "trigger"))
            else:
                text = "trigger must be written as [[entry.trigger]]"
                table.note(text, "Change it.", key="trigger", rule="kind")

    def _trigger(self, table: Table) -> Trigger:
        wanted, unless = (
            tuple(self._group(g, table) for g in table.texts(key)) for key in ("all", "unless")
        )
        table.finish()
        if not wanted:
            table.note("without `all` it would always fire", "Add it.", rule="missing")
        return Trigger(all=wanted, unless=unless)

    def _group(self, written: str, table: Table, within: tuple[str, ...] = ()) -> str:
        """A group of alternatives with every @name replaced by the group of that name."""
        found = []
        for part in written.split("|"):
            if not part.startswith("@"):
                found.append(part)
            elif part not in self.groups:
                text = f"no group {part!r} in [groups]"
                table.note(text, "Add or correct it.", at=written, rule="reference")
            elif part in within:
                text = f"group {part!r} is part of itself"
                table.note(text, "Mend [groups].", at=written, rule="reference")
            else:
                found.append(self._group(self.groups[part], table, (*within, part)))
        return "|".join(found)

    def _known(self, table: Table, key: str, among: Mapping[str, T]) -> Iterable[T]:
        for name in table.texts(key):
            if name in among:
                yield among[name]
            else:
                text = f"{key} names {name!r}, which does not exist"
                table.note(text, "Correct or remove it.", key=key, rule="reference")

    def _picture_of(self, table: Table) -> Picture | None:
        name = table.text("picture", "")
        if name and name not in self.pictures:
            text = f"picture {name!r} is not in pictures.toml"
            table.note(text, "Correct or remove it.", key="picture", rule="reference")
        return self.pictures.get(name)

    def _texts(self, main: Table) -> Mapping[str, str]:
        return _own_texts(main.within(main.get("texts", dict, {}), "texts"))

    def _languages(self) -> Mapping[str, Mapping[str, str]]:
        """The content's own texts in other languages, by their codes."""
        name = "languages.toml"
        data = self.source.toml(name) if self.source.has(name) else {}
        lines = tuple((self.source.text(name) or "").splitlines()) if data else ()
        file = Table(Block(name, 1, lines, data), self.problems)
        tables = {code: file.within(file.get(code, dict, {}), code) for code in data}
        return MappingProxyType({code: _own_texts(table) for code, table in tables.items()})


def _numbers(main: Table) -> Mapping[str, str]:
    """Emergency numbers, in the order for people of each language."""
    table = main.within(main.get("numbers", dict, {}), "numbers")
    numbers = {code: table.text(code) for code in table.block.data}
    if numbers and "default" not in numbers:
        table.note("default is missing", "Write the numbers as the answers name them.")
    return MappingProxyType(numbers)


def _hours(main: Table) -> Hours | None:
    """When the people behind the bot read, where that is said."""
    if "hours" not in main.block.data:
        main.known.add("hours")
        return None
    table = main.within(main.get("hours", dict, {}), "hours")
    zone, open_, closed = table.text("zone"), table.texts("open"), table.get("closed", list, [])
    table.finish()
    days = [day for day in closed if isinstance(day, date) and not isinstance(day, datetime)]
    if len(days) < len(closed):
        table.note("closed must hold dates", "Write [2026-12-25, 2026-12-26].", key="closed")
    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.note(f"zone {zone!r} is unknown", 'Write one like "Europe/London".', key="zone")
        return None
    try:
        return Hours(place, read_spans(open_), frozenset(days)) if open_ else None
    except ValueError as error:
        cure = 'Write each like "Mon-Fri 9:00-17:00".'
        table.note(f"open: {str(error)!r} is no day and time", cure, key="open")
        return None


def _own_texts(table: Table) -> Mapping[str, str]:
    """What a content folder says in its own words, in one language."""
    table.known.update(OWN_TEXTS)
    table.finish()
    texts = {key: table.text(key) for key in table.block.data if key in OWN_TEXTS}
    for key, text in texts.items():
        if len(text) > OWN_TEXTS[key]:
            complaint = f"{key} has {len(text)} characters; {OWN_TEXTS[key]} fit"
            table.note(complaint, "Shorten it.", key=key, rule="too-long")
    return MappingProxyType(texts)


def _named_by(block: Block, number: int) -> object:
    return block.data.get("id", block.data.get("term", number))


def _id(table: Table) -> str:
    identity = table.text("id")
    if identity and not _ID.fullmatch(identity):
        text = f"id may hold up to {LONGEST_ID} small letters a-z, digits and - only"
        near = re.sub(r"[^a-z0-9]+", "-", identity.lower()).strip("-")[:LONGEST_ID]
        named = f" to {near}" if near else ""
        table.note(text, f"Rename it{named}, wherever it stands.", key="id", rule="id")
    return identity


def _kind(table: Table, kind: Outcome | None) -> Outcome:
    named = table.text("kind", kind.value if kind else None)
    if named in KINDS:
        return Outcome(named)
    if named:
        text = f"kind {named!r} is none of {', '.join(KINDS)}"
        table.note(text, "Change it.", key="kind", rule="kind")
    return Outcome.ANSWER


def wording(text: str) -> str:
    """What makes two phrasings the same: not case, spaces or end marks. Symbols count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).rstrip(" ?!.…¿¡").lstrip("¿¡ ")


def _without_repeats(values: Mapping[str, Any]) -> tuple[str, ...]:
    """An entry's paraphrases, each wording once: a repeat does no harm."""
    unlike = {wording(values["question"]): ""}
    for text in values["paraphrases"]:
        unlike.setdefault(wording(text), text)
    return tuple(filter(None, unlike.values()))


def _check_wordings(table: Table, entry: Entry, owners: dict[str, str]) -> None:
    for number, phrasing in enumerate(entry.phrasings):
        key = wording(phrasing) or phrasing
        if phrasing and owners.setdefault(key, entry.id) != entry.id:
            where = f"paraphrase {number}" if number else "question"
            text = f'{where} ({phrasing!r}) is also a phrasing of "{owners[key]}"'
            table.note(text, "Remove one.", at=phrasing, rule="duplicate")


def _note(table: Table) -> Note:
    return Note(
        table.text("id"), table.text("text"), table.text("source"), table.get("reviewed", date)
    )


def _comparison(table: Table) -> tuple[tuple[str, ...], ...]:
    rows = table.get("comparison", list, [])
    if any(not isinstance(r, list) or not r or len(r) != len(rows[0]) for r in rows):
        text = "comparison rows must be equally long lists"
        table.note(text, "Mend them.", key="comparison", rule="kind")
        return ()
    return tuple(tuple(str(cell) for cell in row) for row in rows)


def _thresholds(main: Table) -> Thresholds:
    table = main.within(main.get("thresholds", dict, {}), "thresholds")
    default = Thresholds()
    answer, suggest = (
        float(table.get(key, (int, float), value))  # type: ignore[arg-type]  # isinstance takes a tuple
        for key, value in (("answer", default.answer), ("suggest", default.suggest))
    )
    if not 0 <= suggest <= answer <= 100:
        text = "need 0 <= suggest <= answer <= 100"
        table.note(text, "Mend them.", key="answer", rule="kind")
    chosen = Thresholds(answer, suggest, table.text("origin", default.origin))
    table.finish()
    return chosen
