"""A content folder, read and checked: `load(folder)` gives a `Knowledge` or says what to mend.

All there is to mend is told at once, each with its file, its line, its entry and the cure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from faq.entries import LONGEST_ID, EntryReader, Limits, check_wordings, wording
from faq.fields import OWN_TEXTS
from faq.hours import Hours, read_spans
from faq.model import (
    IN_SCOPE_SHARE,
    Entry,
    FAQError,
    Knowledge,
    Note,
    Passage,
    Picture,
    Problem,
    Term,
    Thresholds,
)
from faq.source import ENTRY_FILES, Source, Table

__all__ = [
    "ENTRY_FILES",
    "LONGEST_ID",
    "SHIPPED",
    "load",
    "read",
    "wording",
]

SHIPPED = Path(__file__).parent / "content" / "angioplasty_vs_stent"

T = TypeVar("T")


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
        raise FAQError(f"{source.folder}: no such content folder. Check its name.")
    loader = _Loader(source, limits)
    knowledge = loader.knowledge()
    broken = {problem.file for problem in source.problems}
    # A file that cannot be read lacks everything: what others miss in it is not worth a word.
    lacking = {"reference", "missing", "misquote"} if broken else set()
    more = [p for p in loader.problems if p.file not in broken and p.rule not in lacking]
    return knowledge, tuple(dict.fromkeys([*source.problems, *more]))


class _Loader:
    """Reads a folder's files in order; `problems` fills meanwhile."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source, self.limits = source, limits
        self.problems: list[Problem] = []

    def knowledge(self) -> Knowledge:
        """All of the folder, as far as it is sound."""
        for name in ("faq.toml", "entries.toml"):
            self.source.text(name)  # these must be there
        main = Table(self.source.whole("faq.toml"), self.problems)
        self.passages = self._passages()
        self.notes = self._by_id("notes.toml", "note", _note)
        self.pictures = self._by_id("pictures.toml", "picture", self._picture)
        self.topics = tuple(dict.fromkeys(main.texts("topics")))
        entries = tuple(self._entries())
        if not entries:
            main.note("there are no entries in entries.toml", "Write one.", rule="missing")
        title, examples = main.text("title"), main.texts("examples")
        texts = _own_texts(main.within(main.get("texts", dict, {}), "texts"))
        self._check_main(main, title, examples, {entry.id for entry in entries})
        knowledge = Knowledge(
            title=title,
            entries=entries,
            passages=tuple(self.passages.values()),
            negatives=self._lines("negatives.txt"),
            thresholds=_thresholds(main),
            in_scope_share=_in_scope_share(main),
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
        top, blocks = Table(self.source.whole(name), self.problems), self.source.blocks(name, key)
        self.groups = {f"@{k}": str(v) for k, v in top.get("groups", dict, {}).items()}
        listed: Any = top.get(key, list, [])
        if not all(isinstance(each, dict) for each in listed):
            text = f"{key} must be written as [[{key}]] tables"
            top.note(text, "Change it.", key=key, rule="kind")
        for number, block in enumerate(blocks, 1):
            name = block.data.get("id", block.data.get("term", number))
            table = Table(block, self.problems, f'{key} "{name}"')
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
        reader = EntryReader(self.passages, self.notes, self.pictures, self.topics, self.limits)
        for name, kind in ENTRY_FILES.items():
            for table in self._tables(name, "entry"):
                entry = reader.entry(table, kind, self.groups)
                if entry.id in ids:
                    text = "this id stands twice"
                    table.note(text, "Rename or remove one.", key="id", rule="duplicate")
                ids.add(entry.id)
                check_wordings(table, entry, wordings)
                related.append((table, entry))
                yield entry
        for table, entry in related:
            for other in entry.related:
                if other not in ids or other == entry.id:
                    text = f"related names {other!r}, which is no other entry"
                    table.note(text, "Correct or remove it.", key="related", rule="reference")

    def _languages(self) -> Mapping[str, Mapping[str, str]]:
        """The content's own texts in other languages, by their codes."""
        file = Table(self.source.whole("languages.toml"), self.problems)
        tables = {code: file.within(file.get(code, dict, {}), code) for code in file.block.data}
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


def _note(table: Table) -> Note:
    identity, text, source = (table.text(key) for key in ("id", "text", "source"))
    return Note(identity, text, source, table.get("reviewed", date))


def _in_scope_share(main: Table) -> float:
    share = main.get("in_scope_share", float, IN_SCOPE_SHARE)
    if 0.05 <= share <= 0.95:
        return share
    text = f"in_scope_share is {share}; of all that is asked, a share from 0.05 to 0.95 is possible"
    main.note(text, "Write 0.8 for eight in ten.", key="in_scope_share", rule="kind")
    return IN_SCOPE_SHARE


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
