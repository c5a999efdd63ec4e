"""What other people's code relies on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import faq
from tests.running import write_content

JSON_KEYS = ["query", "outcome", "entry", "score", "candidates"]


@pytest.fixture(autouse=True)
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_CONTENT", str(write_content(tmp_path / "content")))


def ask(arguments: Sequence[str], typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "faq", "ask", *arguments]
    return subprocess.run(command, input=typed, capture_output=True, check=False)


def test_public_names() -> None:
    assert sorted(faq.__all__) == [
        "Candidate",
        "Entry",
        "FAQError",
        "Knowledge",
        "Matcher",
        "Outcome",
        "Reply",
        "Responder",
        "load",
    ]


def test_outcomes() -> None:
    assert " ".join(faq.Outcome) == (
        "answer suggest gap emergency self_harm personal_advice chat fallback"
    )


def test_ask_answers_in_json_one_object_a_line() -> None:
    run = ask(["--json", "-"], b"what is a stent\n\nmy dad has crushing chest pain\n")
    stent, empty, pain = (json.loads(line) for line in run.stdout.splitlines())
    assert run.returncode == 0
    assert list(stent) == JSON_KEYS
    assert (stent["outcome"], stent["entry"]) == ("answer", "stent")
    assert stent["candidates"][0] == {"entry": "stent", "score": stent["score"]}
    assert 0 <= stent["score"] <= 100
    assert (empty["outcome"], empty["entry"], empty["candidates"]) == ("fallback", None, [])
    assert pain["outcome"] == "emergency"


def test_ask_in_words_and_why() -> None:
    assert b"mesh tube" in ask(["explain stents to me"]).stdout
    why = ask(["--why", "waht is a stnt"]).stdout.decode()
    assert "read as: what is a stent" in why
    assert "mesh tube" in why


def test_bytes_that_are_no_text_are_survived() -> None:
    run = ask(["--json", "-"], b"\xff\xfe stent \x00\n")
    assert run.returncode == 0
    assert json.loads(run.stdout)["outcome"]
