"""What the handlers are given; nothing is fetched from anywhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from bot.content_sync import ContentSync
from bot.delivery.flood_limit import FloodLimit
from bot.monitoring.metrics import Metrics
from bot.settings import Settings
from bot.storage.cases import Cases
from bot.storage.conversations import Memory
from bot.storage.database import Database
from bot.storage.journal import Journal
from faq import Knowledge, Reply, Responder
from faq.loader import Fingerprint, fingerprint

T = TypeVar("T")


@dataclass(slots=True)
class Live:
    """The content in force: swapped whole when the folder changes."""

    responder: Responder
    #: What the folder looked like when its content was last looked at.
    seen: Fingerprint = ()
    #: One thread answers 300 questions a second, and more would only take each other's memory.
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def __post_init__(self) -> None:
        self.put(self.responder)

    def put(self, responder: Responder) -> None:
        """Put content in force that stands in its folder as it is now."""
        if folder := responder.knowledge.folder:
            self.seen = fingerprint(folder)
        self.responder = responder

    def is_urgent(self, text: str) -> bool:
        """Whether the content in force hears danger in a message at first sight."""
        return self.responder.is_urgent(text)

    @property
    def knowledge(self) -> Knowledge:
        """The content behind the responder."""
        return self.responder.knowledge

    async def reply(self, query: str, after: str = "", offered: Sequence[str] = ()) -> Reply:
        """The reply to a query, after an answer and with what stood on its buttons (ids)."""
        responder = self.responder  # now: changed content may come in force meanwhile
        by_id = responder.knowledge.by_id
        last, below = by_id.get(after), [by_id[i] for i in offered if i in by_id]
        return await self.think(lambda: responder.reply(query, last, below))

    async def think(self, work: Callable[[], T]) -> T:
        """Work that takes milliseconds, done while the network goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


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
