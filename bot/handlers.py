"""What the bot says to what: a stand-in that answers every text, until the conversation is here.

The seam is one function: `register(application, services)` adds the handlers (and may set
`application.post_init` to a coroutine function, which runs once Telegram has accepted the token).
Handlers must block (PTB's default): an update is confirmed when its handlers have returned.
"""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackContext, MessageHandler, filters

from bot.services import Services


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    """Add the handlers."""

    async def answer(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        message = update.effective_message
        if message and message.text:
            reply = services.responder.reply(message.text)
            services.metrics.count_outcome(reply.outcome)
            await message.reply_text(reply.entry.answer if reply.entry else reply.outcome)

    application.add_handler(MessageHandler(filters.TEXT, answer))
