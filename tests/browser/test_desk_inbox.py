"""The inbox in a real browser: what people asked in vain, and all that may become of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from faq import load
from tests.browser.running import SCREEN, DeskProcess, go, opened, tab_to


def group(page: Page, words: str) -> Locator:
    """What stands in the inbox for a question."""
    return page.locator(".group").filter(has=page.locator(".head", has_text=words))


@pytest.fixture
def inbox(page: Page) -> Page:
    go(page, "Inbox")
    return page


def publish(page: Page) -> None:
    """Put what waits in force, whatever it changes elsewhere."""
    go(page, "Publish")
    page.locator("#check button").click()
    expect(page.get_by_role("status").first).to_contain_text("Published")


def test_the_most_asked_stands_first(inbox: Page) -> None:
    first = inbox.locator(".group").first
    expect(first).to_contain_text("Who invented the samovar?")
    expect(first).to_contain_text("4 \u00d7")


def test_an_answer_is_written_and_the_question_is_done(inbox: Page, folder: Path) -> None:
    group(inbox, "samovar").get_by_role("button", name="Write the answer").click()
    expect(inbox.get_by_label("Question, as it stands")).to_have_value("Who invented the samovar?")
    inbox.get_by_label("Answer", exact=True).fill("A smith of Tula.")
    inbox.get_by_role("button", name="Save draft").click()
    go(inbox, "Inbox")
    expect(group(inbox, "samovar")).to_have_count(0)
    publish(inbox)
    assert any(entry.answer == "A smith of Tula." for entry in load(folder).entries)
    go(inbox, "Inbox")
    expect(group(inbox, "samovar")).to_have_count(0)
    inbox.once("dialog", lambda dialog: dialog.accept())
    go(inbox, "Publish")
    inbox.get_by_role("button", name="Take back").click()
    go(inbox, "Inbox")
    expect(group(inbox, "samovar")).to_have_count(1)


def test_a_question_is_added_to_an_answer_there_is(inbox: Page, folder: Path) -> None:
    row = group(inbox, "descaling")
    row.get_by_role("button", name="Belongs to How hot should the water be?").click()
    expect(inbox.get_by_role("status").first).to_contain_text("waits to be published")
    publish(inbox)
    assert "does the kettle need descaling" in load(folder).by_id["how-hot"].paraphrases


def test_what_the_document_does_not_say_becomes_a_gap(inbox: Page, folder: Path) -> None:
    group(inbox, "samovar").get_by_role("button", name="No answer in the document").click()
    expect(inbox.get_by_label("Answer", exact=True)).not_to_have_value("")
    inbox.get_by_role("button", name="Save draft").click()
    publish(inbox)
    [gap] = [entry for entry in load(folder).entries if entry.kind == "gap"]
    assert gap.question == "Who invented the samovar?"


def test_ignored_and_taken_back(inbox: Page) -> None:
    group(inbox, "samovar").get_by_role("button", name="Ignore").click()
    expect(inbox.get_by_role("status").first).to_contain_text("Ignored")
    expect(group(inbox, "samovar")).to_have_count(0)
    inbox.get_by_role("button", name="Undo").click()
    expect(group(inbox, "samovar")).to_have_count(1)


def test_put_together_and_taken_apart(inbox: Page) -> None:
    for words in ("samovar", "descaling"):
        group(inbox, words).get_by_role("checkbox").check()
    inbox.get_by_role("button", name="Put the ticked ones together").click()
    together = group(inbox, "samovar")
    expect(together).to_contain_text("5 \u00d7")
    together.get_by_text("1 other wording").click()
    together.get_by_role("button", name="Take apart: does the kettle").click()
    expect(group(inbox, "samovar")).to_contain_text("4 \u00d7")
    expect(group(inbox, "descaling")).to_have_count(1)


def test_one_ticked_alone_is_told_so(inbox: Page) -> None:
    group(inbox, "samovar").get_by_role("checkbox").check()
    inbox.get_by_role("button", name="Put the ticked ones together").click()
    expect(inbox.get_by_role("status").first).to_contain_text("Tick two or more")


def test_by_keyboard_alone(chromium: Browser, desk: DeskProcess, folder: Path) -> None:
    context, page = opened(chromium, desk.link, SCREEN)
    tab_to(page, "a[href='/inbox']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")
    tab_to(page, "button:has-text('Write the answer')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers/new**")
    tab_to(page, "#answer-text")
    page.keyboard.type("A smith of Tula.")
    tab_to(page, "button:has-text('Save draft')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved as a draft")
    tab_to(page, "a[href='/publish']")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_visible()
    tab_to(page, "#check button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Published")
    assert any(entry.answer == "A smith of Tula." for entry in load(folder).entries)
    context.close()
