"""The desk as a process, what people asked of its bot, and a browser with the desk in it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bot.storage.database import open_database
from bot.storage.journal import Journal
from faq import Outcome, Responder, load
from faq.model import Reply
from tests.running import ROOT, free_port

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-gpu"]
PHONE, SCREEN = (390, 844), (1280, 900)
#: What people asked in vain, each as often as told.
IN_VAIN = {
    "Who invented the samovar?": 4,
    "Is a teapot expensive": 3,
    "price of teapots": 2,
    "does the kettle need descaling": 1,
}
ANSWERED = {"How warm should it be for green tea": 6, "what is tea made of": 3}
#: Which of those answered were called no help.
UNHELPFUL = frozenset({1, 9, 10, 17, 18})


class DeskProcess:
    """`python -m faq desk` as a curator starts it."""

    def __init__(self, folder: Path, data: Path, **settings: str) -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        own = {n: v for n, v in os.environ.items() if not n.startswith(("FAQ_", "TELEGRAM_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faq", "desk", str(folder), "--port", str(port)],
            cwd=ROOT,
            env=own | {"FAQ_DATA": str(data), "FAQ_ENCODER": "off", **settings},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.link = self.next_link()

    def next_link(self) -> str:
        """The link that the terminal shows next."""
        assert self._process.stderr
        for line in self._process.stderr:
            if found := re.search(r"http\S+enter\S+", line):
                return found[0]
        raise AssertionError("the desk ended")

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)


def ask(
    folder: Path,
    data: Path,
    in_vain: Mapping[str, int] = IN_VAIN,
    answered: Mapping[str, int] = ANSWERED,
) -> None:
    """Let people have asked, in vain and with success, before the desk is opened."""
    responder = Responder(load(folder))

    async def note(journal: Journal, queries: Iterable[str], outcome: Outcome | None) -> None:
        for number, query in enumerate(queries):
            found = responder.reply(query) if outcome is None else None
            reply = found or Reply(query=query, outcome=outcome or Outcome.FALLBACK)
            await journal.record(row := journal.new_row(), query, reply)
            if outcome is None and (number % 4 == 0 or number in UNHELPFUL):
                await journal.helpful(row, yes=number not in UNHELPFUL)

    async def all_of_it() -> None:
        with closing(open_database(data)) as database:
            journal = Journal(database, days=90)
            await note(journal, repeated(in_vain), Outcome.FALLBACK)
            await note(journal, repeated(answered), None)

    with ThreadPoolExecutor(1) as aside:  # Playwright has a loop in this thread
        aside.submit(lambda: asyncio.run(all_of_it())).result()


def repeated(counts: Mapping[str, int]) -> list[str]:
    """Each as often as it was asked."""
    return [query for query, count in counts.items() for _ in range(count)]


def opened(browser: Browser, link: str, size: tuple[int, int]) -> tuple[BrowserContext, Page]:
    """A browser of one's own with the desk in it; no page may complain."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    page.goto(link)
    return context, page


def go(page: Page, name: str) -> None:
    """To another page of the desk, by its navigation."""
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab never came to {selector}")
