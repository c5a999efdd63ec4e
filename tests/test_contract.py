"""What other people's code relies on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import faq

JSON_KEYS = ["query", "outcome", "entry", "score", "candidates"]


def ask(arguments: Sequence[str], typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "faq", "ask", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


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
    run = ask(["--json", "-"], "what is a stent\n\nmy dad has crushing chest pain\n")
    stent, empty, pain = (json.loads(line) for line in run.stdout.splitlines())
    assert run.returncode == 0
    assert list(stent) == JSON_KEYS
    assert (stent["outcome"], stent["entry"]) == ("answer", "what-is-stent")
    assert stent["candidates"][0] == {"entry": "what-is-stent", "score": stent["score"]}
    assert 0 <= stent["score"] <= 100
    assert (empty["outcome"], empty["entry"], empty["candidates"]) == ("fallback", None, [])
    assert pain["outcome"] == "emergency"


def test_ask_in_words_and_why() -> None:
    assert "procedure" in ask(["difference between angioplasty and stent"]).stdout
    why = ask(["--why", "waht is a stnt"]).stdout
    assert "read as: what is a stent" in why
    assert "what-is-stent" in why


def test_bytes_that_are_no_text_are_survived() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "faq", "ask", "--json", "-"],
        input=b"\xff\xfe stent \x00\n",
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0
    assert json.loads(run.stdout)["outcome"]
