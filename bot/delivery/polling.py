"""The acknowledging poll loop: Telegram is told that an update is handled when it is.

Telegram confirms every update below the offset of a getUpdates call. So the offset stays at the
first update that is not handled yet; what comes again with it is known and skipped.
"""

from __future__ import annotations

import asyncio
import json
import logging
import warnings
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot, Update

from bot.delivery.failures import BACKOFF, REVOKED, Failures
from bot.delivery.shutdown import cancel, unless_stopped
from bot.monitoring.metrics import Metrics
from bot.storage.updates import State

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
)
#: Telegram gives 100 updates at most, so more in hand would hide the newer ones.
WINDOW = 100
#: Updates stored to make room; with more than this the trouble is general, and fetching waits.
MOST_PARKED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the loop waits for what (seconds)."""

    poll: float = 25.0  # a long poll; with `grace` a dead line is found out within 35 s
    grace: float = 10.0
    peek: float = 0.5  # the longest pause between polls while updates are in hand
    room: float = 1.0  # a burst of 100 is through in less; then the oldest is the slow one
    backoff: float = BACKOFF
    revoked: float = REVOKED
    drain: float = 3.0  # of the 5 s a process has after SIGTERM; the rest needs one


class Intake(Protocol):
    """Who handles updates (bot.delivery.updates.Work)."""

    def start(self, update: Update) -> asyncio.Task[None]: ...

    def is_handled(self, update_id: int) -> bool: ...


@dataclass(slots=True)
class _InHand:
    raw: dict[str, Any]
    task: asyncio.Task[None] | None  # None: nothing to wait for

    @property
    def is_handled(self) -> bool:
        return self.task is None or (self.task.done() and not self.task.cancelled())


class Window:
    """Updates fetched and not yet confirmed, in Telegram's order."""

    def __init__(self) -> None:
        self._updates: dict[int, _InHand] = {}
        self._confirmed: int | None = None

    def add(self, raw: dict[str, Any], task: asyncio.Task[None] | None) -> None:
        self._updates[raw["update_id"]] = _InHand(raw, task)

    def __contains__(self, update_id: int) -> bool:
        return update_id in self._updates

    def __len__(self) -> int:
        return len(self._updates)

    def in_hand(self) -> list[asyncio.Task[None]]:
        return [each.task for each in self._updates.values() if each.task and not each.task.done()]

    def offset(self) -> int | None:
        """The offset that confirms what is handled, up to the first update that is not."""
        for update_id, each in list(self._updates.items()):
            if not each.is_handled:
                return update_id
            self._confirmed = update_id + 1
            del self._updates[update_id]
        return self._confirmed

    def forget_confirmed(self) -> None:
        """Start without an offset: after a quiet week Telegram's ids start anew, maybe lower."""
        self._confirmed = None

    def oldest(self) -> tuple[dict[str, Any], asyncio.Task[None]] | None:
        """The first update that is not handled, which holds the offset."""
        first = self._updates.get(self.offset() or 0)
        return (first.raw, first.task) if first and first.task else None

    def let_go(self, update_id: int) -> None:
        """Confirm an update that somebody else takes care of."""
        self._updates[update_id].task = None


