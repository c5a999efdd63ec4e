"""What answers what: the handler table, read from top to bottom."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.delivery.flood_limit import Kind, Verdict
from bot.services import Services
from bot.telegram import render
from bot.telegram.callbacks import Callbacks
from bot.telegram.conversation import Conversation, view_for
from bot.telegram.groups import own_words
from bot.telegram.inline import answer_inline
from bot.telegram.profile import set_profile
from bot.ui.topics import SHOWN, answered_entries

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]

_PERSON = ~filters.VIA_BOT & ~filters.SenderChat.ALL & ~filters.UpdateType.CHANNEL_POSTS
_NEW = filters.UpdateType.MESSAGE & _PERSON
_EDITED = filters.UpdateType.EDITED_MESSAGE & _PERSON
_QUESTION = filters.TEXT & ~filters.COMMAND
_PRIVATE = _NEW & filters.ChatType.PRIVATE
_OTHER = _PRIVATE & ~filters.TEXT & ~filters.StatusUpdate.ALL


def register(application: App, services: Services) -> None:
    """Add every handler, and what happens once Telegram has accepted the token."""
    handlers = Handlers(services)
    commands = {
        "start": handlers.start,
        "help": handlers.help,
        "topics": handlers.topics,
        "random": handlers.random,
        "about": handlers.about,
        "privacy": handlers.privacy,
        "forget": handlers.forget,
    }
    for name, handler in commands.items():
        application.add_handler(CommandHandler(name, handlers.limited(handler), filters=_NEW))
    application.add_handler(CallbackQueryHandler(Callbacks(services).press))
    application.add_handler(InlineQueryHandler(handlers.inline))
    application.add_handler(
        MessageHandler(_PRIVATE & filters.COMMAND, handlers.limited(handlers.unknown))
    )
    application.add_handler(MessageHandler(_NEW & _QUESTION, handlers.question))
    application.add_handler(MessageHandler(_EDITED & _QUESTION, handlers.edited))
    application.add_handler(MessageHandler(_OTHER, handlers.not_text))
    application.post_init = handlers.introduce


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
        verdict = self._services.flood.check(Kind.OTHER, whose)
        return await self._talk.is_welcome(verdict, message, self._view(update, context))

    async def introduce(self, application: App) -> None:
        """Tell Telegram what the bot is and which commands it has."""
        await set_profile(application.bot, self._services)

    async def question(self, update: Update, context: Context) -> None:
        """Free text is always a fresh question; the bot's name alone asks for help."""
        message, query = _for_bot(update, context)
        if message and query is not None:
            view = self._view(update, context)
            if query or message.chat.type == ChatType.PRIVATE:
                await self._talk.ask(message, query, view)
            else:
                await self._talk.send(message, [render.with_examples(view.texts.help, view)], view)

    async def edited(self, update: Update, context: Context) -> None:
        """An edited question gets its answer edited."""
        message, query = _for_bot(update, context)
        if message and query is not None:
            await self._talk.ask_again(message, query, self._view(update, context))

    async def start(self, update: Update, context: Context) -> None:
        """A welcome, or the entry a deep link names."""
        message, view = update.effective_message, self._view(update, context)
        assert message
        entry = view.knowledge.by_id.get(context.args[0] if context.args else "")
        if entry and entry.kind in SHOWN:
            await self._talk.show(message, entry, view)
            return
        welcome = f"{view.texts.welcome}\n\n{view.texts.disclaimer}"
        await self._talk.send(message, [render.with_examples(welcome, view)], view)

    async def help(self, update: Update, context: Context) -> None:
        """How to ask, with examples to tap."""
        await self._say(update, context, lambda v: render.with_examples(v.texts.help, v))

    async def unknown(self, update: Update, context: Context) -> None:
        """A command nobody knows is no reason for silence."""
        await self._say(update, context, lambda v: render.with_examples(v.texts.unknown_command, v))

    async def topics(self, update: Update, context: Context) -> None:
        """Everything the bot can answer, by topic."""
        await self._say(update, context, render.topics)

    async def random(self, update: Update, context: Context) -> None:
        """Any question, answered."""
        assert update.effective_message
        view = self._view(update, context)
        if entries := answered_entries(view.knowledge):
            await self._talk.show(update.effective_message, random.choice(entries), view)
        else:
            await self._say(update, context, render.topics)

    async def about(self, update: Update, context: Context) -> None:
        """Where the answers come from."""
        await self._say(update, context, render.about)

    async def privacy(self, update: Update, context: Context) -> None:
        """What is kept."""
        await self._say(update, context, lambda v: render.plain(v.texts.privacy))

    async def forget(self, update: Update, context: Context) -> None:
        """Forget what was talked about."""
        await self._say(update, context, lambda v: render.plain(v.texts.forgotten))
        assert update.effective_message
        self._services.memory.forget(update.effective_message.chat_id)

    async def not_text(self, update: Update, context: Context) -> None:
        """A voice message, a picture, a place: one friendly line, one an album.

        What stands below a picture is a question like any other.
        """
        message = update.effective_message
        album = message.media_group_id if message else None
        if message and message.caption:
            await self._talk.ask(message, message.caption, self._view(update, context))
        elif album not in self._albums and await self._is_welcome(update, context):
            await self._say(update, context, lambda v: render.plain(v.texts.not_text))
        if album:
            self._albums.append(album)

    async def inline(self, update: Update, context: Context) -> None:
        """Answers for `@bot question` in any chat."""
        query = update.inline_query
        assert query
        if self._services.flood.check(Kind.INLINE, query.from_user.id) is not Verdict.WELCOME:
            await query.answer([], cache_time=1, is_personal=True)
        else:
            await answer_inline(query, self._services, self._view(update, context))

    def _view(self, update: Update, context: Context) -> render.View:
        return view_for(self._services, update.effective_user, context.bot.username)

    async def _say(
        self, update: Update, context: Context, draw: Callable[[render.View], render.Message]
    ) -> None:
        """One message that depends on nothing that was said."""
        assert update.effective_message
        view = self._view(update, context)
        await self._talk.send(update.effective_message, [draw(view)], view)


def _for_bot(update: Update, context: Context) -> tuple[Message | None, str | None]:
    """The message, and what it asks; None if it is not for the bot."""
    message = update.effective_message
    return message, own_words(message, context.bot) if message else None
