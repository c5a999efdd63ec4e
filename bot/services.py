"""What the handlers are given; nothing is fetched from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass

from bot.metrics import Metrics
from bot.settings import Settings
from bot.state import State
from faq import Knowledge, Responder


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The collaborators of the conversation."""

    settings: Settings
    knowledge: Knowledge
    responder: Responder
    state: State
    metrics: Metrics
