"""The content in force: it answers, and is swapped whole when its folder changes.

What has changed is loaded, checked and trained beside the old; only a sound one replaces it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from bot.ui.texts import CURATOR, fill
from faq import FAQError, Knowledge, Reply, Responder, load
from faq.loader import SHIPPED
from faq.model import ALERTS
from faq.source import Fingerprint, fingerprint

_log = logging.getLogger(__name__)

#: A look at a dozen files costs a fraction of a millisecond.
EVERY = 0.5
COMPLAIN_EVERY = 60.0

Tell = Callable[[str], Awaitable[None]]
T = TypeVar("T")


class Live:
    """The content in force, `seen` as its folder looked when that content stood in it.

    Without `seen` as the folder looks now.
    """

    def __init__(self, responder: Responder, seen: Fingerprint | None = None) -> None:
        #: One thread answers 300 questions a second of a FAQ with many phrasings, 40 of one whose
        #: entries are read again. A second would take the interpreter from the event loop: one
        #: wait of it in a hundred grows from 2 ms to 7.
        self._thread = ThreadPoolExecutor(1)
        self.put(responder, seen)

    @classmethod
    def of(cls, folder: Path | None) -> Live:
        """The content of a folder, or the shipped one. Raises FAQError.

        What is changed while it is being learnt, for minutes maybe, is taken up afterwards.
        """
        seen: Fingerprint = ()
        with suppress(OSError):  # `load` says it better
            seen = fingerprint(folder or SHIPPED)
        return cls(Responder(load(folder)), seen)

    def put(self, responder: Responder, seen: Fingerprint | None = None) -> None:
        """Put content in force."""
        folder = responder.knowledge.folder
        self.seen = fingerprint(folder) if folder and seen is None else seen
        self.responder, self.knowledge = responder, responder.knowledge

    def is_urgent(self, text: str) -> bool:
        """Whether the content in force hears danger in a message at first sight."""
        return self.responder.is_urgent(text)

    async def reply(self, query: str, after: str = "", offered: Sequence[str] = ()) -> Reply:
        """The reply to a query, after an answer and with what stood on its buttons (ids)."""
        responder = self.responder  # now: changed content may come in force meanwhile
        by_id = responder.knowledge.by_id
        last, below = by_id.get(after), [by_id[i] for i in offered if i in by_id]
        return await self.think(lambda: responder.reply(query, last, below))

    async def think(self, work: Callable[[], T]) -> T:
        """Work that takes milliseconds, done while the network goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class Reloader:
    """Watches the folder of the content in force."""

    def __init__(self, live: Live, tell: Tell, *, every: float = EVERY) -> None:
        assert live.knowledge.folder
        self._live = live
        self._folder = live.knowledge.folder
        self._tell = tell
        self._every = every

    async def run(self) -> None:
        """Watch for ever."""
        said = -COMPLAIN_EVERY
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.look()
            except OSError as error:  # a folder being replaced: look again in a moment
                if time.monotonic() - said >= COMPLAIN_EVERY:
                    said = time.monotonic()
                    _log.warning(
                        "%s cannot be read (%s): the content in force stays. Put the folder back.",
                        self._folder,
                        error.strerror,
                    )
            except Exception:  # whatever it is, the next change must be seen
                _log.exception("the changed content is not taken up")

    async def look(self) -> bool:
        """Take up a change, once it has come to rest; whether new content is in force."""
        before, now = self._live.seen, fingerprint(self._folder)
        if now == before:
            return False
        await asyncio.sleep(self._every)
        if fingerprint(self._folder) != now or self._live.seen != before:
            return False  # an editor is still writing, or it was published from here
        try:
            responder = await asyncio.to_thread(self._read)
        except OSError:
            raise
        except Exception as error:
            if self._live.seen == before:
                self._live.seen = now
                await self._refuse(error)
            return False
        if self._live.seen != before:  # what was published from here meanwhile is newer
            return False
        self._live.put(responder, now)
        _log.info("the changed content is in force")
        return True

    def _read(self) -> Responder:
        responder = Responder(load(self._folder))
        self._check_alerts(responder.knowledge)
        return responder

    async def _refuse(self, error: Exception) -> None:
        """Say that the content in force stays, and why."""
        known = isinstance(error, FAQError)
        _log.error("the changed content is not taken up: %s", error, exc_info=not known)
        text, why = (CURATOR.mistaken, str(error)) if known else (CURATOR.unusable, repr(error))
        await self._tell(fill(text, error=why))

    def _check_alerts(self, new: Knowledge) -> None:
        """A file half uploaded must not cost the bot its safety texts."""
        before, after = ({e.kind for e in k.entries} for k in (self._live.knowledge, new))
        for kind in ALERTS:
            if kind in before - after:
                raise FAQError(
                    f"alerts.toml: no entry of the kind {kind.value} is left. Put it back, or "
                    "restart the bot if you mean it."
                )
