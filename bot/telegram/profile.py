"""The bot's commands, description and short description: set by itself, only when they differ."""

from __future__ import annotations

import logging
import textwrap

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.services import Services
from bot.ui.texts import LANGUAGES, Texts, fitted

_log = logging.getLogger(__name__)

# Telegram's limits.
DESCRIPTION = 512
SHORT_DESCRIPTION = 120


async def set_profile(bot: Bot, services: Services) -> None:
    """Bring the profile up to date; a bot without one answers all the same."""
    knowledge, days = services.live.knowledge, services.settings.days_kept
    try:
        for code, texts in LANGUAGES.items():
            await _set(bot, fitted(texts, knowledge, days=days), None if code == "en" else code)
    except TelegramError as error:
        _log.warning("the profile could not be set: %s", error)


async def _set(bot: Bot, texts: Texts, code: str | None) -> None:
    commands = tuple(BotCommand(name, text) for name, text in texts.commands)
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
    description = textwrap.shorten(texts.description, DESCRIPTION, placeholder="…")
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, language_code=code)
    short = textwrap.shorten(texts.short_description, SHORT_DESCRIPTION, placeholder="…")
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
