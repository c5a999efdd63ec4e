"""What is in hand while the store is away."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from bot.storage.inbox import Ended, Item

#: Ids remembered of updates that were handled without a store.
REMEMBERED = 10_000


class Unstored:
    """Updates in hand while the store is away: in memory, in the order of their chats."""

    def __init__(self) -> None:
        #: By their ids: not before when (by the steady clock), and what.
        self.items: dict[int, tuple[float, Item]] = {}
        #: Ids of updates that were handled without the store, the latest last.
        self.handled: OrderedDict[int, None] = OrderedDict()
        self._taken: set[int] = set()
        self._changed = asyncio.Event()

    def add(self, items: Iterable[Item]) -> None:
        """Keep those that are new."""
        for item in items:
            if item.update_id not in self.items and item.update_id not in self.handled:
                self.items[item.update_id] = (0.0, item)

    def take(self, room: int, busy: set[int]) -> list[Item]:
        """The next ones to handle, of chats in which nothing is in hand."""
        now, taken = time.monotonic(), list[Item]()
        blocked = set(busy)
        for due, item in sorted(self.items.values(), key=lambda pair: pair[1].update_id):
            if item.lane not in blocked and due <= now and item.update_id not in self._taken:
                taken.append(item)
            blocked.add(item.lane)
        taken.sort(key=lambda item: not item.urgent)
        taken = taken[: max(room, 0)]
        self._taken.update(item.update_id for item in taken)
        return taken

    def end(self, ended: Ended) -> None:
        """Note how an attempt at one of them ended."""
        item = ended.item
        self._taken.discard(item.update_id)
        if ended.pause is not None:
            again = replace(item, tries=item.tries + 1)
            self.items[item.update_id] = (time.monotonic() + ended.pause, again)
            return
        del self.items[item.update_id]
        self.handled[item.update_id] = None
        if len(self.handled) > REMEMBERED:
            self.handled.popitem(last=False)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until_handled(self, items: Iterable[Item], seconds: float) -> bool:
        """Wait until updates are handled; whether they are, after so long."""
        ids = {item.update_id for item in items}
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.handled.keys() >= ids:
                    await self._changed.wait()
        return self.handled.keys() >= ids
