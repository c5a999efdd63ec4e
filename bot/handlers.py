"""What answers what: the handler table, read from top to bottom."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot import render
from bot.callbacks import Callbacks
from bot.conversation import Conversation
from bot.groups import own_words
from bot.inline import answer_inline
from bot.profile import set_profile
from bot.services import Services
from bot.texts import texts_for

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]

_PERSON = ~filters.VIA_BOT & ~filters.SenderChat.ALL & ~filters.UpdateType.CHANNEL_POSTS
_NEW = filters.UpdateType.MESSAGE & _PERSON
_EDITED = filters.UpdateType.EDITED_MESSAGE & _PERSON
_OTHER = (
    filters.VOICE
    | filters.VIDEO_NOTE
    | filters.PHOTO
    | filters.VIDEO
    | filters.Sticker.ALL
    | filters.LOCATION
    | filters.AUDIO
    | filters.CONTACT
    | filters.Document.ALL
    | filters.ANIMATION
)


def register(application: App, services: Services) -> None:
    """Add every handler, and what happens once Telegram has accepted the token."""
    handlers = Handlers(services)
    callbacks = Callbacks(services)
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
        application.add_handler(CommandHandler(name, handler, filters=_NEW))
    application.add_handler(CallbackQueryHandler(callbacks.press))
    application.add_handler(InlineQueryHandler(handlers.inline))
    application.add_handler(MessageHandler(_NEW & filters.TEXT, handlers.question))
    application.add_handler(MessageHandler(_EDITED & filters.TEXT, handlers.edited))
    application.add_handler(
        MessageHandler(_NEW & filters.ChatType.PRIVATE & _OTHER, handlers.not_text)
    )
    application.post_init = handlers.introduce


class Handlers:
    """One method a handler: it takes the update apart and calls the conversation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._talk = Conversation(services)

    async def introduce(self, application: App) -> None:
        """Tell Telegram what the bot is and which commands it has."""
        await set_profile(application.bot, self._services.live.knowledge)

    async def question(self, update: Update, context: Context) -> None:
        """Free text is always a fresh question."""
        message = update.effective_message
        if message and (query := own_words(message, context.bot)) is not None:
            await self._talk.ask(message, query, self._talk.texts(update))

    async def edited(self, update: Update, context: Context) -> None:
        """An edited question gets its answer edited."""
        message = update.effective_message
        if message and (query := own_words(message, context.bot)) is not None:
            await self._talk.ask_again(message, query, self._talk.texts(update))

    async def start(self, update: Update, context: Context) -> None:
        """A welcome, or the entry a deep link names."""
        message, texts = update.effective_message, self._talk.texts(update)
        assert message
        knowledge = self._services.live.knowledge
        entry = knowledge.by_id.get(context.args[0] if context.args else "")
        if entry and entry.kind in render.SHOWN:
            await self._talk.show(message, entry, texts)
            return
        welcome = knowledge.texts.get("welcome", texts.welcome)
        await self._talk.send(message, [render.with_examples(welcome, knowledge)])

    async def help(self, update: Update, context: Context) -> None:
        """How to ask, with examples to tap."""
        knowledge, texts = self._services.live.knowledge, self._talk.texts(update)
        assert update.effective_message
        text = knowledge.texts.get("help", texts.help)
        await self._talk.send(update.effective_message, [render.with_examples(text, knowledge)])

    async def topics(self, update: Update, context: Context) -> None:
        """Everything the bot can answer, by topic."""
        assert update.effective_message
        shown = render.topics(self._services.live.knowledge, self._talk.texts(update))
        await self._talk.send(update.effective_message, [shown])

    async def random(self, update: Update, context: Context) -> None:
        """Any question, answered."""
        assert update.effective_message
        entry = self._talk.random_entry()
        await self._talk.show(update.effective_message, entry, self._talk.texts(update))

    async def about(self, update: Update, context: Context) -> None:
        """Where the answers come from."""
        await self._say(update, "about")

    async def privacy(self, update: Update, context: Context) -> None:
        """What is kept."""
        await self._say(update, "privacy")

    async def forget(self, update: Update, context: Context) -> None:
        """Forget the chat's last exchange."""
        assert update.effective_message
        self._services.memory.forget(update.effective_message.chat_id)
        await self._say(update, "forgotten")

    async def not_text(self, update: Update, context: Context) -> None:
        """A voice message, a picture, a place: one friendly line."""
        await self._say(update, "not_text")

    async def inline(self, update: Update, context: Context) -> None:
        """Answers for `@bot question` in any chat."""
        if query := update.inline_query:
            texts = texts_for(query.from_user.language_code)
            await answer_inline(query, self._services, texts)

    async def _say(self, update: Update, name: str) -> None:
        """One fixed text; the content may bring its own wording of it."""
        message, knowledge = update.effective_message, self._services.live.knowledge
        assert message
        text: str = getattr(self._talk.texts(update), name)
        text = knowledge.texts.get(name, text)
        text = text.replace("{days}", str(self._services.settings.journal_days))
        await self._talk.send(message, [render.plain(render.fill(text, knowledge))])
