"""Changes TOML files of a content folder and keeps what it does not touch, comments too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Array, Table

from faq.curator.files import locked, replace, text_of
from faq.model import ENTRY_FIELDS, FAQError, Shape, Thresholds

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


def put_entries(document: TOMLDocument, entries: Iterable[Mapping[str, Any]]) -> Changed:
    """Give entries these fields, new entries at the end; an empty value takes a field away.

    Raises FAQError for entries written as `entry = [{…}]`, which cannot be changed one by one.
    """
    if "entry" not in document:
        document.append("entry", tomlkit.aot())
    tables = document["entry"]
    if not isinstance(tables, AoT):
        raise FAQError("write each entry as [[entry]], with its fields on lines below.")
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
            del table[key]
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
    if isinstance(value, bool):
        return tomlkit.item(value)
    array = tomlkit.item(value)
    array.multiline(len(tomlkit.dumps({key: value})) > SHORT_LIST)
    return array


def _tables(values: Iterable[Mapping[str, Any]]) -> AoT:
    found = tomlkit.aot()
    for value in values:
        table = tomlkit.table()
        table.update(value)
        found.append(table)
    return found
