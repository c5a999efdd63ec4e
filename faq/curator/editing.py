"""Changes TOML files of a content folder and keeps what it does not touch, comments too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Array, Table

from faq.curator.files import locked, replace, text_of
from faq.knowledge import Thresholds

#: Ids of the entries that were changed or added.
Changed = list[str]
#: A list of texts longer than this is written one a line.
SHORT_LIST = 60


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
    """Give entries these fields, new entries at the end; an empty value takes a field away."""
    if "entry" not in document:
        document.append("entry", tomlkit.aot())
    tables: AoT = document["entry"]
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
    return bool(plain.strip() == new.strip() if isinstance(plain, str) else plain == new)


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _change_list(array: Array, wanted: list[str]) -> None:
    """Take out and add single texts, so that comments between the others stay."""
    for gone in [text for text in array.unwrap() if text not in wanted]:
        array.remove(gone)
    kept = array.unwrap()
    if wanted[: len(kept)] != kept:  # another order: comments no longer say what they stand by
        array.clear()
        kept = []
    for new in wanted[len(kept) :]:
        array.append(new)


def _item(key: str, value: Any) -> Any:
    if key == "trigger":
        return _tables(value)
    if isinstance(value, str):
        return tomlkit.string(value, multiline="\n" in value)
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
