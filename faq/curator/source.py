"""The text files of a content folder as a curator sees them: which line says what."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from faq.loader import ENTRY_FILES


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
        """An entry's question and paraphrases, as far as they are texts."""
        written = [self.data.get("question"), *_listed(self.data.get("paraphrases"))]
        return tuple(text for text in written if isinstance(text, str))

    def line_of(self, text: str) -> int:
        """The number of the line where a text stands, or of the block's first line."""
        shown = (json.dumps(text, ensure_ascii=False), f"'{text}'", text.strip().split("\n")[0])
        for wanted in shown:
            for number, line in enumerate(self.lines):
                if wanted in line:
                    return self.line + number
        return self.line


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class Source:
    """The blocks of a content folder's TOML files; a file that cannot be read has none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def entries(self) -> dict[str, Block]:
        """The entries of all files by id; of two with one id, the first."""
        found: dict[str, Block] = {}
        for block in (b for name in ENTRY_FILES for b in self.blocks(name, "entry")):
            found.setdefault(block.id, block)
        return found

    def blocks(self, name: str, key: str) -> list[Block]:
        """The `[[key]]` tables of one file."""
        try:
            text = (self.folder / name).read_text(encoding="utf-8-sig")
            tables = tomllib.loads(text).get(key, [])
        except (OSError, ValueError):  # the loader tells what is wrong
            return []
        sound = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
        return _blocks(name, key, text.splitlines(), tables) if sound else []


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
