"""The bot's commands, description and short description: set by itself, only when they differ."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot import render
from bot.texts import LANGUAGES, Texts
from faq import Knowledge

_log = logging.getLogger(__name__)


async def set_profile(bot: Bot, knowledge: Knowledge) -> None:
    """Bring the profile up to date; a bot without one answers all the same."""
    try:
        for code, texts in LANGUAGES.items():
            await _set(bot, knowledge, texts, None if code == "en" else code)
    except TelegramError as error:
        _log.warning("the profile could not be set: %s", error)


async def _set(bot: Bot, knowledge: Knowledge, texts: Texts, code: str | None) -> None:
    commands = tuple(BotCommand(name, text) for name, text in texts.commands)
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
    description = render.fill(texts.description, knowledge)
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, language_code=code)
    short = render.fill(texts.short_description, knowledge)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
