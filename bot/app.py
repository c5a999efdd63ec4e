"""The running bot: settings in, exit code out."""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackContext
from telegram.request import HTTPXRequest

from bot.content import load_content
from bot.delivery.outgoing import Sender
from bot.delivery.polling import Poller
from bot.delivery.shutdown import stop_signal, unless_stopped
from bot.delivery.trouble import Trouble
from bot.delivery.updates import Work
from bot.monitoring.logs import set_up_logs
from bot.monitoring.metrics import Metrics
from bot.reload import Reloader
from bot.services import Live, Services
from bot.settings import Settings, SettingsError
from bot.storage.conversations import Memory
from bot.storage.journal import Journal, NoJournal, SQLiteJournal
from bot.storage.updates import State
from bot.telegram import handlers
from faq import Responder
from faq.matching.malloc import give_back, give_back_large_blocks

App = Application[Any, Any, Any, Any, Any, Any]
_Context = CallbackContext[Any, Any, Any, Any]


def run(settings: Settings) -> None:
    """Answer on Telegram until SIGTERM or Ctrl-C.

    Raises SettingsError or FAQError, before the first answer, for what a person has to fix.
    """
    give_back_large_blocks()
    set_up_logs(settings.secrets)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    with stop_signal() as stop, closing(State(settings.data)) as state:
        services = build_services(settings, state)
        application = build_application(services)
        trouble = watch_errors(application, services.metrics)
        work = Work(
            application.process_update, state=state, metrics=services.metrics, trouble=trouble
        )
        try:
            with explaining(settings):
                ready = await unless_stopped(stop, connect(application, settings))
            if ready:
                async with watching(application, services), desk(services):
                    await receive(application, services, work, stop)
        finally:
            await disconnect(application)


def build_services(settings: Settings, state: State) -> Services:
    """The collaborators of the handlers; the content is loaded and checked here."""
    return Services(
        settings=settings,
        live=Live(Responder(load_content(settings.content))),
        state=state,
        memory=Memory(settings.data),
        metrics=Metrics(),
        journal=open_journal(settings),
    )


@asynccontextmanager
async def watching(application: App, services: Services) -> AsyncIterator[None]:
    """Take up changed content meanwhile; tell the admins what is wrong with it."""

    async def tell(text: str) -> None:
        for person in services.settings.admins:
            with suppress(TelegramError):
                await application.bot.send_message(person, text)

    watch = asyncio.create_task(Reloader(services.live, tell).run())
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


@asynccontextmanager
async def desk(services: Services) -> AsyncIterator[None]:
    """The curators' desk, where one is asked for."""
    if services.settings.desk is None:
        yield
        return
    try:
        from bot.admin.desk import open_desk  # noqa: PLC0415 - needs the extra `desk`
    except ImportError as missing:
        raise SettingsError(f"FAQ_DESK: {missing}. Install the extra 'desk'.") from None
    async with open_desk(services.settings, services.live, services.settings.desk):
        yield


def open_journal(settings: Settings) -> Journal:
    """The journal, or one that keeps nothing."""
    if not settings.journal:
        return NoJournal(settings.data)
    return SQLiteJournal(settings.data, days=settings.journal_days)


def build_application(services: Services) -> App:
    """The application, with its handlers and its one gate for outgoing calls."""
    settings = services.settings
    assert settings.token
    trusted = {"verify": ssl.create_default_context()}  # one for both: it takes 5 MB
    application = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .updater(None)
        .job_queue(None)
        .rate_limiter(Sender(services.metrics))
        .request(
            HTTPXRequest(
                connection_pool_size=32, read_timeout=5.0, pool_timeout=5.0, httpx_kwargs=trusted
            )
        )
        .get_updates_request(HTTPXRequest(httpx_kwargs=trusted))
        .build()
    )
    if settings.admins:
        # editing content takes memory others need not spend
        from bot.admin import commands  # noqa: PLC0415

        commands.register(application, services)
    handlers.register(application, services)
    return application


def watch_errors(application: App, metrics: Metrics) -> Trouble:
    """Deal with what handlers raise."""
    trouble = Trouble(application.bot, metrics)

    async def report(update: object, context: _Context) -> None:
        if context.error:
            await trouble.report(update, context.error)

    application.add_error_handler(report)
    return trouble


@contextmanager
def explaining(settings: Settings) -> Iterator[None]:
    """Say what to fix when Telegram does not answer at the start."""
    try:
        yield
    except InvalidToken:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not accepted by Telegram. Copy it again from @BotFather."
        ) from None
    except TelegramError as error:
        raise SettingsError(
            f"Telegram cannot be reached at {settings.api_url} ({error.message}). "
            "Check the network and TELEGRAM_API_URL."
        ) from None


async def connect(application: App, settings: Settings) -> None:
    """Make the bot known to Telegram, and be sure that polling is the way updates come."""
    await application.initialize()
    await application.start()
    if not settings.webhook:
        await application.bot.delete_webhook(drop_pending_updates=False)
    if application.post_init:
        await application.post_init(application)
    gc.collect()
    give_back()


async def receive(app: App, services: Services, work: Work, stop: asyncio.Event) -> None:
    """Handle updates until `stop` is set."""
    settings, metrics, state = services.settings, services.metrics, services.state
    if webhook := settings.webhook:
        from bot.delivery.webhook import Door, serve_webhook  # noqa: PLC0415 - polling needs no web server

        door = Door(app.bot, work, state=state, secret=webhook.secret)
        await serve_webhook(door, webhook, metrics=metrics, stop=stop)
        return
    with healthy(settings, metrics):
        await Poller(app.bot, work, state=state, metrics=metrics).run(stop)


def healthy(settings: Settings, metrics: Metrics) -> AbstractContextManager[object]:
    """The health endpoint, where one is asked for."""
    if settings.health is None:
        return nullcontext()
    from bot.monitoring.health import health_routes, listening  # noqa: PLC0415 - needs a web server too

    return listening("FAQ_HEALTH", settings.health, health_routes(metrics))


async def disconnect(application: App) -> None:
    """Close what `connect` opened, however far it came."""
    if application.running:
        await application.stop()
    await application.shutdown()
    await application.bot.shutdown()
