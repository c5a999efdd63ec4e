"""The desk with what the bot knows: how Telegram draws an answer, what people asked, who may in."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from bot.admin.mini_app import MiniApp
from bot.content import Live, Reloader
from bot.settings import Address, Settings, SettingsError, read_settings
from bot.storage.database import Database, open_database
from bot.storage.journal import Questions
from bot.telegram.render import message
from bot.ui.cards import MESSAGE, View, entry_card
from bot.ui.texts import fitted, texts_for
from faq import Entry, FAQError, Knowledge, Responder, load
from faq.desk.access import Access
from faq.desk.app import build, server
from faq.desk.begin import Beginning
from faq.desk.desk import Desk, Preview
from faq.source import fingerprint


def draw(entry: Entry, knowledge: Knowledge) -> Preview:
    """An answer exactly as the bot sends it."""
    if not entry.question or not entry.answer:  # it is being written
        return Preview("", (), 0, MESSAGE)
    texts = fitted(texts_for(knowledge.language), knowledge, days=0)
    view = View(knowledge, texts)
    card = entry_card(entry, view)
    rows = [[button.label for button in row] for row in card.rows]
    picture = card.picture.file if card.picture else None
    html = message(card, view).html.replace("\n<blockquote", "<blockquote")  # a block of its own
    return Preview(html, rows, card.length, MESSAGE, picture)


def build_desk(live: Live, settings: Settings, database: Database | None) -> Desk:
    """The desk of the content in force, with what people asked, if that is kept."""
    kept = Questions(database) if settings.journal and database else None
    return Desk(content=live, draw=draw, journal=kept)


@asynccontextmanager
async def open_desk(
    settings: Settings, live: Live, database: Database, address: Address
) -> AsyncIterator[None]:
    """Serve the desk meanwhile."""
    access = _access(settings, address)
    async with _listening(build(build_desk(live, settings, database), access), access, address):
        yield


def _access(settings: Settings, address: Address) -> Access:
    """Who may enter: whoever reads the terminal, and inside Telegram the admins."""
    public = urlsplit(settings.desk_url).netloc
    hosts = {f"{name}:{address.port}" for name in (address.host, "127.0.0.1", "localhost")}
    admits = MiniApp(settings.token, settings.admins) if settings.token and public else None

    def tell(key: str) -> None:
        _say(f"The desk, for one browser: http://{address.host}:{address.port}/enter?key={key}")

    return Access(
        hosts=frozenset({*hosts, public} - {""}),
        tell=tell,
        verify=admits,
        public=settings.desk_url,
    )


@asynccontextmanager
async def _listening(app: ASGIApp, access: Access, address: Address) -> AsyncIterator[None]:
    running = server(app, address.host, address.port)
    thread = Thread(target=_quietly, args=(running,), name="desk", daemon=True)
    thread.start()  # a loop of its own: a page must not hold up an answer
    while not running.started and thread.is_alive():
        await asyncio.sleep(0.02)
    if not running.started:
        raise SettingsError(
            f"FAQ_DESK: nothing can listen on {address.host}:{address.port}. Choose another port."
        )
    access.invite()
    try:
        yield
    finally:
        running.should_exit = True
        await asyncio.to_thread(thread.join, 5.0)


def _quietly(running: uvicorn.Server) -> None:
    """Serve until told to stop; uvicorn exits where it cannot listen."""
    with suppress(SystemExit):
        running.run()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - whoever starts it must see it


def serve(folder: str | None, port: int, environment: Mapping[str, str]) -> int:
    """The desk by itself, until Ctrl-C: `python -m faq desk`. Raises FAQError.

    A folder that holds nothing yet begins with a page that makes a FAQ.
    """
    try:
        settings = replace(read_settings(environment), desk=Address("127.0.0.1", port))
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(Path(folder) if folder else None, settings))
    except SettingsError as error:
        raise FAQError(str(error)) from None
    return 0


async def _serve(folder: Path | None, settings: Settings) -> None:
    assert settings.desk
    access = _access(settings, settings.desk)
    watching: list[Future[None]] = []

    def opened(knowledge: Knowledge) -> ASGIApp:
        assert knowledge.folder
        seen = fingerprint(knowledge.folder)  # before it is learnt
        live = Live(Responder(knowledge), seen)
        watching.append(asyncio.run_coroutine_threadsafe(Reloader(live, _tell).run(), loop))
        return build(build_desk(live, settings, database), access)

    loop = asyncio.get_running_loop()
    kept = settings.store or (settings.data / "faq.db").exists()
    database = open_database(settings.data, settings.store) if kept else None
    empty = folder and not (folder.is_dir() and any(folder.iterdir()))
    app = Beginning(folder, access, opened) if folder and empty else opened(load(folder))
    try:
        async with _listening(app, access, settings.desk):
            _say("Ctrl-C ends.")
            await asyncio.Event().wait()
    finally:
        for watch in watching:
            watch.cancel()


async def _tell(text: str) -> None:
    _say(text)
