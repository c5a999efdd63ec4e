"""The text files of a content folder as they are written: which line says what."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from faq.diagnosis import faults
from faq.model import Outcome, Problem

#: File of entries → the kind its entries have when they name none.
ENTRY_FILES = {
    "entries.toml": Outcome.ANSWER,
    "gaps.toml": Outcome.GAP,
    "alerts.toml": None,
    "chat.toml": Outcome.CHAT,
}


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
