"""The desk as a curator uses it, in a real browser: on a phone and on a screen, by keyboard alone.

    python -m pytest tests/browser

Needs Chromium (Debian's `chromium`, or CHROMIUM with its place) and axe-core: AXE with the place of
axe.min.js, or npm, which fetches it. Not part of the plain test run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from faq import load
from tests import folders
from tests.running import ROOT, free_port

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-gpu"]
PHONE, SCREEN = (390, 844), (1280, 900)
AXE_VERSION = "4.14.1"
PAGES = (
    "answers",
    "answers/how-hot",
    "answers/new",
    "try",
    "inbox",
    "document",
    "publish",
    "numbers",
)
SHEET = "question,answer\n" + "".join(
    f"{question},{answer}\n"
    for question, answer in (
        ("When is the library open?", "Every day but Sunday from ten to six."),
        ("How many books may I borrow?", "Twelve at a time."),
        ("How long may I keep a book?", "Four weeks."),
        ("What does a lost book cost?", "Its price and five pounds."),
        ("Can I borrow films?", "Yes for a week."),
        ("Is there a place to read quietly?", "The room on the second floor."),
    )
)

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}: set CHROMIUM"
)


class DeskProcess:
    """`python -m faq desk` as a curator starts it."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        own = {n: v for n, v in os.environ.items() if not n.startswith(("FAQ_", "TELEGRAM_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faq", "desk", str(folder), "--port", str(port)],
            cwd=ROOT,
            env=own | {"FAQ_DATA": str(data), "FAQ_ENCODER": "off"},
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "tea"
    place.mkdir()
    return folders.write(place)


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Iterator[DeskProcess]:
    running = DeskProcess(folder, tmp_path / "data")
    yield running
    running.stop()


