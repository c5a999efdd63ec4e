"""A changed content folder is taken up while questions are being answered.

The new content is loaded, checked and trained beside the old; only a sound one replaces it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.services import Live
from bot.ui.texts import CURATOR, fill
from faq import FAQError, Knowledge, Responder, load
from faq.loader import fingerprint
from faq.model import ALERTS

_log = logging.getLogger(__name__)

#: A look at a dozen files costs a fraction of a millisecond.
EVERY = 0.5
COMPLAIN_EVERY = 60.0

Tell = Callable[[str], Awaitable[None]]


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
        now = fingerprint(self._folder)
        if now == self._live.seen:
            return False
        await asyncio.sleep(self._every)
        if fingerprint(self._folder) != now:  # an editor is still writing
            return False
        try:
            taken_up = await self._take_up()
        except OSError:
            raise
        except Exception as error:
            self._live.seen = now
            await self._tell(fill(CURATOR.unusable, error=repr(error)))
            raise
        self._live.seen = now
        return taken_up

    async def _take_up(self) -> bool:
        try:
            responder = await asyncio.to_thread(lambda: Responder(load(self._folder)))
            self._check_alerts(responder.knowledge)
        except FAQError as error:
            _log.error("the changed content is not taken up: %s", error)
            await self._tell(fill(CURATOR.mistaken, error=str(error)))
            return False
        self._live.responder = responder
        _log.info("the changed content is in force")
        return True

    def _check_alerts(self, new: Knowledge) -> None:
        """A file half uploaded must not cost the bot its safety texts."""
        before, after = ({e.kind for e in k.entries} for k in (self._live.knowledge, new))
        for kind in ALERTS:
            if kind in before - after:
                raise FAQError(
                    f"alerts.toml: no entry of the kind {kind.value} is left. Put it back, or "
                    "restart the bot if you mean it."
                )
