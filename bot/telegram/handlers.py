"""What answers what: the handler table, read from top to bottom."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from telegram import Bot, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    CallbackContext,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.delivery.flood_limit import Kind, Verdict
from bot.services import Services
from bot.storage.cases import KEPT_DAYS
from bot.storage.database import StoreError
from bot.telegram import render
from bot.telegram.conversation import Conversation
from bot.telegram.experts.texts import say
from bot.telegram.inline import answer_inline
from bot.ui.cards import View, said
from bot.ui.commands import COMMANDS, not_text, unknown
from bot.ui.texts import fitted, texts_for

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]

#: A channel is nobody who asks; a group's anonymous admin, whose sender is the group, is.
_PERSON = ~filters.VIA_BOT & ~filters.SenderChat.CHANNEL & ~filters.UpdateType.CHANNEL_POSTS
_NEW = filters.UpdateType.MESSAGE & _PERSON
_EDITED = filters.UpdateType.EDITED_MESSAGE & _PERSON
_QUESTION = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
_PRIVATE = _NEW & filters.ChatType.PRIVATE
_OTHER = _PRIVATE & ~filters.TEXT & ~filters.CAPTION & ~filters.StatusUpdate.ALL


def register(application: App, services: Services) -> None:
    """Add every handler."""
    handlers = Handlers(services)
    for name in COMMANDS:
        handler = CommandHandler(name, handlers.limited(handlers.command), filters=_NEW)
        application.add_handler(handler)
    application.add_handler(InlineQueryHandler(handlers.inline))
    application.add_handler(
        MessageHandler(_PRIVATE & filters.COMMAND, handlers.limited(handlers.unknown))
    )
    application.add_handler(MessageHandler(_NEW & _QUESTION, handlers.question))
    application.add_handler(MessageHandler(_EDITED & _QUESTION, handlers.edited))
    application.add_handler(MessageHandler(_OTHER, handlers.not_text))


class Handlers:
    """One method a handler: it takes the update apart and calls the conversation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._talk = Conversation(services)
        self._albums = deque[str](maxlen=100)

    def limited(self, handler: Handler) -> Handler:
        """The handler of what is no question, for as many a minute as the flood limit says."""

        async def handle(update: Update, context: Context) -> None:
            if await self._is_welcome(update, context):
                await handler(update, context)

        return handle

    async def _is_welcome(self, update: Update, context: Context) -> bool:
        message, user = update.effective_message, update.effective_user
        assert message
        whose = user.id if user else message.chat_id
        verdict = await self._services.flood.check((Kind.OTHER, whose))
        return await self._talk.is_welcome(verdict, message, self._view(update, context))

    async def question(self, update: Update, context: Context) -> None:
        """Free text is always a fresh question; the bot's name alone asks for help.

        So is what stands below a picture, and other pictures of its album are no question.
        """
        message, query = _for_bot(update, context)
        if message and message.media_group_id:
            self._albums.append(message.media_group_id)
        if message and query is not None:
            view = self._view(update, context)
            if query or message.chat.type == ChatType.PRIVATE:
                await self._talk.ask(message, query, view)
            else:
                await self._talk.send(
                    message, [render.message(COMMANDS["help"](view, ""), view)], view
                )

    async def edited(self, update: Update, context: Context) -> None:
        """An edited question gets its answer edited."""
        message, query = _for_bot(update, context)
        if message and query is not None:
            await self._talk.ask_again(message, query, self._view(update, context))

    async def command(self, update: Update, context: Context) -> None:
        """One of the commands, with what stands behind it."""
        message = update.effective_message
        assert message and message.text
        name = message.text[1:].split()[0].split("@")[0].lower()
        argument = context.args[0] if context.args else ""
        view = self._view(update, context)
        card = COMMANDS[name](view, argument)
        if name == "privacy" and self._services.cases:
            line = say("privacy", view.texts.code, view.knowledge, days=str(KEPT_DAYS))
            card = replace(card, blocks=(*card.blocks, said(line)))
        if name == "forget":  # first forgotten, then said, and that is not remembered either
            part = render.message(card, view)
            try:
                await self._services.memory.forget(message.chat_id)
                if self._services.cases:
                    await self._services.cases.forget(message.chat_id)
            except StoreError:
                part = render.plain(view.texts.not_forgotten, view)
            await message.reply_html(part.html)
        else:
            await self._talk.show(message, card, view)

    async def unknown(self, update: Update, context: Context) -> None:
        """A command nobody knows is no reason for silence."""
        assert update.effective_message
        view = self._view(update, context)
        await self._talk.show(update.effective_message, unknown(view), view)

    async def not_text(self, update: Update, context: Context) -> None:
        """A voice message, a picture, a place: one friendly line, one an album."""
        message = update.effective_message
        album = message.media_group_id if message else None
        new = message and album not in self._albums
        if message and new and await self._is_welcome(update, context):
            view = self._view(update, context)
            await self._talk.unread(message, not_text(view), view)
        if album:
            self._albums.append(album)

    async def inline(self, update: Update, context: Context) -> None:
        """Answers for `@bot question` in any chat."""
        query = update.inline_query
        assert query
        verdict = await self._services.flood.check((Kind.INLINE, query.from_user.id))
        if verdict is not Verdict.WELCOME:
            await query.answer([], cache_time=1, is_personal=True)
        else:
            await answer_inline(query, self._services, self._view(update, context))

    def _view(self, update: Update, context: Context) -> View:
        return view_for(self._services, update.effective_user, context.bot.username)


def view_for(services: Services, user: User | None, username: str) -> View:
    """What messages to this person are drawn with."""
    knowledge, days = services.live.knowledge, services.journal.days
    texts = fitted(texts_for(user.language_code if user else None), knowledge, days=days)
    locale = (user.language_code if user else None) or "en"
    return View(knowledge, texts, username, days, locale)


def _for_bot(update: Update, context: Context) -> tuple[Message | None, str | None]:
    """The message, and what it asks; None if it is not for the bot."""
    message = update.effective_message
    return message, own_words(message, context.bot) if message else None


def own_words(message: Message, bot: Bot) -> str | None:
    """The question in a message, or None if it is not for the bot.

    In a private chat everything is; in a group only what names the bot or replies to it, and no
    other bot's command. An admin who writes for the group itself is a person like others.
    """
    text = whole(message.text or message.caption or "")
    for_group = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    if message.from_user is None or (message.from_user.is_bot and not for_group):
        return None
    name = re.compile(rf"@{re.escape(bot.username)}\b", re.IGNORECASE)
    if message.chat.type == ChatType.PRIVATE:
        return name.sub(" ", text).strip()
    replied = message.reply_to_message
    to_bot = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    if text.startswith("/") or not (to_bot or name.search(text)):
        return None
    return name.sub(" ", text).strip()


def whole(text: str) -> str:
    """The text with each half of a broken character replaced: no file can hold half of one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
