"""What only admins may ask: /review, /undo and /stats. To others these are unknown words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, WebAppInfo
from telegram.ext import (
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.admin import stats
from bot.services import Services
from bot.storage.journal import Questions
from bot.telegram.admin.drafts import Drafts
from bot.telegram.admin.review import ACTIONS, Review
from bot.telegram.handlers import App, Context
from bot.telegram.render import parse
from bot.ui.cards import CAPTION
from bot.ui.presses import Action
from bot.ui.texts import CURATOR, fill
from faq import FAQError
from faq.curator.content_store import file_of
from faq.curator.publishing import folder_of
from faq.curator.publishing import undo as take_back

_log = logging.getLogger(__name__)

DRAFT_ACTIONS = frozenset({Action.PUBLISH, Action.PUBLISH_ANYWAY, Action.DROP})
COMMANDS = ("review", "undo", "stats")


def register(application: App, services: Services) -> None:
    """Add the admins' commands; where there is no journal they say so."""
    own = filters.User(user_id=services.settings.admins) & filters.UpdateType.MESSAGE
    if not services.journal.days:
        application.add_handler(CommandHandler(COMMANDS, _without_journal, filters=own))
        return
    admin = Admin(services)
    elsewhere = own & ~filters.ChatType.PRIVATE
    application.add_handler(CommandHandler(COMMANDS, _not_here, filters=elsewhere))
    for name, handler in (("review", admin.review), ("undo", admin.undo), ("stats", admin.stats)):
        application.add_handler(CommandHandler(name, handler, filters=own))
    letters = "".join(DRAFT_ACTIONS | ACTIONS)
    application.add_handler(CallbackQueryHandler(admin.press, pattern=f"^a[{letters}]"))
    written = own & filters.ChatType.PRIVATE & filters.REPLY & filters.TEXT & ~filters.COMMAND
    application.add_handler(MessageHandler(written, admin.written), group=-1)


class Admin:
    """The curator's side of the bot."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._questions = Questions(services.database)
        self._drafts = Drafts(services, self._questions)
        self._review = Review(services, self._questions, self._drafts)

    async def review(self, update: Update, _: Context) -> None:
        """Show the most asked open question."""
        message = update.effective_message
        assert message
        async with _complaining(message):
            await self._offer_desk(message)
            await self._drafts.show(message)
            await self._review.begin(message)

    async def _offer_desk(self, message: Message) -> None:
        """A button that opens the desk here, where it has a public address."""
        if url := self._services.settings.desk_url:
            app = InlineKeyboardButton(CURATOR.open_desk, web_app=WebAppInfo(f"{url}/app"))
            await message.reply_text(CURATOR.desk, reply_markup=InlineKeyboardMarkup([[app]]))

    async def press(self, update: Update, _: Context) -> None:
        """Do what a button of a review says."""
        query = update.callback_query
        assert query
        if not isinstance(query.message, Message):
            await query.answer()
            return
        async with _complaining(query.message):
            await query.answer()
            press = parse(query.data or "")
            if press is None or query.from_user.id not in self._services.settings.admins:
                return
            if press.action in DRAFT_ACTIONS:
                await self._drafts.act(query.message, press, query.from_user.first_name)
            else:
                await self._review.act(query.message, press)

    async def written(self, update: Update, _: Context) -> None:
        """A reply to a question of the review is the answer to it."""
        message, user = update.effective_message, update.effective_user
        assert message and user
        async with _complaining(message):
            if not await self._review.written(message, user.first_name):
                return
        raise ApplicationHandlerStop

    async def undo(self, update: Update, _: Context) -> None:
        """Take back the last change to the content."""
        message = update.effective_message
        assert message
        async with _complaining(message), self._drafts.one_at_a_time:
            versions = await asyncio.to_thread(take_back, folder_of(self._services.live.responder))
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


@asynccontextmanager
async def _complaining(message: Message) -> AsyncIterator[None]:
    """Tell the curator what went wrong with a file, instead of "something went wrong"."""
    try:
        yield
    except (FAQError, OSError) as error:
        _log.warning("a curator's change was not made: %s", error)
        await message.reply_text(str(error))