class Poller:
    """Fetches updates, hands them to `work`, and confirms them when they are handled."""

    def __init__(
        self,
        bot: Bot,
        work: Intake,
        *,
        state: State,
        metrics: Metrics,
        patience: Patience | None = None,
    ) -> None:
        self._bot = bot
        self._work = work
        self._state = state
        self._metrics = metrics
        self._patience = patience or Patience()
        self._failures = Failures(backoff=self._patience.backoff, revoked=self._patience.revoked)
        self._window = Window()
        self._parked: set[asyncio.Task[None]] = set()
        self._peek = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`, then finish what is in hand and confirm it.

        Raises SettingsError when Telegram refuses the token for minutes.
        """
        # PTB recommends get_updates instead, which parses all updates or none.
        warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
        self._resume_parked()
        while not stop.is_set():
            await unless_stopped(stop, self._turn())
        await self._drain()

    async def _turn(self) -> None:
        try:
            await self._poll()
        except Exception as error:  # whatever the network, PTB or the disk come up with
            await asyncio.sleep(self._failures.pause(error))

    async def _poll(self) -> None:
        updates = await self._fetch(self._patience.poll)
        self._failures.over()
        self._metrics.note_poll()
        if self._accept(updates):
            self._peek = 0.0
        elif in_hand := self._window.in_hand():
            await self._wait_a_little(in_hand)
        elif not updates and not self._window:
            self._window.forget_confirmed()
        await self._make_room()

    async def _fetch(self, timeout: float) -> list[dict[str, Any]]:
        """Raw updates; parsed one by one, for one that PTB cannot read must not hide the rest."""
        offset = self._window.offset()
        arguments = {"timeout": int(timeout), "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            arguments["offset"] = offset
        grace = self._patience.grace
        call = self._bot.do_api_request("getUpdates", arguments, read_timeout=timeout + grace)
        # A body that trickles in never trips a read timeout: hence another limit over all.
        updates: list[dict[str, Any]] = await asyncio.wait_for(call, timeout + 2 * grace)
        return updates

    def _accept(self, updates: list[dict[str, Any]]) -> int:
        """Start what is new; gives how many updates were."""
        fresh = [update for update in updates if update["update_id"] not in self._window]
        for raw in fresh:
            update_id = raw["update_id"]
            known = self._work.is_handled(update_id)
            update = None if known else parse(raw, self._bot)
            self._window.add(raw, self._work.start(update) if update else None)
        return len(fresh)

    async def _wait_a_little(self, in_hand: list[asyncio.Task[None]]) -> None:
        # Telegram answers at once while something is not confirmed: do not ask without a pause.
        self._peek = min(max(2 * self._peek, 0.05), self._patience.peek)
        await asyncio.wait(in_hand, timeout=self._peek, return_when=asyncio.FIRST_COMPLETED)

    async def _make_room(self) -> None:
        """Keep one slow update from hiding the newer ones: store it safely, then let it go."""
        while (oldest := self._window.oldest()) and len(self._window) >= WINDOW:
            raw, task = oldest
            await asyncio.wait([task], timeout=self._patience.room)
            if not task.done():
                self._state.park(raw["update_id"], json.dumps(raw))
                self._window.let_go(raw["update_id"])
                self._park(task)
        while len(self._parked) >= MOST_PARKED:
            await asyncio.wait(self._parked, return_when=asyncio.FIRST_COMPLETED)

    def _park(self, task: asyncio.Task[None]) -> None:
        self._parked.add(task)
        task.add_done_callback(self._parked.discard)

    def _resume_parked(self) -> None:
        for raw in map(json.loads, self._state.parked()):
            if update := parse(raw, self._bot):
                self._park(self._work.start(update))
            else:
                self._state.remember(raw["update_id"])

    async def _drain(self) -> None:
        if in_hand := [*self._parked, *self._window.in_hand()]:
            _log.info("finishing %d updates", len(in_hand))
            _, late = await asyncio.wait(in_hand, timeout=self._patience.drain)
            await asyncio.gather(*(cancel(task) for task in late))
        await self._confirm()

    async def _confirm(self) -> None:
        """One last getUpdates. What it returns stays unconfirmed, so nothing is lost by it."""
        if self._window.offset() is None:
            return
        try:
            await asyncio.wait_for(self._fetch(0), 0.7)
        except Exception as error:  # the bot ends anyway
            _log.warning("last confirmation failed (%r): repetitions will be skipped", error)


def parse(raw: dict[str, Any], bot: Bot) -> Update | None:
    """The update, or None for one that PTB cannot read: it is logged and let go."""
    try:
        return Update.de_json(raw, bot)
    except Exception as error:  # whatever a malformed update makes PTB raise
        _log.error("update %s cannot be read: %r", raw.get("update_id"), error)
        return None
