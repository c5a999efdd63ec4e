"""The desk as a curator uses it, in a real browser: on a phone and on a screen, by keyboard alone.

    python -m pytest tests/browser

Needs Chromium (Debian's `chromium`, or CHROMIUM with its place) and axe-core: AXE with the place of
axe.min.js, or npm, which fetches it. Not part of the plain test run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from faq import load
from tests.browser.running import PHONE, SCREEN, DeskProcess, go, opened, tab_to
from tests.running import ROOT

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
    "answers/new?query=who+invented+the+samovar",
    "inbox?undo=ignored-1",
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


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_over_the_edge(chromium: Browser, desk: DeskProcess, width: int) -> None:
    context, page = opened(chromium, desk.link, (width, 800))
    for path in PAGES:
        page.goto(f"{desk.address}/{path}")
        body = page.locator("body").bounding_box()
        html = page.locator("html").bounding_box()
        assert body and html and body["width"] <= html["width"]
        for box in (each.bounding_box() for each in page.locator("main *:visible").all()[:400]):
            assert box is None or box["x"] + box["width"] <= html["width"] + 1, path
    context.close()


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


def test_a_wording_that_is_not_saved_is_not_lost_without_a_word(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="How hot should the water be?").click()
    page.get_by_label("One more wording").fill("celsius for sencha")
    page.get_by_role("button", name="Add and try").click()
    expect(page.locator(".chip.new")).to_contain_text("Today it gets")
    page.get_by_role("navigation").get_by_role("link", name="Inbox").click(no_wait_after=True)
    expect(page.locator(".chip.new")).to_be_visible()
    assert asked == ["beforeunload"]


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

    tab_to(page, "a[href='/answers/how-hot']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers/how-hot")
    tab_to(page, "#wording")
    page.keyboard.type("celsius for sencha")
    page.keyboard.press("Enter")
    expect(page.locator(".chip.new")).to_contain_text("takes nothing away", timeout=60_000)
    tab_to(page, "button:has-text('Save draft')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved as a draft")
    tab_to(page, "a[href='/publish']")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_visible(timeout=60_000)
    tab_to(page, "#check button")
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


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", PHONE), ("light", SCREEN)])
def test_axe_finds_nothing_serious(
    chromium: Browser, desk: DeskProcess, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    script = axe()
    context, page = opened(chromium, desk.link, size)
    page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        page.goto(f"{desk.address}/{path}")
        if path == "answers/how-hot":
            page.get_by_label("One more wording").fill("celsius for sencha")
            page.get_by_role("button", name="Add and try").click()
            expect(page.locator(".chip.new")).to_contain_text("takes nothing", timeout=60_000)
        assert not serious(page, script), path
    page.goto(f"{desk.address}/try")
    page.get_by_label("Ask as somebody would").fill("warm water")
    page.get_by_role("button", name="Ask").click()
    page.get_by_text("Why", exact=True).click()
    assert not serious(page, script), "try, asked"
    page.goto(f"{desk.address}/answers/how-hot")
    page.get_by_label("Answer", exact=True).fill("80 degrees.")
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    expect(page.locator(".verdict")).to_be_visible()
    assert not serious(page, script), "publish, a draft waits"
    context.close()


def serious(page: Page, script: str) -> list[tuple[str, str]]:
    """What axe-core finds on a page that hinders somebody."""
    session = page.context.new_cdp_session(page)  # not the page: its policy lets no script in
    run = f"{script}; axe.run().then((found) => JSON.stringify(found.violations))"
    told = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    found = json.loads(told["result"]["value"])
    grave = (v for v in found if v["impact"] in {"serious", "critical"})
    return [(v["id"], v["nodes"][0]["html"]) for v in grave]


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
    ben.get_by_label("Answer", exact=True).fill("80 to 90 degrees.")
    ben.get_by_role("button", name="Save draft").click()
    expect(ben.get_by_role("status").first).to_contain_text("Saved as a draft")
    anna.reload()
    expect(anna.get_by_label("Answer", exact=True)).to_have_value("80 to 90 degrees.")
    for context in (hers, his):
        context.close()


def answer_and_publish(page: Page, address: str, answer: str) -> None:
    """Give an entry another answer, and put it in force."""
    page.goto(f"{address}/answers/how-hot")
    page.get_by_label("Answer", exact=True).fill(answer)
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Published")


def test_an_older_version_is_taken_back_and_the_later_stays(
    page: Page, desk: DeskProcess, folder: Path
) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{desk.address}/answers/what-is-tea")
    page.get_by_label("Answer", exact=True).fill("A drink of leaves.")
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    answer_and_publish(page, desk.address, "80 degrees.")
    history = page.locator("section", has_text="History").locator("li")
    expect(history).to_have_count(2)
    history.last.get_by_role("button", name="Take back").click()
    expect(history.last).to_contain_text("taken back")
    expect(page.get_by_role("button", name="Take back")).to_have_count(2)
    known = load(folder).by_id
    assert known["what-is-tea"].answer == "The document says tea is a drink."
    assert known["how-hot"].answer == "80 degrees."


def test_what_clashes_with_a_later_change_is_not_taken_back(
    page: Page, desk: DeskProcess, folder: Path
) -> None:
    answer_and_publish(page, desk.address, "80 degrees.")
    answer_and_publish(page, desk.address, "85 degrees.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take back").last.click()
    expect(page.get_by_role("alert")).to_contain_text("changed by somebody else")
    assert load(folder).by_id["how-hot"].answer == "85 degrees."


def test_what_breaks_is_shown_and_published_on_purpose(
    page: Page, desk: DeskProcess, folder: Path
) -> None:
    go(page, "Try it")
    page.get_by_label("Ask as somebody would").fill("water temperature")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Keep as a test question").click()
    page.goto(f"{desk.address}/answers/how-hot")
    page.get_by_role("button", name="Take away: water temperature").click()
    page.get_by_role("button", name="Save draft").click()
    page.goto(f"{desk.address}/answers/what-is-tea")
    for wording in ("water temperature", "temperature of water"):
        page.get_by_label("One more wording").fill(wording)
        page.get_by_role("button", name="Add and try").click()
        expect(page.locator(".chip.new").first).to_contain_text(wording)
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    failing = page.locator(".rows").first
    expect(failing).to_contain_text("should get “How hot should the water be?”")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Publish anyway").click()
    expect(page.get_by_role("status").first).to_contain_text("Published")
    assert "water temperature" in load(folder).by_id["what-is-tea"].paraphrases


def test_the_draft_beside_the_live_bot(page: Page, desk: DeskProcess) -> None:
    page.goto(f"{desk.address}/answers/how-hot")
    page.get_by_label("Answer", exact=True).fill("80 degrees.")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("link", name="Try it").last.click()
    page.get_by_label("Ask as somebody would").fill("water temperature")
    page.get_by_role("button", name="Ask").click()
    live, drafted = page.locator(".said").all()
    expect(live).to_contain_text("not boiling")
    expect(drafted).to_contain_text("80 degrees.")
    drafted.get_by_text("Why", exact=True).click()
    expect(drafted).to_contain_text("Nearest answers")


def test_a_sentence_of_the_document_becomes_an_answer(
    page: Page, desk: DeskProcess, folder: Path
) -> None:
    page.goto(f"{desk.address}/answers/how-hot")
    page.get_by_role("group", name="Sentences of the document").get_by_text("not boiling").click()
    page.get_by_role("button", name="Save draft").click()
    go(page, "Document")
    expect(page.locator("main")).to_contain_text("1 of 2 sentences stand behind an answer")
    page.get_by_role("link", name="Water for green tea is not boiling.").click()
    page.get_by_label("Question, as it stands on the button").fill("May the water boil?")
    page.get_by_label("Answer", exact=True).fill("Not for green tea.")
    page.get_by_role("button", name="Save draft").click()
    go(page, "Publish")
    page.locator("#check button").click()
    expect(page.get_by_role("status").first).to_contain_text("Published")
    [entry] = [e for e in load(folder).entries if e.question == "May the water boil?"]
    assert [quote.id for quote in entry.quotes] == ["S2"]


def test_the_numbers_of_a_month(page: Page) -> None:
    go(page, "Numbers")
    expect(page.get_by_role("img", name="Questions a day in the last thirty days")).to_be_visible()
    expect(page.get_by_role("list", name="Answers given most")).to_contain_text("How hot")
    figures = page.locator(".figures")
    expect(figures).to_contain_text("19")
    expect(figures).to_contain_text("75 %")
    expect(page.locator(".legend")).to_contain_text("unanswered 10")


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
