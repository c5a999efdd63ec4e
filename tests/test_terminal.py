"""The conversation in a terminal, by the real run_bot.py with its input piped in."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.ui.terminal import Line, Look, Page, Talk
from faq import Responder
from tests.running import write_content


def talk(typed: str | bytes, **settings: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith(("FAQ_", "TELEGRAM_"))}
    raw = typed.encode() if isinstance(typed, str) else typed
    run = subprocess.run(
        [sys.executable, "run_bot.py"],
        input=raw,
        env=own | {"FAQ_ENCODER": "off"} | settings,
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        run.args, run.returncode, run.stdout.decode(), run.stderr.decode()
    )


def test_the_first_question_of_all() -> None:
    run = talk("what's the difference between angioplasty and stent\n")
    assert run.returncode == 0
    assert "Set TELEGRAM_BOT_TOKEN" in run.stdout
    assert "Angioplasty is" in run.stdout
    assert "device" in run.stdout
    assert "From the article" in run.stdout
    assert "Editor's note" in run.stdout
    assert "\x1b" not in run.stdout


Said = Callable[[str], str]


@pytest.fixture
def said(responder: Responder) -> Said:
    """What a new conversation says to lines that are typed, without the process around it."""

    def answers(typed: str) -> str:
        talk, screen = Talk(responder), io.StringIO()
        page = Page(screen)
        for line in typed.splitlines():
            page.show(talk.answer(line))
        return screen.getvalue()

    return answers


def test_numbers_pick_what_was_offered(said: Said, unclear: str) -> None:
    out = said(f"{unclear}\n1\n")
    asked, _, after = out.partition("Did you mean")
    assert asked
    assert "From the article" in after or "The article" in after


def test_none_of_these_leads_to_topics_and_topics_to_questions(said: Said, unclear: str) -> None:
    none = re.search(r"(\d)  None of these", said(f"{unclear}\n"))
    assert none
    out = said(f"{unclear}\n{none[1]}\n3\n1\n99\nhello\n")
    fallback = out.partition("My article doesn't cover that")[2]
    assert "3  The procedure" in fallback
    assert re.search(r"The procedure \(page 1 of 2\)\n+ +1  ", fallback)
    assert "There is no number 99 here" in fallback
    assert "Hello! I answer" in fallback


def test_commands(said: Said) -> None:
    out = said("/topics\n/help\n/about\n/privacy\n/random\n/forget\n/nonsense\n")
    assert "Risks and limits" in out
    assert "For example" in out
    assert "last reviewed on" in out
    assert "nothing you type is kept" in out
    assert "I have forgotten" in out
    assert "I don't know that command" in out
    assert "{" not in out


def test_what_two_answers_offer_is_numbered_through(said: Said) -> None:
    out = said("is the patient awake during angioplasty? what is the guide wire for?\n")
    numbers = re.findall(r"^  (\d)  ", out, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert len(numbers) > 3


@pytest.mark.parametrize(("no_colour", "styled"), [("", True), ("1", False)])
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, no_colour: str, styled: bool
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("NO_COLOR", no_colour)
    screen = Terminal()
    Page(screen).show([Line("Stent", Look.BOLD)])
    assert ("\x1b[1m" in screen.getvalue()) is styled


def test_the_terminal_needs_no_telegram_library() -> None:
    code = "import sys, bot.ui.terminal; sys.exit('telegram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_emergency_comes_before_everything(said: Said) -> None:
    out = said("my dad has crushng chst pain\n")
    assert "Call 112, 911 or 999 now" in out
    assert "From the article" not in out


def test_any_input_is_survived(tmp_path: Path) -> None:
    content = str(write_content(tmp_path / "content"))
    for typed in (b"", b"\n\n\x00\x07\n\xf0\x9f\x98\x80\n" + b"a" * 10_000 + b"\n/\n\xff"):
        run = talk(typed, FAQ_CONTENT=content)
        assert run.returncode == 0
        assert "Traceback" not in run.stderr


def test_a_bad_setting_is_one_line(tmp_path: Path) -> None:
    run = talk("", FAQ_CONTENT=str(tmp_path / "nowhere"))
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "FAQ_CONTENT" in run.stderr
