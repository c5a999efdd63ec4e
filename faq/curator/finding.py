"""What a check finds: a place in the content, what is wrong there, and the cure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from faq.source import Block


class Level(StrEnum):
    """An error must be mended; a warning is for the curator to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `rule` is its short name, `line` counts from 1 (0: the whole file).

    `weight` tells which of one rule's findings matter most.
    """

    level: Level
    rule: str
    file: str
    line: int
    message: str
    weight: float = 0.0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.level}: {self.message} [{self.rule}]"


def finding(level: Level, rule: str, block: Block, message: str, *, at: str = "") -> Finding:
    """A finding about a block, at the line where the text `at` stands."""
    line = block.line_of(at) if at else block.line
    return Finding(level, rule, block.file, line, f'"{block.id}": {message}')