def opened(browser: Browser, link: str, size: tuple[int, int]) -> tuple[BrowserContext, Page]:
    """A browser of one's own with the desk in it; no page may complain."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    page.goto(link)
    return context, page


@pytest.fixture(params=[PHONE, SCREEN], ids=["phone", "screen"])
def page(request: pytest.FixtureRequest, chromium: Browser, desk: DeskProcess) -> Iterator[Page]:
    context, found = opened(chromium, desk.link, request.param)
    yield found
    context.close()


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def test_nothing_runs_over_the_edge(page: Page, desk: DeskProcess) -> None:
    for path in PAGES:
        page.goto(f"{desk.address}/{path}")
        body = page.locator("body").bounding_box()
        html = page.locator("html").bounding_box()
        assert body and html and body["width"] <= html["width"]
        for box in (each.bounding_box() for each in page.locator("main *:visible").all()[:400]):
            assert box is None or box["x"] + box["width"] <= html["width"] + 1, path


def test_mend_a_wording_and_publish(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="How hot should the water be?").click()
    page.get_by_label("One more wording").fill("celsius for sencha")
    page.get_by_role("button", name="Add and try").click()
    chip = page.locator(".chip.new")
    expect(chip).to_contain_text("Today it gets")
    expect(chip).to_contain_text("takes nothing away", timeout=60_000)
    page.get_by_label("Answer", exact=True).fill("Not boiling: about 80 degrees.")
    expect(page.locator("#preview .message")).to_contain_text("about 80 degrees")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as a draft")
    go(page, "Publish")
    expect(page.locator(".verdict")).to_contain_text("questions end as before", timeout=60_000)
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Published")
    entry = load(folder).by_id["how-hot"]
    assert entry.paraphrases[-1] == "celsius for sencha"
    assert entry.answer == "Not boiling: about 80 degrees."
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("taken back")
    assert load(folder).by_id["how-hot"].answer == "The document says not boiling."


def test_a_wording_taken_from_another_answer_is_told(page: Page) -> None:
    page.get_by_role("link", name="How hot should the water be?").click()
    page.get_by_label("One more wording").fill("explain tea to me")
    page.get_by_role("button", name="Add and try").click()
    expect(page.get_by_role("alert")).to_contain_text("stands in “What is tea?” already")


def test_where_the_document_says_so(page: Page, folder: Path) -> None:
    go(page, "Document")
    page.get_by_role("link", name="Tea is a drink.").click()
    page.get_by_role("group", name="Sentences of the document").get_by_text("not boiling").click()
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    expect(page.locator("main")).to_contain_text("sentences of the document changed")


def test_try_it_and_keep_a_test_question(page: Page) -> None:
    go(page, "Try it")
    page.get_by_label("Ask as somebody would").fill("warm water for green tea")
    page.get_by_role("button", name="Ask").click()
    page.get_by_text("Why", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Nearest wordings")
    page.get_by_label("It should be").select_option(label="How hot should the water be?")
    page.get_by_role("button", name="Keep as a test question").click()
    expect(page.locator(".tests")).to_contain_text("warm water for green tea")


@pytest.mark.parametrize("size", [SCREEN], ids=["screen"])
def test_by_keyboard_alone(
    chromium: Browser, desk: DeskProcess, folder: Path, size: tuple[int, int]
) -> None:
    context, page = opened(chromium, desk.link, size)

    def to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"Tab never came to {selector}")

    to("a[href='/answers/how-hot']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers/how-hot")
    to("#wording")
    page.keyboard.type("celsius for sencha")
    page.keyboard.press("Enter")
    expect(page.locator(".chip.new")).to_contain_text("takes nothing away", timeout=60_000)
    to("button:has-text('Save draft')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved as a draft")
    to("a[href='/publish']")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_visible(timeout=60_000)
    to("#check button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Published")
    assert "celsius for sencha" in load(folder).by_id["how-hot"].paraphrases
    context.close()


def axe() -> str:
    """The text of axe-core."""
    if place := os.environ.get("AXE"):
        return Path(place).read_text("utf-8")
    if not shutil.which("npm"):
        pytest.skip("no axe-core: set AXE to its axe.min.js, or install npm")
    kept = ROOT / ".pytest_cache" / "axe"
    file = kept / "package" / "axe.min.js"
    if not file.exists():
        kept.mkdir(parents=True, exist_ok=True)
        name = f"axe-core@{AXE_VERSION}"
        subprocess.run(["npm", "pack", "--silent", name], cwd=kept, check=True, timeout=120)
        [archive] = kept.glob("*.tgz")
        subprocess.run(["tar", "xzf", archive.name], cwd=kept, check=True)
    return file.read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium: Browser, desk: DeskProcess, scheme: str) -> None:
    script = axe()
    context, page = opened(chromium, desk.link, PHONE)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in PAGES:
        page.goto(f"{desk.address}/{path}")
        if path == "answers/how-hot":
            page.get_by_label("One more wording").fill("celsius for sencha")
            page.get_by_role("button", name="Add and try").click()
            expect(page.locator(".chip.new")).to_contain_text("takes nothing", timeout=60_000)
        session = context.new_cdp_session(page)  # not the page: its policy lets no script in
        run = f"{script}; axe.run().then((found) => JSON.stringify(found.violations))"
        told = session.send(
            "Runtime.evaluate",
            {"expression": run, "awaitPromise": True, "returnByValue": True},
        )
        found = json.loads(told["result"]["value"])
        serious = [
            (v["id"], v["nodes"][0]["html"])
            for v in found
            if v["impact"] in {"serious", "critical"}
        ]
        assert not serious, (path, serious)
    context.close()


def test_two_curators_at_once(chromium: Browser, desk: DeskProcess) -> None:
    hers, anna = opened(chromium, desk.link, SCREEN)
    his, ben = opened(chromium, desk.next_link(), PHONE)
    for page in (anna, ben):
        page.get_by_role("link", name="How hot should the water be?").click()
    anna.get_by_label("Answer", exact=True).fill("80 degrees.")
    anna.get_by_role("button", name="Save draft").click()
    ben.get_by_label("Answer", exact=True).fill("90 degrees.")
    ben.get_by_role("button", name="Save draft").click()
    expect(ben.get_by_role("status").first).to_contain_text("Both texts are below")
    expect(ben.locator(".theirs")).to_contain_text("80 degrees.")
    expect(ben.get_by_label("Answer", exact=True)).to_have_value("90 degrees.")
    for context in (hers, his):
        context.close()


def test_from_a_sheet_to_a_published_mend_without_a_second_command(
    chromium: Browser, tmp_path: Path
) -> None:
    (tmp_path / "sheet.csv").write_text(SHEET, "utf-8")
    folder = tmp_path / "library"
    desk = DeskProcess(folder, tmp_path / "data")
    context, page = opened(chromium, desk.link, PHONE)
    page.get_by_label("Sheet").set_input_files(tmp_path / "sheet.csv")
    page.get_by_label("What it is about").fill("Town library")
    page.get_by_role("button", name="Make the bot").click()
    page.get_by_role("link", name="How long may I keep a book?").first.click()
    page.get_by_label("One more wording").fill("when must it be back")
    page.get_by_role("button", name="Add and try").click()
    expect(page.locator(".chip.new")).to_contain_text("takes nothing away", timeout=60_000)
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    page.get_by_role("button", name="Publish", exact=True).click(timeout=60_000)
    expect(page.get_by_role("status").first).to_contain_text("Published")
    [entry] = [e for e in load(folder).entries if e.question == "How long may I keep a book?"]
    assert "when must it be back" in entry.paraphrases
    context.close()
    desk.stop()
