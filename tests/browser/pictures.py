"""Draws every page of the desk, to be looked at: on phones and a screen, light and dark, large.

python -m tests.browser.pictures FOLDER [--content CONTENT]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from faq.loader import SHIPPED
from tests.browser.running import ARGUMENTS, CHROMIUM, DeskProcess, ask, opened

SIZES = {"small": (360, 780), "phone": (390, 844), "screen": (1280, 900)}
#: The size of the browser's letters, in pixels.
TEXT = {"": 16, "-large": 24}
IN_VAIN = {
    "who was the first to put in a stent": 5,
    "Is there a museum of cardiology": 3,
    "can my hamster have a stent too": 2,
    "which hospital in Leeds is best": 2,
    "what is the wifi password": 1,
}
ANSWERED = {
    "what is a stent": 9,
    "what can go wrong": 7,
    "is it surgery": 4,
    "how big is a stent": 3,
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Draw them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--content", type=Path, default=SHIPPED)
    arguments.add_argument("--shown", action="store_true")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        content = Path(place, "content")
        shutil.copytree(given.content, content)
        ask(content, Path(place, "data"), IN_VAIN, ANSWERED)
        if given.shown:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            desk = DeskProcess(content, Path(place, "data"))
            _draw_shown(browser, desk, given.folder)
            desk.stop()
            return
        for large, letters in TEXT.items():
            more = f"--blink-settings=defaultFontSize={letters}"
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, more])
            begin = DeskProcess(Path(place, "empty"), Path(place, "none"))
            _draw_all(browser, begin, {"begin": lambda page: None}, given.folder, large)
            begin.stop()
            desk = DeskProcess(content, Path(place, "data"))
            _draw_all(browser, desk, scenes(desk), given.folder, large)
            desk.stop()
            browser.close()


#: The pictures of docs/desk.md: a scene each, and how large a window sees it.
SHOWN = {
    "desk-answers": ("answers", "screen"),
    "desk-phone": ("inbox", "phone"),
    "desk-answer": ("answer", "screen"),
}


def _draw_shown(browser: Browser, desk: DeskProcess, folder: Path) -> None:
    context, page = opened(browser, desk.link, SIZES["screen"])
    found = scenes(desk)
    for name, (scene, size) in SHOWN.items():
        page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
        found[scene](page)
        page.screenshot(path=folder / f"{name}.png")
    context.close()


Scene = Callable[[Page], object]


def scenes(desk: DeskProcess) -> dict[str, Scene]:
    """The pages as they look in the midst of work, each prepared from its first sight."""

    def at(path: str, *then: Scene) -> Scene:
        def go(page: Page) -> None:
            page.goto(f"{desk.address}/{path}")
            for each in then:
                each(page)

        return go

    def fill(label: str, text: str) -> Scene:
        return lambda page: page.get_by_label(label, exact=True).fill(text)

    def press(name: str) -> Scene:
        return lambda page: page.get_by_role("button", name=name, exact=True).first.click()

    def wait(selector: str, text: str) -> Scene:
        found = f"{selector}:has-text('{text}')"
        return lambda page: page.wait_for_selector(found, timeout=300_000)

    answer = "is-angioplasty-surgery"
    tried = (fill("One more wording", "do they cut me open for this"), press("Add and try"))
    return {
        "answers": at("answers"),
        "numbers": at("numbers"),
        "search": at("answers?q=pain"),
        "nothing": at("answers?q=xylophone"),
        "answer": at(f"answers/{answer}", *tried, wait(".chip.new", "takes nothing away")),
        "saved": at(
            f"answers/{answer}",
            fill("Answer", "Not in the usual sense: the chest is not opened."),
            press("Save draft"),
        ),
        "new": at("answers/new"),
        "try": at("try"),
        "tried": at(
            "try", fill("Ask as somebody would", "how long does the operation take"), press("Ask")
        ),
        "inbox": at("inbox"),
        "document": at("document"),
        "publish": at("publish", wait("#check", "questions end")),
    }


def _draw_all(
    browser: Browser, desk: DeskProcess, found: dict[str, Scene], folder: Path, large: str
) -> None:
    context, page = opened(browser, desk.link, SIZES["phone"])
    for name, scene in found.items():
        scene(page)
        for (size, box), scheme in product(SIZES.items(), SCHEMES[: 1 if large else 2]):
            page.set_viewport_size({"width": box[0], "height": box[1]})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name}-{size}-{scheme}{large}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main()
