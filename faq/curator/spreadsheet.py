"""Entries to and from a spreadsheet, one row an entry, nothing lost on the way.

Import changes entries in place: whatever a sheet leaves as it was keeps its bytes, comments too.
Entries that stand in the folder and not in the sheet stay.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from faq.curator.content_store import VERSIONS, locked, replace, text_of
from faq.curator.edits import Changed, dumps, parse, put_entries
from faq.curator.sheets import Row, grids, read_sheet, write_sheet
from faq.fields import ENTRY_FIELDS, Shape
from faq.loader import ENTRY_FILES, load
from faq.model import KINDS, FAQError, Problem

COLUMNS = ("file", *(field.key for field in ENTRY_FIELDS))
SHAPES = {field.key: field.shape for field in ENTRY_FIELDS}
#: What a cell may say for true; an empty one, or one of the others, is false.
TRUE, FALSE = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: ids by what became of them."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    unchanged: int
    not_in_sheet: tuple[str, ...]


class Refused(FAQError):
    """Rows that cannot be taken over; nothing was written."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("\n".join([*complaints, "Nothing was imported."]))


def export(folder: Path, file: Path) -> int:
    """Write every entry of a folder to a sheet; how many."""
    load(folder)
    rows = [_row(name, entry) for name, entries in _entries(folder) for entry in entries]
    write_sheet(file, COLUMNS, rows)
    return len(rows)


def _entries(folder: Path) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """The entries of each file that is there, as they are written."""
    for name in ENTRY_FILES:
        if (folder / name).exists():
            try:
                entries = parse(text_of(folder / name)).unwrap().get("entry", [])
            except ValueError as error:  # no TOML, or not UTF-8
                raise FAQError(f"{name}: {error}. Mend the line.") from None
            if not all(isinstance(entry, dict) and entry.get("id") for entry in entries):
                raise FAQError(f"{name}: an entry has no id. `python -m faq check` tells more.")
            yield name, entries


def _row(name: str, entry: Mapping[str, Any]) -> Row:
    cells = {key: _cell(shape, entry[key]) for key, shape in SHAPES.items() if key in entry}
    return {"file": name, **cells}


def _cell(shape: Shape, value: Any) -> str:
    """A field as a cell: a text, a list with one text a line, or one with one JSON a line."""
    match shape:
        case Shape.TEXT:
            return str(value)
        case Shape.FLAG:
            return "yes" if value else ""
        case Shape.TEXTS:
            return "\n".join(map(_line, value))
        case Shape.ROWS | Shape.TABLES:
            return "\n".join(map(_json, value))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _line(text: str) -> str:
    """A text on a line by itself; in JSON's quotes where it could not be told apart."""
    plain = text == text.strip() and "\n" not in text and text and not text.startswith('"')
    return text if plain else _json(text)


def is_export(file: Path) -> bool:
    """Whether a sheet has the form an export writes, or names the fields of some entries only."""
    if file.suffix.lower() not in {".csv", ".xlsx"} or not file.exists():
        return False
    cells = next((row for _, grid in grids(file)[:1] for row in grid), [])
    heading = {cell.strip().lower() for cell in cells}
    own = heading - {""} <= {*COLUMNS}
    return "id" in heading and (
        "file" in heading or (own and not {"question", "answer"} <= heading)
    )


def import_sheet(file: Path, folder: Path) -> Imported:
    """Take over a sheet; raises `Refused` and writes nothing if a row cannot be.

    A copy of the folder with the new entries must load before anything is replaced.
    """
    rows = read_sheet(file)
    if not folder.is_dir():
        raise FAQError(f"{folder}: no such folder. Check the name.")
    with locked(folder):
        before = dict(_entries(folder))
        where = {entry["id"]: name for name, entries in before.items() for entry in entries}
        wanted = _wanted(rows, where)
        texts, changed = _edited(folder, wanted)
        new = {name: text for name, (_, text) in texts.items()}
        _must_load(folder, new, {row.get("id", "").strip(): n for n, row in _numbered(rows)})
        at = datetime.now(UTC)
        for name, (was, text) in texts.items():
            (folder / name).touch()  # the version before a new file's first change is an empty one
            replace(folder / name, text, was=was, at=at)
    added = tuple(i for i in changed if i not in where)
    kept = {str(entry["id"]) for entries in wanted.values() for entry in entries}
    return Imported(
        tuple(i for i in changed if i in where),
        added,
        len(kept) - len(changed),
        tuple(i for i in where if i not in kept),
    )


def _numbered(rows: Iterable[Row]) -> Iterable[tuple[int, Row]]:
    """Rows with the number a spreadsheet shows, empty ones left out."""
    return ((n, row) for n, row in enumerate(rows, 2) if any(cell.strip() for cell in row.values()))


