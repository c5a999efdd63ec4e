"""How a button carries a press: a version letter, what to do, and a short stable id; at most 64
bytes."""

from __future__ import annotations

from bot.ui.presses import Action, Press

__all__ = ["Action", "Press", "encoded", "parse"]

VERSION = "a"
#: Digits of a row or page; whoever forges a longer one gets no further.
LONGEST = 15


def encoded(press: Press) -> str:
    """A press as callback data."""
    return f"{VERSION}{press.action}{press.number or ''}:{press.about}"


def parse(data: str) -> Press | None:
    """The press, or None for a button of another version, or a forged one."""
    head, separator, about = data.partition(":")
    if not separator or not head.startswith(VERSION) or head[1:2] not in set(Action):
        return None
    number = head[2:]
    if number and not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
        return None
    return Press(Action(head[1]), about, int(number or 0))
