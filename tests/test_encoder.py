"""Sentence vectors: meaning beyond words, and a polite retreat where they are not to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from faq import Entry, FAQError, Matcher
from faq.matching import onnx_encoder as module
from faq.matching.encoder import Encoder, load_encoder
from faq.message import read

STENT = Entry(
    id="e1",
    question="What is a stent?",
    answer="-",
    paraphrases=("define stent", "wire mesh left in an artery"),
)
COST = Entry(
    id="e2", question="What does it cost?", answer="-", paraphrases=("price of it", "is it free")
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    found = load_encoder("auto")
    if found is None:
        pytest.skip("the extra semantic is not installed")
    return found


def test_vectors_are_of_length_one_and_of_no_neighbour(encoder: Encoder) -> None:
    alone, other = encoder.encode(["what is a stent"]), encoder.encode(["hi", "what is a stent"])
    assert np.allclose(np.linalg.norm(other, axis=1), 1, atol=1e-5)
    assert (alone[0] == other[1]).all()
    assert np.isfinite(encoder.encode([""])).all()


def test_meaning_is_found_without_a_common_word(encoder: Encoder) -> None:
    matcher = Matcher([STENT, COST], encoder=encoder)
    assert matcher.rank("how expensive would that be")[0].entry is COST
    assert matcher.rank("the tiny metal tube inside blood vessels")[0].entry is STENT


class Counting:
    """An encoder that counts its runs."""

    key = "counting"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.runs: list[str] = []

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        listed = list(texts)
        self.runs += listed
        return self._encoder.encode(listed)


def test_the_encoder_reads_each_sentence_of_a_message_once(encoder: Encoder) -> None:
    counting = Counting(encoder)
    matcher = Matcher([STENT, COST], encoder=counting)
    counting.runs.clear()
    message = read("My dad had one. What does a stent do? And what is the price?", matcher)
    assert message
    assert len(message.sentences) == 3
    assert counting.runs == ["my dad had one", "what does a stent do", "what is the price"]


def a_folder(place: Path, settings: str = "") -> Path:
    """The shipped model in a folder of its own, read as `settings` say."""
    for name in ("model.onnx", "tokenizer.json"):
        (place / name).symlink_to(module.SHIPPED / name)
    (place / "encoder.toml").write_text(settings, encoding="utf-8")
    return place


def test_a_folder_takes_the_place_of_the_shipped_weights(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(FAQError, match=r"model\.onnx is missing"):
        load_encoder(str(tmp_path))
    other = load_encoder(str(a_folder(tmp_path)))
    assert other is not None
    assert other.key != encoder.key  # read without what is known of the shipped weights only
    assert Matcher([STENT, COST], encoder=other).rank("how expensive is that")[0].entry is COST


def test_settings_beside_a_model_say_how_it_is_read(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "same").mkdir()
    (tmp_path / "first").mkdir()
    written = (module.SHIPPED / "encoder.toml").read_text("utf-8")
    same = load_encoder(str(a_folder(tmp_path / "same", written)))
    first = load_encoder(str(a_folder(tmp_path / "first", 'pooling = "first"\nmax_tokens = 3')))
    assert same
    assert first
    texts = ["what is a stent", "what is a catheter"]
    assert (same.encode(texts) == encoder.encode(texts)).all()
    cut = first.encode(texts)
    assert (cut[0] == cut[1]).all()  # three tokens: the special ones and "what"


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("pooling = 'median'", "Take words, all, first, none"),
        ("poling = 'all'", "unknown setting 'poling'"),
        ("threads = 'two'", "is not a int"),
        ("threads = 0", "1 or more"),
        ("threads =", "docs/encoder.md"),
        ("[outputs]\nlayer_9 = 1.0", "Take one of last, inner"),
        ("sha256 = '00'", "not the weights"),
    ],
)
def test_a_slip_in_the_settings_is_named(settings: str, complaint: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    with pytest.raises(FAQError, match=complaint):
        load_encoder(str(a_folder(tmp_path, settings)))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_no_model_is_named(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    file = a_folder(tmp_path) / name
    file.unlink()
    file.write_bytes(b"something else")
    with pytest.raises(FAQError, match=rf"{name}: .* Export it again"):
        load_encoder(str(tmp_path))


def test_a_vector_does_not_depend_on_how_many_are_made(encoder: Encoder) -> None:
    many = encoder.encode(["what is a stent", *(f"question {n}" for n in range(module.MANY))])
    assert (many[0] == encoder.encode(["what is a stent"])[0]).all()


ABSENT = """
import sys
sys.modules["onnxruntime"] = None
from faq import Matcher
from tests.test_encoder import COST, STENT
for _ in range(2):
    assert Matcher([STENT, COST]).rank("define stents")[0].entry is STENT
"""


def test_without_the_extra_it_says_so_once_and_goes_on(tmp_path: Path) -> None:
    settings = {"FAQ_ENCODER": "auto", "XDG_CACHE_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", ABSENT],
        env=os.environ | settings,
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stderr.count("Answering on words alone") == 1


WATCHED = """
import os
from pathlib import Path
from faq.matching.encoder import load_encoder
load_encoder("auto").encode(["what is a stent"])
for open_file in Path("/proc/self/fd").iterdir():
    if open_file.is_symlink():
        print(open_file.readlink())
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed on Linux")
def test_onnxruntime_keeps_nothing_and_calls_nobody(encoder: Encoder, tmp_path: Path) -> None:
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    run = subprocess.run(
        [sys.executable, "-c", WATCHED],
        env=bare | places,
        capture_output=True,
        check=True,
        text=True,
    )
    assert "socket:" not in run.stdout
    assert list(tmp_path.rglob("*")) == []


def test_off_is_off() -> None:
    assert load_encoder("off") is None
