"""The text files of a content folder as they are written: which line says what.

Fields are read one by one: what is wrong is noted, not raised.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from faq.diagnosis import faults
from faq.model import Outcome, Problem

__all__ = ["Fingerprint", "content_files", "fingerprint"]

T = TypeVar("T")
_BLANK: dict[type, Any] = {str: "", list: [], dict: {}, date: date.min, bool: False}
#: File of entries → the kind its entries have when they name none.
ENTRY_FILES = {
    "entries.toml": Outcome.ANSWER,
    "gaps.toml": Outcome.GAP,
    "alerts.toml": None,
    "chat.toml": Outcome.CHAT,
}


def content_files(folder: Path) -> list[Path]:
    """The text files of a content folder, by name; an editor's hidden files are none of them."""
    texts = (f for f in folder.iterdir() if f.suffix in {".toml", ".txt"} and f.name[0] != ".")
    return sorted(texts)


Fingerprint = tuple[tuple[str, int, int, int], ...]


def fingerprint(folder: Path) -> Fingerprint:
    """Names, sizes, times and modes of a folder's content files: another one is a change."""
    stats = [(f.name, f.stat() if f.exists() else f.lstat()) for f in content_files(folder)]
    return tuple((name, s.st_size, s.st_mtime_ns, s.st_mode) for name, s in stats)


@dataclass(frozen=True, slots=True)
class Block:
    """One `[[table]]` as it stands in a file: its first line's number, its lines, its data."""

    file: str
    line: int
    lines: tuple[str, ...]
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """The table's id, empty if it has none."""
        return str(self.data.get("id", ""))

    @property
    def phrasings(self) -> tuple[str, ...]:
        """An entry's question and paraphrases."""
        return (self.data["question"], *self.data.get("paraphrases", ()))

    def line_of(self, text: str) -> int:
        """The number of the line where a text stands, or of the block's first line."""
        shown = (json.dumps(text, ensure_ascii=False), f"'{text}'", text.strip().split("\n")[0])
        for wanted in shown:
            for number, line in enumerate(self.lines):
                if wanted and wanted in line:
                    return self.line + number
        return self.line

    def line_of_key(self, key: str) -> int:
        """The number of the line that gives a key its value, or of the block's first line."""
        given = re.compile(rf"\s*(?:\"?{re.escape(key)}\"?\s*=|\[+\s*{re.escape(key)}\s*\])")
        for number, line in enumerate(self.lines):
            if given.match(line):
                return self.line + number
        return self.line


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


class Source:
    """A content folder's files, each read and parsed once; what is wrong with them is noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self._texts: dict[str, str | None] = {}
        self._tables: dict[str, dict[str, Any]] = {}
        self._blocks: dict[tuple[str, str], list[Block]] = {}

    def has(self, name: str) -> bool:
        """Whether a file is there; a link that leads nowhere is one, and reading it complains."""
        path = self.folder / name
        return path.exists() or path.is_symlink()

    def text(self, name: str) -> str | None:
        """What stands in a file; None, and a problem noted, where it cannot be read."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def _read(self, name: str) -> str | None:
        try:
            content = (self.folder / name).read_bytes()
            wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # Notepad's "Unicode"
            text = content.decode("utf-16" if wide else "utf-8-sig")
            return text.replace("\r\n", "\n").replace("\r", "\n")
        except FileNotFoundError:
            self.note(name, "missing", f"missing from {self.folder}", "Add it.")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            text = "not UTF-8: letters beyond a to z cannot be read"
            self.note(name, "not-utf8", text, "Save it anew, with the encoding UTF-8.", line)
        except OSError as error:
            self.note(name, "unreadable", f"cannot be read ({error.strerror})", "Check the file.")
        return None

    def note(self, file: str, rule: str, text: str, cure: str, line: int = 0) -> None:
        """Note a problem."""
        self.problems.append(Problem(file, line, rule, text, cure))

    def toml(self, name: str) -> dict[str, Any]:
        """A file's tables; none, and a problem noted, where it is not sound."""
        if name not in self._tables:
            self._tables[name] = self._parsed(name)
        return self._tables[name]

    def _parsed(self, name: str) -> dict[str, Any]:
        text = self.text(name)
        if text is None:
            return {}
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            for fault in faults(text, error):
                self.note(name, fault.rule, fault.text, fault.cure, fault.line)
            return {}

    def whole(self, name: str) -> Block:
        """All of a file; nothing where it is not there."""
        if not self.has(name):
            return Block(name, 1, (), {})
        return Block(name, 1, tuple((self.text(name) or "").splitlines()), self.toml(name))

    def blocks(self, name: str, key: str) -> list[Block]:
        """The `[[key]]` tables of one file; none where they are written in another way."""
        if (name, key) not in self._blocks:
            self._blocks[name, key] = self._read_blocks(name, key) if self.has(name) else []
        return self._blocks[name, key]

    def _read_blocks(self, name: str, key: str) -> list[Block]:
        tables = self.toml(name).get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            return []
        return _blocks(name, key, (self.text(name) or "").splitlines(), tables)

    @cached_property
    def entries(self) -> dict[str, Block]:
        """The entries of all files by id; of two with one id, the first."""
        found: dict[str, Block] = {}
        for block in self.entry_blocks():
            found.setdefault(block.id, block)
        return found

    def entry_blocks(self) -> Iterable[Block]:
        """All entries in the order of files and lines."""
        return (b for name in ENTRY_FILES for b in self.blocks(name, "entry"))


def _blocks(name: str, key: str, lines: list[str], tables: list[dict[str, Any]]) -> list[Block]:
    header = re.compile(rf"\s*\[\[\s*{key}\s*\]\]")
    starts = [number for number, line in enumerate(lines) if header.match(line)]
    if len(starts) != len(tables):  # written as inline tables: all we know is the file
        return [Block(name, 1, tuple(lines), table) for table in tables]
    ends = [*starts, len(lines)][1:]
    return [
        Block(name, start + 1, tuple(lines[start:end]), table)
        for start, end, table in zip(starts, ends, tables, strict=True)
    ]


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
