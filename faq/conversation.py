"""What a message means in the light of the last answer: "and why?", "simpler", "the second"."""

from __future__ import annotations

from collections.abc import Sequence

from faq.matching.matcher import Matcher
from faq.message import Message
from faq.model import Entry, Knowledge, Reply


class Conversation:
    """Reads a message in the light of the last answer."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher) -> None:
        self._knowledge = knowledge
        self._matcher = matcher

    def reply(
        self, message: Message, after: Entry | None, offered: Sequence[Entry]
    ) -> Reply | None:
        return None
