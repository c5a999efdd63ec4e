"""The running bot, put together from its parts."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    closing,
    nullcontext,
    suppress,
)
from typing import TYPE_CHECKING

from bot.content import Live, Reloader
from bot.delivery import flood_limit
from bot.delivery.flood_limit import FloodLimit
from bot.delivery.polling import Poller
from bot.delivery.shutdown import stop_signal, unless_stopped
from bot.delivery.updates import Work
from bot.monitoring.logs import set_up_logs
from bot.monitoring.metrics import Metrics
from bot.services import Services
from bot.settings import Address, Settings, SettingsError
from bot.storage import cases, conversations, inbox, journal, versions
from bot.storage.cases import Cases
from bot.storage.conversations import Memory
from bot.storage.database import (
    Database,
    StoreError,
    StoreTooNew,
    Transaction,
    new_owner,
    open_database,
)
from bot.storage.journal import Journal
from bot.storage.versions import ContentSync
from bot.telegram.application import (
    build_application,
    connect,
    disconnect,
    set_profile,
    tell_admins,
)
from bot.telegram.handlers import App
from faq.extras import install
from faq.matching.malloc import give_back, give_back_large_blocks

if TYPE_CHECKING:
    from bot.telegram.experts.handlers import Experts

_log = logging.getLogger(__name__)

#: How often what is too old is deleted (seconds); /privacy promises it.
PRUNE_EVERY = 600.0


def run(settings: Settings) -> None:
    """Answer on Telegram until SIGTERM or Ctrl-C.

    Raises SettingsError or FAQError, before the first answer, for what a person has to fix.
    """
    give_back_large_blocks()
    set_up_logs(settings.secrets, settings.log)
    check_beforehand(settings)
    try:
        with closing(open_database(settings.data, settings.store)) as database:
            # No loop yet, and nothing to finish: a signal ends the learning at once.
            services = build_services(settings, database)
            asyncio.run(_serve(services))
    except StoreTooNew as error:
        raise SettingsError(str(error)) from None


def check_beforehand(settings: Settings) -> None:
    """Say now what else would be found out after the learning, which may take minutes.

    Raises SettingsError.
    """
    if settings.desk:
        try:
            import bot.admin.desk  # noqa: F401, PLC0415 - needs the extra `desk`
        except ImportError as missing:
            raise SettingsError(f"FAQ_DESK: {missing}. Type: {install('desk')}") from None
    listening = {
        "FAQ_HEALTH": settings.health,
        "FAQ_DESK": settings.desk,
        "WEBHOOK_LISTEN": settings.webhook and settings.webhook.listen,
    }
    for name, address in listening.items():
        if address:
            _must_be_free(name, address)


def _must_be_free(name: str, address: Address) -> None:
    try:
        family, *_, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        socket.create_server((place[0], place[1]), family=family).close()
    except OSError as error:
        raise address.refused(name, error) from None


async def _serve(services: Services) -> None:
    with stop_signal() as stop, healthy(services.settings, services.metrics):
        await prune(services)
        await warn_of_earlier_journal(services)
        async with desk(services):  # curators work on while Telegram cannot be reached
            await _answer(services, stop)


async def _answer(services: Services, stop: asyncio.Event) -> None:
    application = build_application(services)
    experts = build_experts(application, services)
    try:
        if await unless_stopped(stop, connect(application, services.settings)):
            gc.collect()
            give_back()
            async with background(application, services, experts):
                await receive(application, services, stop)
    finally:
        await disconnect(application)


def build_services(settings: Settings, database: Database) -> Services:
    """The collaborators of the handlers; the content is loaded and checked here."""
    sync = ContentSync(settings, database) if settings.store else None
    content = sync.begin() if sync else settings.content
    metrics = Metrics()
    metrics.watch_store(lambda: database.is_well)
    return Services(
        settings=settings,
        live=Live.of(content),
        sync=sync,
        database=database,
        memory=Memory(database),
        metrics=metrics,
        journal=Journal(database, days=settings.days_kept),
        flood=FloodLimit(database),
        cases=Cases(database) if settings.experts else None,
    )


@asynccontextmanager
async def background(
    application: App, services: Services, experts: Experts | None
) -> AsyncIterator[None]:
    """Take up changed content meanwhile, delete what is too old, remind the team; say at the start
    what the bot is and can do, which takes dozens of calls that nobody waits for."""

    async def keep_pruning() -> None:
        while True:
            await asyncio.sleep(PRUNE_EVERY)
            await prune(services)

    always = [
        Reloader(services.live, lambda text: tell_admins(application, services, text)).run(),
        keep_pruning(),
    ]
    if services.settings.profile:
        always.append(set_profile(application.bot, services))
    if services.sync:
        always.append(services.sync.run())
    if experts:
        always.append(experts.group.look_after())
    tasks = [asyncio.create_task(each) for each in always]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def desk(services: Services) -> AsyncIterator[None]:
    """The curators' desk, where one is asked for."""
    settings = services.settings
    if settings.desk is None:
        yield
        return
    from bot.admin.desk import open_desk  # noqa: PLC0415 - others need no web server

    async with open_desk(settings, services.live, services.database, settings.desk):
        yield


