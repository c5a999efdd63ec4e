"""What the handlers are given; nothing is fetched from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.journal import Journal, NoJournal
from bot.memory import Memory
from bot.metrics import Metrics
from bot.settings import Settings
from bot.state import State
from faq import Knowledge, Responder


@dataclass(slots=True)
class Live:
    """The content in force: swapped whole when the folder changes."""

    responder: Responder

    @property
    def knowledge(self) -> Knowledge:
        """The content behind the responder."""
        return self.responder.knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The collaborators of the conversation."""

    settings: Settings
    live: Live
    state: State
    memory: Memory
    metrics: Metrics
    journal: Journal = field(default_factory=NoJournal)
