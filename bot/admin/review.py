"""What waits for a curator in a chat: one group of questions after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.storage.journal import Questions
from faq import Responder
from faq.curator.questions import Group, grouped


@dataclass(slots=True)
class Queue:
    """The groups as they stood when a curator last asked for them."""

    questions: Questions
    groups: Sequence[Group] = field(default_factory=list)

    def refresh(self, responder: Responder) -> None:
        """Read the journal anew."""
        self.groups = grouped(self.questions.open(), responder)

    def after(self, row: int) -> Group | None:
        """The next group still open after the one of a row, the first where there is none."""
        starts = [number for number, group in enumerate(self.groups) if row in group.rows]
        left = self.groups[starts[0] + 1 :] if starts else self.groups
        return next((group for group in left if self.questions.still_open(group.rows)), None)

    def of(self, row: int) -> Group | None:
        """The group of a row, if it is still open."""
        found = next((group for group in self.groups if row in group.rows), None)
        return found if found and self.questions.still_open(found.rows) else None
