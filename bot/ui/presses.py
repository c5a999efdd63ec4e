"""What can be pressed: an action, what it is about, and a number. How a button carries it is drawn
elsewhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

#: Digits of a press's number; whoever forges a longer one gets no further.
LONGEST = 15


class Action(StrEnum):
    """What pressing a button does."""

    SHOW = "s"  # an entry picked from a list
    SUGGESTED = "d"  # an entry picked from "did you mean"
    NONE = "n"  # none of these
    TOPICS = "t"  # the list turns into the topics, a page of them
    BROWSE = "b"  # the topics come in a message of their own
    TOPIC = "o"  # one topic, a page of it
    HELPFUL = "y"
    UNHELPFUL = "u"
    # handing a question to people
    ASK = "q"
    ASK_SURE = "Q"
    ASK_NOT = "Z"
    TAKE_BACK = "w"
    # the team's, below a question that was handed to it
    TAKE = "T"
    CLOSE = "c"
    SPAM = "x"
    DRAFT = "e"
    # an admin's, in a review
    ADD = "p"
    GAP = "g"
    GAP_SURE = "G"
    IGNORE = "i"
    SKIP = "k"
    PUBLISH = "P"
    PUBLISH_ANYWAY = "A"
    DROP = "D"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: the action, what it is about, and the row, case or page it is of."""

    action: Action
    about: str = ""
    number: int = 0


def new_number() -> int:
    """A number for what buttons will be about: at random, 1 or more, of LONGEST digits at most."""
    return secrets.randbelow(10**LONGEST - 1) + 1
