"""The conversation in a terminal, by the real run_bot.py with its input piped in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import vague


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


def test_numbers_pick_what_was_offered() -> None:
    out = talk(f"{vague()}\n1\n").stdout
    asked, _, after = out.partition("Did you mean")
    assert asked
    assert "The article" in after


def test_commands() -> None:
    out = talk("/topics\n/help\n/about\n/privacy\n/random\n").stdout
    assert "Risks and limits" in out
    assert "For example" in out
    assert "last reviewed on" in out
    assert "90 days" in out
    assert "{" not in out


def test_an_emergency_comes_before_everything() -> None:
    out = talk("my dad has crushng chst pain\n").stdout
    assert "Call 112, 911 or 999 now" in out
    assert "From the article" not in out


@pytest.mark.parametrize(
    "typed", ["", "\n\n", "\x00\x07\n", "😀\n", "a" * 10_000 + "\n", b"\xff\n"]
)
def test_any_input_is_survived(typed: str | bytes) -> None:
    run = talk(typed)
    assert run.returncode == 0
    assert "Traceback" not in run.stderr


def test_a_bad_setting_is_one_line(tmp_path: Path) -> None:
    run = talk("", FAQ_CONTENT=str(tmp_path / "nowhere"))
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "FAQ_CONTENT" in run.stderr
