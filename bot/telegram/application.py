"""The application of python-telegram-bot: built, made known to Telegram, and closed again.

The bot's commands, description and short description are set only where they differ.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import ssl
import textwrap
from contextlib import suppress
from typing import Any

import httpx
from telegram import Bot, BotCommand
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.delivery.attempts import Backoff
from bot.delivery.outgoing import Sender
from bot.monitoring.logs import redactor
from bot.services import Services
from bot.settings import Settings, SettingsError, without_password
from bot.telegram import callbacks, handlers
from bot.telegram.handlers import App
from bot.ui.cards import View
from bot.ui.commands import described
from bot.ui.texts import LANGUAGES, fitted, texts_in

_log = logging.getLogger(__name__)

#: Between tries to reach Telegram at the start.
STARTS = Backoff(1.0, 30.0)
#: Between tries to set the profile, for which nobody waits.
PROFILE = Backoff(5.0, 3600.0)
#: Telegram's limits.
DESCRIPTION, SHORT_DESCRIPTION = 512, 120


class _Application(App):
    """Lets whoever hands it an update know what a handler raised."""

    async def process_error(
        self, update: object, error: Exception, job: Any = None, coroutine: Any = None
    ) -> bool:
        raise error


def build_application(services: Services) -> App:
    """The application, with its handlers and its one gate for outgoing calls."""
    settings = services.settings
    assert settings.token
    trusted = {"verify": _trusted(settings.api_url)}  # one for both: it takes 5 MB
    # All that are in hand at once may call; of those that rest each call looks through the list.
    pool = {"limits": httpx.Limits(max_connections=48, max_keepalive_connections=8)}
    application = (
        ApplicationBuilder()
        .application_class(_Application)
        .token(settings.token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .updater(None)
        .job_queue(None)
        .rate_limiter(Sender(services.metrics))
        .request(HTTPXRequest(read_timeout=5.0, pool_timeout=5.0, httpx_kwargs=trusted | pool))
        .get_updates_request(HTTPXRequest(httpx_kwargs=trusted))
        .build()
    )
    if settings.admins:
        # editing content takes memory others need not spend
        from bot.telegram.admin import commands  # noqa: PLC0415

        commands.register(application, services)
    handlers.register(application, services)
    callbacks.register(application, services)
    return application


def _trusted(url: str) -> ssl.SSLContext:
    """Whom to believe to be Telegram; where nothing is encrypted, nobody need be known."""
    if url.startswith("https://"):
        return ssl.create_default_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def connect(application: App, settings: Settings) -> None:
    """Make the bot known to Telegram; a Telegram that cannot be reached is tried until it can.

    Raises SettingsError for a token that Telegram does not know.
    """
    for failures in itertools.count(1):
        try:
            await _connect(application, settings)
        except InvalidToken:
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN is not accepted by Telegram. Copy it again from @BotFather."
            ) from None
        except TelegramError as error:
            where, why = (
                without_password(settings.api_url),
                redactor(settings.secrets)(error.message),
            )
            if isinstance(error, BadRequest | Forbidden):
                raise SettingsError(
                    f"Telegram cannot be reached at {where} ({why}). Check TELEGRAM_API_URL."
                ) from None
            if failures == 1:
                _log.error(
                    "Telegram cannot be reached at %s (%s), trying on. "
                    "Check network and TELEGRAM_API_URL.",
                    where,
                    why,
                )
            await asyncio.sleep(STARTS.pause(failures))
        else:
            break


async def _connect(application: App, settings: Settings) -> None:
    """Make the bot known, and be sure that polling is the way updates come."""
    await application.initialize()
    if not application.running:
        await application.start()
    if not settings.webhook:
        await application.bot.delete_webhook(drop_pending_updates=False)


async def disconnect(application: App) -> None:
    """Close what `connect` opened, however far it came."""
    if application.running:
        await application.stop()
    await application.shutdown()
    await application.bot.shutdown()


async def set_profile(bot: Bot, services: Services) -> None:
    """Bring the profile up to date in every language; a bot without one answers all the same."""
    for failures in itertools.count(1):
        try:
            await _set_profile(bot, services)
        except TelegramError as error:
            _log.warning("the profile is not set yet: %s", error)
            await asyncio.sleep(PROFILE.pause(failures))
        else:
            break


async def _set_profile(bot: Bot, services: Services) -> None:
    knowledge, days = services.live.knowledge, services.settings.days_kept
    for code in LANGUAGES:
        texts = fitted(texts_in(code), knowledge, days=days)
        await _set(bot, View(knowledge, texts), None if code == "en" else code)


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


async def tell_admins(application: App, services: Services, text: str) -> None:
    """Send a text to every admin; who cannot be reached is left out."""
    for person in services.settings.admins:
        with suppress(TelegramError):
            await application.bot.send_message(person, text)
