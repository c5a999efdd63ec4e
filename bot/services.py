"""What the handlers are given; nothing is fetched from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content import Live
from bot.delivery.flood_limit import FloodLimit
from bot.monitoring.metrics import Metrics
from bot.settings import Settings
from bot.storage.cases import Cases
from bot.storage.conversations import Memory
from bot.storage.database import Database
from bot.storage.journal import Journal
from bot.storage.versions import ContentSync


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The collaborators of the conversation."""

    settings: Settings
    live: Live
    database: Database
    memory: Memory
    metrics: Metrics
    journal: Journal
    flood: FloodLimit
    #: Keeps the content in step with other processes, where there may be any.
    sync: ContentSync | None = None
    #: Questions handed to people, where there are any who answer.
    cases: Cases | None = None
