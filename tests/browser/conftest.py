"""A content folder, its desk, and a browser on a phone and on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.running import ARGUMENTS, CHROMIUM, PHONE, SCREEN, DeskProcess, ask, opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Iterator[DeskProcess]:
    ask(folder, tmp_path / "data")
    running = DeskProcess(folder, tmp_path / "data")
    yield running
    running.stop()


@pytest.fixture(params=[PHONE, SCREEN], ids=["phone", "screen"])
def page(request: pytest.FixtureRequest, chromium: Browser, desk: DeskProcess) -> Iterator[Page]:
    context, found = opened(chromium, desk.link, request.param)
    yield found
    context.close()
