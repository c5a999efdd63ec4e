"""What a button carries: a version letter, what to do, and a short stable id; at most 64 bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

VERSION = "a"
#: Digits of a row or page; whoever forges a longer one gets no further.
LONGEST = 15


class Action(StrEnum):
    """What pressing a button does."""

    SHOW = "s"  # an entry picked from a list
    SUGGESTED = "d"  # an entry picked from "did you mean"
    NONE = "n"  # none of these
    TOPICS = "t"  # the list turns into the topics
    BROWSE = "b"  # the topics come in a message of their own
    TOPIC = "o"  # one topic, a page of it
    HELPFUL = "y"
    UNHELPFUL = "u"
    # an admin's, in a review
    ADD = "p"
    GAP = "g"
    GAP_SURE = "G"
    IGNORE = "i"
    SKIP = "k"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: the action, what it is about, and the journal row or page it belongs to."""

    action: Action
    about: str = ""
    number: int = 0

    def data(self) -> str:
        """As callback data."""
        return f"{VERSION}{self.action}{self.number or ''}:{self.about}"


def parse(data: str) -> Press | None:
    """The press, or None for a button of another version, or a forged one."""
    head, separator, about = data.partition(":")
    if not separator or not head.startswith(VERSION) or head[1:2] not in set(Action):
        return None
    number = head[2:]
    if number and not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
        return None
    return Press(Action(head[1]), about, int(number or 0))
