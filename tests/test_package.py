"""What is installed: commands, versions, what was learnt beforehand; a copy of the store."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from faq import __version__
from faq.matching import cache
from faq.matching.cache import Cache, Trained
from faq.matching.calibration import Calibration
from faq.matching.classifier import Solution
from tests.conftest import Start
from tests.running import ROOT
from tests.strict_telegram.server import Fault, TelegramServer

ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_one_version() -> None:
    assert ABOUT["version"] == __version__
    said = subprocess.check_output([sys.executable, "run_bot.py", "--version"], cwd=ROOT, text=True)
    assert said == f"faq-bot {__version__}\n"


def test_every_dependency_has_an_upper_bound() -> None:
    extras = [line for lines in ABOUT["optional-dependencies"].values() for line in lines]
    named = [line for line in (*ABOUT["dependencies"], *extras) if ">=" in line]
    assert [line for line in named if "<" not in line and "pypdf" not in line] == []


def test_the_constraints_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert "python-telegram-bot==" in text


def trained(text: str) -> Trained:
    one = np.ones(1, np.float32)
    solution, calibration = Solution(one, one, one, one), Calibration(one, one)
    return Trained((text,), np.ones((1, 2), np.float16), solution, calibration)


def test_what_was_learnt_beforehand_is_used_and_what_does_not_fit_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "LEARNT", tmp_path / "shipped")
    Cache(tmp_path / "shipped", "words").put("one", trained("shipped"))
    monkeypatch.setenv("FAQ_CACHE", str(tmp_path / "own"))
    own = Cache.shared("words")
    found = own.get("one")
    assert found
    assert found.texts == ("shipped",)
    assert own.get("changed content") is None
    assert Cache.shared("another encoder").get("one") is None
    assert set(own.vectors(["shipped", "new"])) == {"shipped"}


def test_a_copy_made_while_it_runs_answers_what_was_waiting(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    telegram.fault("sendMessage", Fault.black_hole())
    bot = start_bot()
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), 10)
    copy = tmp_path / "copy" / "faq.db"
    copy.parent.mkdir()
    environment = {"FAQ_DATA": str(tmp_path / "data")}
    command = [sys.executable, "run_bot.py", "--backup", str(copy)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    assert copy.stat().st_mode & 0o077 == 0
    bot.kill()
    telegram.clear_faults()
    start_bot(FAQ_DATA=str(copy.parent))
    chat.wait(timeout=10)
