"""What waits for a curator in a chat: one group of questions after the other, and what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup, Message

from bot.delivery.attempts import take_longer
from bot.services import Services
from bot.storage.journal import Questions
from bot.telegram.admin.drafts import A_CHANGE, Drafts
from bot.telegram.render import button, presses_below
from bot.ui.presses import Action, Press
from bot.ui.texts import CURATOR, fill
from faq import Responder
from faq.curator.edits import Edit
from faq.curator.publishing import (
    ASKED_AGAIN,
    SHOWN,
    Difference,
    Trial,
    add_gap,
    add_phrasing,
    breaks,
    described,
    gap_answer,
    get_ready,
    new_entry,
    publish,
    try_out,
)
from faq.curator.questions import Group, grouped

Change = Callable[[Responder], Sequence[Edit]]

ACTIONS = frozenset({Action.ADD, Action.GAP, Action.GAP_SURE, Action.IGNORE, Action.SKIP})


@dataclass(slots=True)
class Queue:
    """The groups as they stood when a curator last asked for them."""

    questions: Questions
    groups: Sequence[Group] = field(default_factory=list)

    def refresh(self, responder: Responder) -> None:
        """Read the journal anew."""
        self.groups = grouped(self.questions.open(), responder)

    def after(self, row: int) -> Group | None:
        """The next group still open after the one of a row, the first where there is none."""
        starts = [number for number, group in enumerate(self.groups) if row in group.rows]
        left = self.groups[starts[0] + 1 :] if starts else self.groups
        return next((group for group in left if self.questions.still_open(group.rows)), None)

    def of(self, row: int) -> Group | None:
        """The group of a row, if it is still open."""
        found = next((group for group in self.groups if row in group.rows), None)
        return found if found and self.questions.still_open(found.rows) else None


class Review:
    """The curator's way through the queue."""

    def __init__(self, services: Services, questions: Questions, drafts: Drafts) -> None:
        self._services = services
        self._questions = questions
        self._queue = Queue(questions)
        self._drafts = drafts
        self._readying: asyncio.Task[None] | None = None

    async def begin(self, message: Message) -> None:
        """Show the most asked open question."""
        await self._refresh()
        await self._show(message, after=0, otherwise=CURATOR.nothing_open)
        self._readying = asyncio.create_task(asyncio.to_thread(self._get_ready))

    def _get_ready(self) -> None:
        queries = [query for query, _ in self._questions.answered(ASKED_AGAIN)]
        get_ready(self._services.live.responder, queries)

    async def written(self, message: Message, by: str) -> bool:
        """A reply to a question of the review is the answer to it; whether it is one."""
        row = _row_of(message.reply_to_message)
        if not row:
            return False  # a question of the admin's own
        group = await self._group(row)
        if group is None:
            await message.reply_text(CURATOR.dealt_with)
        else:
            edit = new_entry(self._services.live.knowledge, group.query, message.text or "")
            await self._drafts.put([edit], by, group.rows)
            await self._drafts.show(message)
        return True

    async def _group(self, row: int) -> Group | None:
        """The open group of a row; where the bot has started anew since, the queue is read anew."""
        if not self._queue.groups:
            await self._refresh()
        return await asyncio.to_thread(self._queue.of, row)

    async def _refresh(self) -> None:
        await asyncio.to_thread(self._queue.refresh, self._services.live.responder)

    async def _show(self, message: Message, *, after: int, otherwise: str) -> None:
        """The next open group after the one of a row."""
        group = await asyncio.to_thread(self._queue.after, after)
        if group is None:
            await message.reply_text(otherwise)
            return
        many = len(group.asked)
        first = fill(
            CURATOR.asked_often if many > 1 else CURATOR.asked_once,
            query=group.query[:SHOWN],
            times=str(many),
        )
        others = [fill(CURATOR.also, query=query[:SHOWN]) for query in group.others[:3]]
        text = "\n".join([first, *others, CURATOR.write])
        await message.reply_text(text, reply_markup=_keyboard(group))

    async def act(self, message: Message, press: Press) -> None:
        """Do what a button of a group says."""
        if press.action is Action.SKIP:
            if not self._queue.groups:
                await self._refresh()
            await self._show(message, after=press.number, otherwise=CURATOR.no_more)
            return
        group = await self._group(press.number)
        if group is None:
            await message.reply_text(CURATOR.dealt_with)
        elif press.action is Action.ADD:
            await self._publish(
                message, group, lambda live: add_phrasing(live, press.about, group.query)
            )
        elif press.action is Action.GAP:
            await self._ask_whether_sure(message, press)
        elif press.action is Action.GAP_SURE:
            await self._publish(message, group, lambda live: add_gap(live, group.query))
        else:
            if not await asyncio.to_thread(self._questions.settle, group.rows, "ignored"):
                await message.reply_text(CURATOR.dealt_with)
                return
            await message.reply_text(fill(CURATOR.ignored, query=group.query[:SHOWN]))
            await self._show(message, after=press.number, otherwise=CURATOR.no_more)

    async def _ask_whether_sure(self, message: Message, press: Press) -> None:
        answer = gap_answer(self._services.live.knowledge)
        yes = button(CURATOR.gap_yes, Action.GAP_SURE, "", press.number)
        no = button(CURATOR.skip, Action.SKIP, "", press.number)
        markup = InlineKeyboardMarkup([[yes], [no]])
        await message.reply_text(fill(CURATOR.gap_sure, answer=answer), reply_markup=markup)

    async def _publish(self, message: Message, group: Group, change: Change) -> None:
        """Make a change if nothing breaks by it, say what came of it, and show the next group."""
        await message.reply_text(CURATOR.checking)
        take_longer(A_CHANGE)
        async with self._drafts.one_at_a_time:
            take_longer(A_CHANGE)
            if not await asyncio.to_thread(self._questions.still_open, group.rows):
                await message.reply_text(CURATOR.dealt_with)
                return
            broken, versions = await asyncio.to_thread(self._write, group, change)
        if broken:
            await message.reply_text(fill(CURATOR.breaks, answers=described(broken)))
            await self._drafts.put(change(self._services.live.responder), "/review", group.rows)
            await self._drafts.show(message)
            return
        said = CURATOR.done if versions else CURATOR.there_already
        await message.reply_text(fill(said, query=group.query[:SHOWN]))
        await self._show(message, after=group.rows[0], otherwise=CURATOR.no_more)

    def _write(self, group: Group, change: Change) -> tuple[Sequence[Difference], Sequence[str]]:
        """Make a change unless something breaks by it; what breaks, the versions replaced."""
        live = self._services.live
        trial = try_out(live.responder, change(live.responder))
        if broken := breaks(trial, self._questions.answered(ASKED_AGAIN)):
            return broken, ()
        versions = publish(trial)
        live.put(trial.new)
        self._settle(group, trial, versions)
        return (), versions

    def _settle(self, group: Group, trial: Trial, versions: Sequence[str]) -> None:
        """Settle the questions a change answers; the others stay open."""
        first, *others = group.asked
        rows = [first.id, *(each.id for each in others if trial.answers(each.query))]
        self._questions.settle(rows, "published", version=versions[0] if versions else "")


def _row_of(shown: Message | None) -> int:
    """The row of the question that a message of the review shows; 0 for any other message."""
    return next((p.number for p in presses_below(shown) if p.action is Action.IGNORE), 0)


def _keyboard(group: Group) -> InlineKeyboardMarkup:
    row = group.rows[0]
    add = [
        [button(fill(CURATOR.add_to, question=c.entry.question), Action.ADD, c.entry.id, row)]
        for c in group.candidates
    ]
    texts = CURATOR
    rest = [
        (texts.make_gap, Action.GAP),
        (texts.ignore, Action.IGNORE),
        (texts.skip, Action.SKIP),
    ]
    return InlineKeyboardMarkup([*add, [button(text, a, "", row) for text, a in rest]])
