"""The bot's commands, description and short description: set by itself, only when they differ."""

from __future__ import annotations

import logging
import textwrap

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.services import Services
from bot.ui.cards import View
from bot.ui.commands import described
from bot.ui.texts import LANGUAGES, fitted, texts_in

_log = logging.getLogger(__name__)

# Telegram's limits.
DESCRIPTION = 512
SHORT_DESCRIPTION = 120


async def set_profile(bot: Bot, services: Services) -> None:
    """Bring the profile up to date in every language; a bot without one answers all the same."""
    knowledge, days = services.live.knowledge, services.settings.days_kept
    try:
        for code in LANGUAGES:
            texts = fitted(texts_in(code), knowledge, days=days)
            await _set(bot, View(knowledge, texts), None if code == "en" else code)
    except TelegramError as error:
        _log.warning("the profile could not be set: %s", error)


async def _set(bot: Bot, view: View, code: str | None) -> None:
    texts = view.texts
    commands = tuple(BotCommand(name, text) for name, text in described(view).items())
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
    description = textwrap.shorten(texts.description, DESCRIPTION, placeholder="…")
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, language_code=code)
    short = textwrap.shorten(texts.short_description, SHORT_DESCRIPTION, placeholder="…")
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
