"""A terminal as a place to write to: lines, wrapped to its width, styled where a person looks."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

#: Lines longer than this are hard to read, however wide the terminal.
WIDEST = 88
_RESET = "\x1b[0m"


class Style(StrEnum):
    """How a line looks, as the escape sequence that makes it so."""

    PLAIN = ""
    BOLD = "\x1b[1m"
    DIM = "\x1b[2m"


@dataclass(frozen=True, slots=True)
class Line:
    """Text to wrap, paragraph by paragraph; `indent` goes before each line."""

    text: str
    style: Style = Style.PLAIN
    indent: str = ""


class Page:
    """Writes lines; in colour only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._styled = stream.isatty() and not os.environ.get("NO_COLOR")
        self._width = min(shutil.get_terminal_size().columns, WIDEST)

    def show(self, lines: Sequence[Line]) -> None:
        """Write lines, and an empty one behind them."""
        for line in lines:
            self._stream.write(self._drawn(line) + "\n")
        if lines:
            self._stream.write("\n")
        self._stream.flush()

    def _drawn(self, line: Line) -> str:
        text = "\n".join(
            textwrap.fill(
                paragraph,
                self._width,
                initial_indent=line.indent,
                subsequent_indent=" " * len(line.indent),
                break_on_hyphens=False,
            )
            for paragraph in line.text.split("\n")
        )
        return f"{line.style}{text}{_RESET}" if line.style and self._styled else text
