"""How much one person may ask: a sliding window, bounded in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from enum import Enum, auto

#: Issue 4: more than 20 questions a minute is a flood; nobody reads 20 answers a minute.
QUESTIONS = 20
WINDOW = 60.0  # seconds
#: People remembered at a time; 10,000 windows of 20 numbers are a few megabytes.
PEOPLE = 10_000


class Verdict(Enum):
    """What to do with a question."""

    WELCOME = auto()
    ASK_TO_SLOW_DOWN = auto()
    DROP = auto()


class FloodLimit:
    """Counts questions per person; who goes over is asked once, until the minute has room again."""

    def __init__(
        self, *, questions: int = QUESTIONS, window: float = WINDOW, people: int = PEOPLE
    ) -> None:
        self._questions = questions
        self._window = window
        self._people = people
        self._asked: OrderedDict[int, deque[float]] = OrderedDict()
        self._told: set[int] = set()

    def check(self, person: int, now: float) -> Verdict:
        """The verdict on one more question of `person` at `now` (seconds, any steady clock)."""
        times = self._times(person, now)
        if len(times) < self._questions:
            times.append(now)
            self._told.discard(person)
            return Verdict.WELCOME
        if person in self._told:
            return Verdict.DROP
        self._told.add(person)
        return Verdict.ASK_TO_SLOW_DOWN

    def _times(self, person: int, now: float) -> deque[float]:
        times = self._asked.setdefault(person, deque())
        self._asked.move_to_end(person)
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(self._asked) > self._people:
            self._told.discard(self._asked.popitem(last=False)[0])
        return times