def _wanted(rows: Sequence[Row], where: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The entries a sheet holds, by file. Raises `Refused` with every complaint there is."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    complaints: list[str] = []
    seen: dict[str, int] = {}
    for number, row in _numbered(rows):
        try:
            name, entry = _file_of(row, where), _entry(row)
            if entry["id"] in seen:
                raise _Cell("id", f"stands in row {seen[entry['id']]} too. Keep one of them")
            seen[entry["id"]] = number
            wanted.setdefault(name, []).append(entry)
        except _Cell as error:
            complaints.append(f"row {number}, {error}.")
    if complaints:
        raise Refused(complaints)
    return wanted


class _Cell(Exception):
    """What is wrong with a cell of a row."""

    def __init__(self, column: str, cure: str) -> None:
        super().__init__(f"column {column}: {cure}")


def _file_of(row: Row, where: Mapping[str, str]) -> str:
    identity, named = row.get("id", "").strip(), row.get("file", "").strip()
    stands = where.get(identity)
    if named and named not in ENTRY_FILES:
        raise _Cell("file", f"{named!r} is none of {', '.join(ENTRY_FILES)}. Use one of them")
    if stands and named and named != stands:
        raise _Cell("file", f"{identity} stands in {stands}. Write that, or move it there by hand")
    return stands or named or "entries.toml"


def _entry(row: Row) -> dict[str, Any]:
    """The fields a row gives; an empty cell takes the field away."""
    unknown = [column for column in row if column not in COLUMNS and row[column].strip()]
    if unknown:
        raise _Cell(unknown[0], f"no such column. Use one of {', '.join(COLUMNS)}")
    for column in ("id", *(c for c in ("question", "answer") if c in row)):
        if not row.get(column, "").strip():
            raise _Cell(column, "is empty. Fill it in, or delete the row")
    if row.get("kind", "").strip() not in {"", *KINDS}:
        raise _Cell("kind", f"{row['kind']!r} is none of {', '.join(KINDS)}. Use one of them")
    return {c: _value(c, row[c].replace("\r\n", "\n")) for c in COLUMNS[1:] if c in row}


def _value(column: str, cell: str) -> Any:
    shape = SHAPES[column]
    if shape is Shape.TEXT:
        return cell
    if shape is Shape.FLAG:
        return _flag(column, cell.strip().lower())
    lines = [line.strip() for line in cell.split("\n") if line.strip()]
    try:
        read = [
            json.loads(line) if shape is not Shape.TEXTS or line.startswith('"') else line
            for line in lines
        ]
    except ValueError as error:
        raise _Cell(column, f"not JSON ({error}). Copy the form of another row") from None
    if not all(_is_sound(shape, value) for value in read):
        raise _Cell(column, "not in the form an export writes. Copy the form of another row")
    return read


def _flag(column: str, cell: str) -> bool:
    if cell not in TRUE | FALSE:
        raise _Cell(column, f"{cell!r} is neither yes nor empty. Write one of them")
    return cell in TRUE


def _is_sound(shape: Shape, value: Any) -> bool:
    if shape is Shape.TABLES:
        return isinstance(value, dict) and all(_are_texts(group) for group in value.values())
    return _are_texts(value) if shape is Shape.ROWS else isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _edited(
    folder: Path, wanted: Mapping[str, list[dict[str, Any]]]
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """The files' texts before and after, and the ids changed or new."""
    texts: dict[str, tuple[str, str]] = {}
    changed: list[str] = []
    for name, entries in wanted.items():
        file = folder / name
        was = text_of(file) if file.exists() else ""
        document = parse(was)
        try:
            done: Changed = put_entries(document, entries)
        except FAQError as error:
            raise FAQError(f"{name}: {error}") from None
        changed += done
        if done:
            texts[name] = was, dumps(document)
    return texts, changed


def _must_load(folder: Path, texts: Mapping[str, str], rows: Mapping[str, int]) -> None:
    """Raises `Refused`, naming the row, unless the folder loads with these files."""
    with tempfile.TemporaryDirectory() as temporary:
        hidden = shutil.ignore_patterns(VERSIONS)
        copy = Path(shutil.copytree(folder, Path(temporary) / "copy", ignore=hidden))
        for name, text in texts.items():
            (copy / name).write_bytes(text.encode())
        try:
            load(copy)
        except FAQError as error:
            raise Refused([_by_row(p, rows) for p in error.problems] or [str(error)]) from None


def _by_row(problem: Problem, rows: Mapping[str, int]) -> str:
    """A problem with the row it comes from, where it comes from one."""
    number = rows.get(problem.entry)
    return f"row {number}: {problem.file}: {problem.message}" if number else str(problem)
