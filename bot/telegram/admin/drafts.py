"""What waits to be published, in a chat: what it would change is shown before it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup, Message

from bot.delivery.attempts import take_longer
from bot.services import Services
from bot.storage.journal import Questions
from bot.telegram.render import button
from bot.ui.presses import Action, Press
from bot.ui.texts import CURATOR, fill
from faq.curator import draft
from faq.curator.draft import Waiting
from faq.curator.edits import Edit
from faq.curator.publishing import (
    ASKED_AGAIN,
    SHOWN,
    Difference,
    Trial,
    described,
    differences,
    folder_of,
    try_out,
)

#: How long trying a change may take (seconds).
A_CHANGE = 300.0


@dataclass(slots=True)
class Drafts:
    """The changes that wait, shared with the desk."""

    services: Services
    questions: Questions
    _tried: tuple[Sequence[Edit], Trial] | None = None
    #: Content is changed by one at a time.
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def waiting(self) -> Sequence[Waiting]:
        """What waits."""
        return draft.read(folder_of(self.services.live.responder)).waiting

    async def put(self, edits: Sequence[Edit], by: str, rows: Sequence[int]) -> None:
        """Let edits wait, with the questions they answer."""

        def put(workbench: draft.Workbench) -> None:
            for edit in edits:
                workbench.put(Waiting(edit, by, tuple(rows)))

        folder = folder_of(self.services.live.responder)
        await asyncio.to_thread(draft.change, folder, put)

    async def show(self, message: Message) -> None:
        """What waits, and what it would change; nothing where nothing waits."""
        waiting = self.waiting()
        if not waiting:
            return
        await message.reply_text(CURATOR.trying)
        take_longer(A_CHANGE)
        async with self.one_at_a_time:
            found = await asyncio.to_thread(self._try)
        broken = [difference for difference in found if difference.breaks]
        told = (
            CURATOR.would_break
            if broken
            else CURATOR.would_change
            if found
            else CURATOR.nothing_changes
        )
        lines = "\n".join(f"• {_told(each)}" for each in waiting[:10])
        text = fill(CURATOR.waits, changes=lines) + "\n\n" + fill(told, changes=described(found))
        action = Action.PUBLISH_ANYWAY if broken else Action.PUBLISH
        label = CURATOR.publish_anyway if broken else CURATOR.publish
        drops = [
            [button(fill(CURATOR.throw_away, draft=_named(each)[:40]), Action.DROP, each.edit.id)]
            for each in waiting[:5]
        ]
        rows = [[button(label, action)], *drops]
        await message.reply_text(text, reply_markup=InlineKeyboardMarkup(rows))

    def _try(self) -> Sequence[Difference]:
        live = self.services.live.responder
        edits = draft.read(folder_of(live)).edits
        trial = try_out(live, edits)
        self._tried = edits, trial
        return differences(trial, self.questions.answered(ASKED_AGAIN))

    async def act(self, message: Message, press: Press, by: str) -> None:
        """Do what a button below the drafts says."""
        if press.action is Action.DROP:
            await self._drop(message, press.about)
        else:
            await self._publish(message, by)

    async def _publish(self, message: Message, by: str) -> None:
        """Put in force what was shown."""
        take_longer(A_CHANGE)
        async with self.one_at_a_time:
            tried, self._tried = self._tried, None
            live = self.services.live
            now = draft.read(folder_of(live.responder)).edits
            if tried is None or tried[0] != now or tried[1].old is not live.responder:
                await message.reply_text(CURATOR.changed_since)
                shown = False
            else:
                await asyncio.to_thread(self._release, tried[1], now, by)
                await message.reply_text(CURATOR.published)
                shown = True
        if not shown:
            await self.show(message)

    def _release(self, trial: Trial, edits: Sequence[Edit], by: str) -> None:
        versions, rows = draft.release(self.services.live, trial, edits, by)
        if rows:
            self.questions.settle(rows, "published", version=versions[0] if versions else "")

    async def _drop(self, message: Message, identity: str) -> None:
        """Throw away what waits for an entry."""
        folder = folder_of(self.services.live.responder)

        def take(workbench: draft.Workbench) -> None:
            for each in list(workbench.waiting):
                if each.edit.id == identity:
                    workbench.take(each.edit.file, identity)

        await asyncio.to_thread(draft.change, folder, take)
        await message.reply_text(CURATOR.dropped)


def _told(waiting: Waiting) -> str:
    """A draft, and what people would read."""
    answer = str((waiting.edit.fields or {}).get("answer", ""))
    cut = f"{answer[:SHOWN]}…" if len(answer) > SHOWN else answer
    return f"{_named(waiting)}\n{cut}".strip()


def _named(waiting: Waiting) -> str:
    """A draft in a line."""
    edit = waiting.edit
    fields = edit.fields or edit.base or {}
    what = "goes" if edit.fields is None else "new" if edit.base is None else "changed"
    return f"“{str(fields.get('question', edit.id))[:SHOWN]}” ({what}, {waiting.by})"
