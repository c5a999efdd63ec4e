"""When the people behind the bot read: days and times of a week, in their own time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

__all__ = ["Hours"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: "Mon-Fri 9:00-17:00", "sat 10-12:30"
_SPAN = re.compile(
    r"(?P<first>[a-z]{3})[a-z]*(?:\s*[-\u2013]\s*(?P<last>[a-z]{3})[a-z]*)?\s+"
    r"(?P<h1>\d{1,2})(?::(?P<m1>[0-5]\d))?\s*[-\u2013]\s*(?P<h2>\d{1,2})(?::(?P<m2>[0-5]\d))?",
    re.IGNORECASE,
)
#: No team is away longer; a calendar without any opening shall end the search (days).
LONGEST_PAUSE = 370


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open on a day of the week (0 is Monday) from one minute of the day to another (0 to 1440)."""

    day: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """A week's opening hours; `closed` are days on which nobody reads."""

    zone: ZoneInfo
    spans: tuple[Span, ...]
    closed: frozenset[date] = frozenset()

    def is_open(self, now: datetime) -> bool:
        """Whether somebody reads at a moment (aware of its zone)."""
        local = now.astimezone(self.zone)
        minute = 60 * local.hour + local.minute
        return any(span.opens <= minute < span.closes for span in self._on(local.date()))

    def next_opening(self, now: datetime) -> datetime | None:
        """When somebody reads next after a moment, in the team's zone; None if never."""
        local = now.astimezone(self.zone)
        for later in range(LONGEST_PAUSE):
            day = local.date() + timedelta(days=later)
            for span in self._on(day):
                hour, minute = divmod(span.opens, 60)
                opens = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
                if opens > local:
                    return opens
        return None

    def _on(self, day: date) -> Sequence[Span]:
        return () if day in self.closed else [s for s in self.spans if s.day == day.weekday()]

    def week(self) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
        """Days that are alike together: the first, the last, and when it is open on each."""
        times = [tuple((s.opens, s.closes) for s in self.spans if s.day == d) for d in range(7)]
        runs = [list(run) for _, run in groupby(range(7), key=lambda day: times[day])]
        return [(run[0], run[-1], times[run[0]]) for run in runs if times[run[0]]]


def read_spans(texts: Iterable[str]) -> tuple[Span, ...]:
    """Spans as a person writes them. Raises ValueError with the text that is none."""
    return tuple(sorted({span for text in texts for span in _spans(text)}))


def _spans(text: str) -> list[Span]:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    names = [(found[name] or found["first"]).lower() for name in ("first", "last")]
    opens, closes = (60 * int(found[f"h{n}"]) + int(found[f"m{n}"] or 0) for n in (1, 2))
    if not set(names) <= set(DAYS) or not opens < closes <= 24 * 60:
        raise ValueError(text)
    first, last = map(DAYS.index, names)
    return [Span((first + n) % 7, opens, closes) for n in range((last - first) % 7 + 1)]
