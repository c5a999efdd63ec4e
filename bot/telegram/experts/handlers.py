"""The handlers of this room, and the hooks by which the conversation reaches it."""

from __future__ import annotations

from contextlib import suppress

from telegram import Message, Update
from telegram.ext import (
    ApplicationHandlerStop,
    CallbackQueryHandler,
    MessageHandler,
    filters,
)

from bot.delivery.flood_limit import Kind, Verdict
from bot.services import Services
from bot.storage.database import StoreError
from bot.telegram.experts.asking import Asking
from bot.telegram.experts.group import Group
from bot.telegram.experts.relay import words_of
from bot.telegram.handlers import App, Context
from bot.telegram.render import parse
from bot.ui.presses import Action

PERSON = frozenset({Action.ASK, Action.ASK_SURE, Action.ASK_NOT, Action.TAKE_BACK})
TEAM = frozenset({Action.TAKE, Action.CLOSE, Action.SPAM, Action.DRAFT})


class Experts:
    """The way to people, where there is one."""

    def __init__(self, services: Services, application: App):
        assert services.settings.experts
        self._configured = services.settings.experts
        self._services = services
        assert services.cases
        self._cases = services.cases
        self.group = Group(services, self._cases, application.bot, self._configured)
        self.asking = Asking(services, self._cases, self.group)
        self._register(application)

    def _register(self, application: App) -> None:
        """Before all other handlers, the admins' too (-1); what is dealt with goes no further."""
        letters = "".join(PERSON | TEAM)
        here = filters.ChatType.GROUPS
        new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
        said = filters.ChatType.PRIVATE & ~filters.COMMAND & ~filters.StatusUpdate.ALL
        added = said & new & filters.REPLY
        not_text = said & new & ~filters.TEXT & ~filters.CAPTION & ~filters.REPLY
        for handler in (
            CallbackQueryHandler(self._press, pattern=f"^a[{letters}]"),
            MessageHandler(here & filters.StatusUpdate.MIGRATE, self._moved),
            MessageHandler(here & new & filters.REPLY, self._replied),
            MessageHandler(here & edited, self._edited),
            MessageHandler(added, self._added),
            MessageHandler(said & edited, self._added_edited),
            MessageHandler(not_text, self._not_text),
        ):
            application.add_handler(handler, group=-2)
        application.add_handler(MessageHandler(added, self._added_in_danger), group=1)

    async def _is_here(self, chat: int) -> bool:
        """Whether a chat is the experts' group, which may have moved while another process ran."""
        with suppress(StoreError):
            return chat in {self._configured, await self.group.id()}
        return chat == self._configured

    async def _press(self, update: Update, _: Context) -> None:
        query = update.callback_query
        assert query
        press = parse(query.data or "")
        if press is None or not isinstance(query.message, Message):
            return
        if press.action in TEAM:
            if await self._is_here(query.message.chat_id):
                await self.group.press(query, query.message, press)
            else:
                await query.answer()
        elif await self._is_welcome(Kind.TAP, query.from_user.id):
            await self.asking.press(query, query.message, press)
        else:
            await query.answer()
        raise ApplicationHandlerStop

    async def _moved(self, update: Update, _: Context) -> None:
        """Both chats tell of it; what is said in the new one comes after the notice there."""
        message = update.effective_message
        assert message
        was = message.migrate_from_chat_id or message.chat_id
        if was == self._configured:
            await self._cases.moved(was, message.migrate_to_chat_id or message.chat_id)

    async def _replied(self, update: Update, _: Context) -> None:
        message = update.effective_message
        if message and await self._is_here(message.chat_id) and await self.group.answer(message):
            raise ApplicationHandlerStop

    async def _added(self, update: Update, _: Context) -> None:
        """What is added to a question; in danger the bot speaks first."""
        message = update.effective_message
        if message and not self._is_urgent(message):
            welcome = await self._is_welcome(Kind.QUESTION, message.chat_id)
            if welcome and await self.asking.add(message):
                raise ApplicationHandlerStop

    async def _is_welcome(self, kind: Kind, whose: int) -> bool:
        return await self._services.flood.check((kind, whose)) is Verdict.WELCOME

    async def _added_in_danger(self, update: Update, _: Context) -> None:
        message = update.effective_message
        if message and self._is_urgent(message):
            await self.asking.add(message)

    def _is_urgent(self, message: Message) -> bool:
        return self._services.live.is_urgent(words_of(message))

    async def _added_edited(self, update: Update, _: Context) -> None:
        message = update.effective_message
        if message and await self.group.added_edited(message) and not self._is_urgent(message):
            raise ApplicationHandlerStop

    async def _not_text(self, update: Update, _: Context) -> None:
        """A picture or a recording beside an open question may be meant for the team."""
        message = update.effective_message
        if message and not message.media_group_id and await self.asking.hint(message):
            raise ApplicationHandlerStop

    async def _edited(self, update: Update, _: Context) -> None:
        if (message := update.effective_message) and await self._is_here(message.chat_id):
            await self.group.edited(message)
            raise ApplicationHandlerStop
