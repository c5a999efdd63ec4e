"""Changes to the TOML files of a content folder, as data and as text.

What is not touched is kept, comments and order too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Array, Table

from faq.curator.content_store import locked, replace, text_of
from faq.fields import ENTRY_FIELDS, Shape
from faq.loader import ENTRY_FILES
from faq.model import FAQError, Thresholds

__all__ = ["Edit"]

#: The tables of each file.
TABLES = {**dict.fromkeys(ENTRY_FILES, "entry"), "notes.toml": "note", "pictures.toml": "picture"}
Fields = Mapping[str, Any]
#: Lists in which two people may change different texts.
TEXT_LISTS = frozenset(field.key for field in ENTRY_FIELDS if field.shape is Shape.TEXTS)


@dataclass(frozen=True, slots=True)
class Edit:
    """A table of a file as somebody wants it: the fields that change, and what they were.

    `fields` is None where the table shall go, `base` is None where it is new; an empty value is a
    field that is not there.
    """

    file: str
    id: str
    fields: Fields | None
    base: Fields | None

    @property
    def inverse(self) -> Edit:
        """What takes this back."""
        return Edit(self.file, self.id, self.base, self.fields)


class Conflict(FAQError):
    """Somebody else has changed the same fields: `now` is what they are."""

    def __init__(self, edit: Edit, now: Fields | None) -> None:
        self.edit, self.now = edit, now
        title = (now or edit.fields or edit.base or {}).get("question", edit.id)
        super().__init__(f"“{title}” was changed by somebody else meanwhile. Look at it again.")


def tables_of(text: str, file: str) -> dict[str, Fields]:
    """The tables of a file by id."""
    return {str(table["id"]): table for table in tomllib.loads(text).get(TABLES[file], [])}


def edited_texts(texts: Mapping[str, str], edits: Iterable[Edit]) -> dict[str, str]:
    """The texts of those files that edits change, changed. Raises Conflict."""
    done: dict[str, str] = {}
    for edit in edits:
        done[edit.file] = edited_text(done.get(edit.file, texts.get(edit.file, "")), edit)
    return {name: text for name, text in done.items() if text != texts.get(name, "")}


def edited_text(text: str, edit: Edit) -> str:
    """A file's text with one table changed. Raises Conflict."""
    now = tables_of(text, edit.file).get(edit.id)
    if now is None and edit.fields is None:
        return text
    if not _as_expected(now, edit):
        raise Conflict(edit, now)
    fields = dict(edit.fields or {})
    for key in fields.keys() & TEXT_LISTS:
        base, other = (edit.base or {}).get(key) or [], (now or {}).get(key) or []
        fields[key] = merged_list(base, fields[key], other)
    if edit.fields is None:
        return _without(text, edit)
    start, end = _place(text, edit) if now else (len(text), len(text))
    document = parse(text[start:end])
    put_tables(document, TABLES[edit.file], [{"id": edit.id, **fields}])
    apart = "" if start < end or not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return text[:start] + apart + dumps(document) + text[end:]


def _as_expected(now: Fields | None, edit: Edit) -> bool:
    """Whether nobody has changed what an edit changes."""
    if now is None:
        return edit.base is None
    wanted = edit.fields or edit.base or {}
    base = edit.base or {}
    return all(
        _same(now.get(key), base.get(key)) or _same(now.get(key), value)
        for key, value in wanted.items()
        if key not in TEXT_LISTS or edit.fields is None
    )


def merged_list(base: Sequence[str], own: Sequence[str], other: Sequence[str]) -> list[str]:
    """Two people's versions of a list: what either has added, without what either took away.

    In the order of the other, what is new last: a form may show its own additions first.
    """
    kept = [text for text in other if text in own or text not in base]
    return kept + [text for text in own if text not in base and text not in other]


def _without(text: str, edit: Edit) -> str:
    start, end = _place(text, edit)
    return text[:start].rstrip("\n") + "\n" * bool(text[:start].strip()) + text[end:]


def _place(text: str, edit: Edit) -> tuple[int, int]:
    """Where a table stands in a text: only there need the text be parsed to be changed."""
    header = re.compile(rf"^[ \t]*\[\[\s*{TABLES[edit.file]}\s*\]\]", re.MULTILINE)
    starts = [found.start() for found in header.finditer(text)]
    ids = list(tables_of(text, edit.file))
    if len(starts) != len(ids):  # inline tables, or a header within a text
        return 0, len(text)
    number = ids.index(edit.id)
    return starts[number], [*starts, len(text)][number + 1]


