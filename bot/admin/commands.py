"""What only admins may ask: /review, /undo and /stats. To others these are unknown words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, WebAppInfo
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.admin import stats
from bot.admin.drafts import Drafts
from bot.admin.review import Queue
from bot.delivery.outgoing import take_longer
from bot.services import Services
from bot.storage.journal import Questions
from bot.telegram.callback_data import Action, Press, parse
from bot.telegram.render import button
from bot.ui.texts import CURATOR, fill
from faq import FAQError, Responder
from faq.curator.content_store import file_of
from faq.curator.edits import Edit
from faq.curator.publishing import (
    SHOWN,
    Difference,
    Trial,
    add_gap,
    add_phrasing,
    breaks,
    described,
    gap_answer,
    new_entry,
    publish,
    try_out,
)
from faq.curator.publishing import undo as take_back
from faq.curator.questions import Group

_log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Change = Callable[[Responder], Sequence[Edit]]

DRAFT_ACTIONS = frozenset({Action.PUBLISH, Action.PUBLISH_ANYWAY, Action.DROP})
REVIEW_ACTIONS = DRAFT_ACTIONS | {
    *(Action.ADD, Action.GAP, Action.GAP_SURE, Action.IGNORE, Action.SKIP)
}
#: Earlier questions asked again before a change is written.
ASKED_AGAIN = 500
#: How long a change may take (seconds): training, twice, on a small machine that is busy.
A_CHANGE = 300.0
#: What Telegram takes below a picture.
CAPTION = 1024

COMMANDS = ("review", "undo", "stats")


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    """Add the admins' commands, where there is a journal and somebody to read it."""
    if not services.settings.admins:
        return
    own = filters.User(user_id=services.settings.admins) & filters.UpdateType.MESSAGE
    if not services.journal.days:
        application.add_handler(CommandHandler(COMMANDS, _without_journal, filters=own))
        return
    admin = Admin(services)
    elsewhere = own & ~filters.ChatType.PRIVATE
    application.add_handler(CommandHandler(COMMANDS, _not_here, filters=elsewhere))
    for name, handler in (("review", admin.review), ("undo", admin.undo), ("stats", admin.stats)):
        application.add_handler(CommandHandler(name, handler, filters=own))
    letters = "".join(REVIEW_ACTIONS)
    application.add_handler(CallbackQueryHandler(admin.press, pattern=f"^a[{letters}]"))
    written = own & filters.ChatType.PRIVATE & filters.REPLY & filters.TEXT & ~filters.COMMAND
    application.add_handler(MessageHandler(written, admin.written), group=-1)


class Admin:
    """The curator's side of the bot."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._questions = Questions(services.database)
        self._queue = Queue(self._questions)
        self._drafts = Drafts(services, self._questions)
        self._one_at_a_time = asyncio.Lock()

    async def review(self, update: Update, _: Context) -> None:
        """Show the most asked open question."""
        message = update.effective_message
        assert message
        async with _complaining(message):
            await self._offer_desk(message)
            await self._drafts.show(message)
            await self._refresh()
            await self._show(message, after=0, otherwise=CURATOR.nothing_open)

    async def _offer_desk(self, message: Message) -> None:
        """A button that opens the desk here, where it has a public address."""
        if url := self._services.settings.desk_url:
            app = InlineKeyboardButton(CURATOR.open_desk, web_app=WebAppInfo(f"{url}/app"))
            await message.reply_text(CURATOR.desk, reply_markup=InlineKeyboardMarkup([[app]]))

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

    async def press(self, update: Update, _: Context) -> None:
        """Do what a button of a review says."""
        query = update.callback_query
        if query is None:
            return
        await query.answer()
        press = parse(query.data or "")
        allowed = query.from_user.id in self._services.settings.admins
        if press is None or not allowed or not isinstance(query.message, Message):
            return
        async with _complaining(query.message):
            if press.action in DRAFT_ACTIONS:
                await self._act_on_drafts(query.message, press, query.from_user.first_name)
                return
            if not self._queue.groups:  # the bot has started anew since
                await self._refresh()
            await self._act(query.message, press)

    async def _act_on_drafts(self, message: Message, press: Press, by: str) -> None:
        if press.action is Action.DROP:
            await self._drafts.drop(message, press.about)
            return
        take_longer(A_CHANGE)
        async with self._one_at_a_time:
            await self._drafts.publish(message, by)

    async def written(self, update: Update, _: Context) -> None:
        """A reply to a question of the review is the answer to it."""
        message = update.effective_message
        assert message and message.text and update.effective_user
        row = _row_of(message.reply_to_message)
        if not row:
            return  # a question of the admin's own
        async with _complaining(message):
            if not self._queue.groups:
                await self._refresh()
            group = await asyncio.to_thread(self._queue.of, row)
            if group is None:
                await message.reply_text(CURATOR.dealt_with)
            else:
                edit = new_entry(self._services.live.knowledge, group.query, message.text)
                await self._drafts.put([edit], update.effective_user.first_name, group.rows)
                await self._drafts.show(message)
        raise ApplicationHandlerStop

    async def _act(self, message: Message, press: Press) -> None:
        if press.action is Action.SKIP:
            await self._show(message, after=press.number, otherwise=CURATOR.no_more)
            return
        group = await asyncio.to_thread(self._queue.of, press.number)
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
        async with self._one_at_a_time:
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

    @property
    def _folder(self) -> Path:
        folder = self._services.live.knowledge.folder
        assert folder
        return folder

    async def undo(self, update: Update, _: Context) -> None:
        """Take back the last change to the content."""
        message = update.effective_message
        assert message
        async with _complaining(message), self._one_at_a_time:
            versions = await asyncio.to_thread(take_back, self._folder)
            if not versions:
                await message.reply_text(CURATOR.nothing_to_undo)
                return
            again = [await asyncio.to_thread(self._questions.reopen, v) for v in versions]
            lines = [fill(CURATOR.taken_back, name=file_of(version)) for version in versions]
            again_said = f" {CURATOR.open_again}" if any(again) else ""
            await message.reply_text("\n".join(lines) + again_said)

    async def stats(self, update: Update, _: Context) -> None:
        """What was asked lately."""
        message = update.effective_message
        assert message
        async with _complaining(message):
            knowledge = self._services.live.knowledge
            text = await asyncio.to_thread(stats.summary, self._questions, knowledge)
            picture = await asyncio.to_thread(stats.chart, stats.days(self._questions))
            await message.reply_photo(picture, caption=text[:CAPTION])


async def _not_here(update: Update, _: Context) -> None:
    if message := update.effective_message:
        await message.reply_text(CURATOR.not_here)


async def _without_journal(update: Update, _: Context) -> None:
    if message := update.effective_message:
        await message.reply_text(CURATOR.no_journal)


def _row_of(shown: Message | None) -> int:
    """The row of the question that a message of the review shows; 0 for any other message."""
    rows = shown.reply_markup.inline_keyboard if shown and shown.reply_markup else ()
    presses = [parse(str(each.callback_data or "")) for row in rows for each in row]
    return next((p.number for p in presses if p and p.action is Action.IGNORE), 0)


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


@asynccontextmanager
async def _complaining(message: Message) -> AsyncIterator[None]:
    """Tell the curator what went wrong with a file, instead of "something went wrong"."""
    try:
        yield
    except (FAQError, OSError) as error:
        _log.warning("a curator's change was not made: %s", error)
        await message.reply_text(str(error))
