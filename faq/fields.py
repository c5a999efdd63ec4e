"""The fields of a content file's tables, read one by one: what is wrong is noted, not raised."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from faq.model import Problem
from faq.source import Block

__all__ = ["Table"]

T = TypeVar("T")
_BLANK: dict[type, Any] = {str: "", list: [], dict: {}, date: date.min, bool: False}


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