#: Ids of the entries that were changed or added.
Changed = list[str]
#: A list of texts longer than this is written one a line.
SHORT_LIST = 60
_AS_TABLES = frozenset(field.key for field in ENTRY_FIELDS if field.shape is Shape.TABLES)


def parse(text: str) -> TOMLDocument:
    """A TOML text to read and change; what is not changed comes out byte for byte."""
    return tomlkit.parse(text)


def dumps(document: TOMLDocument) -> str:
    """The text again."""
    return tomlkit.dumps(document)


@contextmanager
def edited(file: Path) -> Iterator[TOMLDocument]:
    """A TOML file to change; written at the end, unless an error is raised or nothing changed.

    Nobody else can write to the folder meanwhile, but an editor that knows no lock can: FAQError
    then, and nothing is written.
    """
    with locked(file.parent):
        before = text_of(file)
        document = parse(before)
        yield document
        replace(file, dumps(document), was=before)


def write_thresholds(folder: Path, chosen: Thresholds) -> None:
    """Put thresholds and their origin into faq.toml."""
    with edited(folder / "faq.toml") as document:
        table = document.setdefault("thresholds", tomlkit.table())
        for key in ("answer", "suggest", "origin"):
            table[key] = getattr(chosen, key)


def put_entries(document: TOMLDocument, entries: Iterable[Fields]) -> Changed:
    """`put_tables` for entries."""
    return put_tables(document, "entry", entries)


def put_tables(document: TOMLDocument, key: str, entries: Iterable[Fields]) -> Changed:
    """Give tables these fields, new ones at the end; an empty value takes a field away.

    Raises FAQError for tables written as `entry = [{…}]`, which cannot be changed one by one.
    """
    if key not in document:
        document.append(key, tomlkit.aot())
    tables = document[key]
    if not isinstance(tables, AoT):
        raise FAQError(f"write each {key} as [[{key}]], with its fields on lines below.")
    by_id = {str(table["id"]): table for table in tables}
    changed = []
    for fields in entries:
        identity = str(fields["id"])
        known = by_id.get(identity)
        table = known if known is not None else tomlkit.table()
        if _put_fields(table, fields) or known is None:
            changed.append(identity)
        if known is None:
            tables.append(table)
    return changed


def _put_fields(table: Table, fields: Mapping[str, Any]) -> bool:
    """Whether any field had to be changed."""
    differing = {key: value for key, value in fields.items() if not _same(table.get(key), value)}
    for key, value in differing.items():
        if not value:
            table.pop(key, None)
        elif isinstance(table.get(key), Array) and _all_texts(value):
            _change_list(table[key], value)
        else:
            table[key] = _item(key, value)
    return bool(differing)


def _same(old: Any, new: Any) -> bool:
    """Whether two values read alike; the loader strips texts."""
    plain = old.unwrap() if hasattr(old, "unwrap") else old
    if not plain and not new:
        return True
    return bool(_read(plain) == _read(new) if isinstance(plain, str) else plain == new)


def _read(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _change_list(array: Array, wanted: list[str]) -> None:
    """Put single texts in place of others, take out and add, so that the comments stay."""
    steps = SequenceMatcher(None, array.unwrap(), wanted, autojunk=False).get_opcodes()
    for _, i1, i2, j1, j2 in reversed(steps):  # from the end, so that the numbers hold
        for at, text in zip(range(i1, i2), wanted[j1:j2], strict=False):
            if array[at] != text:
                array[at] = text
        for at in reversed(range(i1 + j2 - j1, i2)):
            del array[at]
        for at, text in enumerate(wanted[j1 + i2 - i1 : j2], i2):
            array.insert(at, text)


def _item(key: str, value: Any) -> Any:
    if key in _AS_TABLES:
        return _tables(value)
    if isinstance(value, str):
        return tomlkit.string(value, multiline="\n" in value)
    item = tomlkit.item(value)
    if isinstance(item, Array):
        item.multiline(len(tomlkit.dumps({key: value})) > SHORT_LIST)
    return item


def _tables(values: Iterable[Mapping[str, Any]]) -> AoT:
    found = tomlkit.aot()
    for value in values:
        table = tomlkit.table()
        table.update(value)
        found.append(table)
    return found
