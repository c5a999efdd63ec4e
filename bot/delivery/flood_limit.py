"""How much one person may ask: a sliding window for each kind of update, bounded in memory.

It counts by the bot's own steady clock: the date of a message is Telegram's, and clocks jump. What
an alert answers passes whatever is said here, so whoever asks decides after reading the text.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum, auto

WINDOW = 60.0  # seconds
#: People remembered at a time; 10,000 windows of 20 numbers are a few megabytes.
PEOPLE = 10_000


class Kind(Enum):
    """What is limited; the value is how many a minute."""

    #: Nobody reads more than 20 answers a minute.
    QUESTION = ("question", 20)
    #: Stickers, commands: no question, so they cost none of those.
    OTHER = ("other", 20)
    EDIT = ("edit", 10)
    #: One person in a group, where others read along.
    IN_GROUP = ("in group", 10)
    #: Telegram takes 20 messages a minute for a group.
    GROUP = ("group", 18)
    TAP = ("tap", 60)
    #: Each pause in typing asks.
    INLINE = ("inline", 60)

    @property
    def a_minute(self) -> int:
        """How many pass."""
        return self.value[1]


class Verdict(Enum):
    """What to do with one more."""

    WELCOME = auto()
    ASK_TO_SLOW_DOWN = auto()
    DROP = auto()


@dataclass(slots=True)
class _Window:
    times: deque[float] = field(default_factory=deque)
    told: float = float("-inf")


class FloodLimit:
    """Counts; who goes over is told so once a minute, so that nobody meets silence for longer."""

    def __init__(
        self,
        *,
        window: float = WINDOW,
        people: int = PEOPLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window = window
        self._people = people
        self._clock = clock
        self._windows: OrderedDict[Hashable, _Window] = OrderedDict()

    def check(self, kind: Kind, whose: int) -> Verdict:
        """The verdict on one more of a kind, by a person or in a chat."""
        now, window = self._clock(), self._window_of((kind, whose))
        while window.times and window.times[0] <= now - self._window:
            window.times.popleft()
        if len(window.times) < kind.a_minute:
            window.times.append(now)
            return Verdict.WELCOME
        if now - window.told < self._window:
            return Verdict.DROP
        window.told = now
        return Verdict.ASK_TO_SLOW_DOWN

    def _window_of(self, key: Hashable) -> _Window:
        window = self._windows.setdefault(key, _Window())
        self._windows.move_to_end(key)
        if len(self._windows) > self._people:
            self._windows.popitem(last=False)
        return window
