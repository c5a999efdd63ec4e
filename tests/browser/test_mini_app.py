"""The desk's door inside Telegram, in a real browser: Telegram's word opens it once, to admins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from bot.admin.mini_app import OLDEST, MiniApp
from tests.browser.running import PHONE
from tests.strict_telegram.server import TOKEN
from tests.test_desk import ADMIN, Running, init_data


@pytest.fixture
def running(folder: Path) -> Iterator[Running]:
    desk = Running(folder, MiniApp(TOKEN, {ADMIN}))
    yield desk
    desk.stop()


@pytest.mark.parametrize(
    ("words", "opens"),
    [
        ([init_data()], True),
        ([init_data(user=5)], False),
        ([init_data(age=OLDEST + 60)], False),
        ([init_data(token="1:" + "x" * 35)], False),
        (["x=1", ""], False),
        ([word := init_data(), word], False),  # heard before
    ],
    ids=["an admin", "somebody else", "too old", "another bot", "nonsense", "replayed"],
)
def test_telegram_s_word_at_the_door(
    chromium: Browser, running: Running, words: list[str], opens: bool
) -> None:
    for number, word in enumerate(words, 1):
        context = chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
        page = context.new_page()
        page.goto(f"{running.address}/app#{urlencode({'tgWebAppData': word})}")
        if number == len(words):
            said = "What is tea?" if opens else "This desk is not open to you."
            expect(page.locator("body")).to_contain_text(said)
        else:
            expect(page.locator("body")).not_to_contain_text("One moment")
        context.close()