def build_experts(application: App, services: Services) -> Experts | None:
    """The way to people, where there are any who answer."""
    if not services.settings.experts:
        return None
    from bot.telegram.experts.handlers import Experts  # noqa: PLC0415 - memory others need not spend

    return Experts(services, application)


async def prune(services: Services) -> None:
    """Delete what is kept no longer."""
    database, days = services.database, services.settings.journal_days
    now = database.clock()

    def work(transaction: Transaction) -> None:
        inbox.prune(transaction, now)
        conversations.prune(transaction, now)
        journal.prune(transaction, now, days)
        cases.prune(transaction, now)
        flood_limit.prune(transaction, now)

    with suppress(StoreError):  # the database has logged it
        await database.run(work, patience=5.0)
    database.tidy()


async def warn_of_earlier_journal(services: Services) -> None:
    """Say that turning the journal off does not delete what it holds."""
    if services.settings.journal:
        return
    with suppress(StoreError):
        sql = "SELECT count(*) FROM questions"
        [(count,)] = await services.database.run(lambda work: work.all(sql))
        if count:
            _log.warning(
                "FAQ_JOURNAL is off, but %d earlier questions are kept until they are %d days old",
                count,
                services.settings.journal_days,
            )


async def receive(app: App, services: Services, stop: asyncio.Event) -> None:
    """Handle updates until `stop` is set."""
    settings, metrics, database = services.settings, services.metrics, services.database
    owner = new_owner()
    database.engine.hold(owner)
    box = inbox.Inbox(database, owner)
    work = Work(
        app,
        inbox=box,
        metrics=metrics,
        is_urgent=services.live.is_urgent,
    )
    loop = asyncio.get_running_loop()

    def heard(word: str) -> None:
        if word == inbox.NEWS:
            loop.call_soon_threadsafe(work.wake)
        elif word == versions.NEWS and services.sync:
            loop.call_soon_threadsafe(services.sync.wake)

    database.engine.listen(heard)
    working = asyncio.create_task(work.run(stop))
    try:
        if webhook := settings.webhook:
            from bot.delivery.webhook import Door, serve_webhook  # noqa: PLC0415 - polling needs no web server

            await serve_webhook(Door(app.bot, work, secret=webhook.secret), webhook, stop)
        else:
            _log.info("ready: @%s answers on Telegram, by polling", app.bot.username)
            await Poller(app.bot, work, database=database, metrics=metrics).run(stop)
    finally:
        stop.set()
        await working


def healthy(settings: Settings, metrics: Metrics) -> AbstractContextManager[None]:
    """The health endpoint, where one is asked for."""
    if settings.health is None:
        return nullcontext()
    from bot.monitoring.health import health  # noqa: PLC0415 - others need no web server

    return health(settings.health, settings, metrics)
