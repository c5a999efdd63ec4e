"""Sentence vectors by any sentence-transformers model, on onnxruntime.

`faq/data/encoder` holds all-MiniLM-L6-v2 (Apache-2.0) in 8 bits, made by
`tests/benchmarks/make_encoder.py`. Any folder with `model.onnx` and `tokenizer.json` works in its
place; `encoder.toml` beside them says how the model is read (docs/encoder.md).
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faq.model import FAQError

Floats = NDArray[np.float32]

#: Recent onnxruntime writes a device id and sends telemetry, unless told not to before it is
#: imported. All of `faq` imports this module, and only this module imports onnxruntime.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

SHIPPED = Path(__file__).parents[1] / "data" / "encoder"
#: Which token vectors a text's vector is the mean of; "none" if the model gives one vector a text.
POOLINGS = ("words", "all", "first", "none")
#: From so many texts on all processors encode; one text alone takes 2 ms.
MANY = 64
THREADS_AT_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is read: the keys of `encoder.toml`.

    `outputs` are what the model calls them, with their weights: the vector of a text is the sum of
    its unit vectors by each. Without any, the model's first output counts.
    """

    pooling: str = "words"
    lead_in: str = ""
    max_tokens: int = 128
    threads: int = 1
    sha256: str = ""
    outputs: Mapping[str, float] = field(default_factory=dict)


class OnnxEncoder:
    """A sentence-transformers model on onnxruntime.

    Texts are encoded one by one: in a batch of 8-bit products a vector would depend on its
    neighbours.
    """

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        """Read a folder's files; `settings` go before those in `encoder.toml`.

        Raises `FAQError` if one is missing or no good, `ImportError` where onnxruntime or
        tokenizers is not installed.
        """
        model, tokenizer = (_file(folder, name) for name in ("model.onnx", "tokenizer.json"))
        self._settings = settings or read_settings(folder)
        self.folder = folder
        if self._settings.sha256 not in {"", digest(model)}:
            raise FAQError(f"{model}: not the weights that encoder.toml names. Install it again.")
        self._session = load_session(model, self._settings.threads)
        self._tokenizer = load_tokenizer(tokenizer)
        self._tokenizer.enable_truncation(self._settings.max_tokens)
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._weights = self._output_weights(folder)
        read_how = f"{digest(model)} {digest(tokenizer)} {self._settings}"
        self.key = hashlib.sha256(read_how.encode()).hexdigest()[:16]

    def _output_weights(self, folder: Path) -> Mapping[str, float]:
        names = [output.name for output in self._session.get_outputs()]
        weights = self._settings.outputs or {names[0]: 1.0}
        for name in weights:
            if name not in names:
                raise FAQError(
                    f"{folder / 'encoder.toml'}: the model has no output {name!r}. "
                    f"Take one of {', '.join(names)}."
                )
        return weights

    def encode(self, texts: Iterable[str]) -> Floats:
        """One unit vector a text, shape (texts, dimensions)."""
        listed = list(texts)
        if len(listed) < MANY:
            return np.stack([self._vector(text) for text in listed])
        with ThreadPoolExecutor(min(THREADS_AT_MOST, os.cpu_count() or 1)) as pool:
            return np.stack(list(pool.map(self._vector, listed)))

    def _vector(self, text: str) -> Floats:
        """The weighted sum of a text's unit vectors by each output, at length 1."""
        ids = np.array([self._tokenizer.encode(self._settings.lead_in + text).ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        given = {name: value for name, value in feed.items() if name in self._inputs}
        outputs = self._session.run(list(self._weights), given)
        vectors = [unit(pooled(output[0], self._settings.pooling)) for output in outputs]
        return unit(np.average(vectors, axis=0, weights=list(self._weights.values())))


def pooled(output: Floats, pooling: str) -> Floats:
    """One vector, shape (dimensions,), of (tokens, dimensions); as it is where it is one.

    "words" leaves out the first and the last token, which stand for no word.
    """
    if output.ndim == 1:
        return output
    if pooling == "first":
        return np.asarray(output[0])
    kept = output[1 : max(2, len(output) - 1)] if pooling == "words" else output
    return np.asarray(kept.mean(axis=0))


def unit(vector: Floats) -> Floats:
    """The vector at length 1."""
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def read_settings(folder: Path) -> Settings:
    """What `encoder.toml` says; the defaults where there is none."""
    file = folder / "encoder.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FAQError(f"{file}: {error}. Write it as docs/encoder.md shows.") from error
    defaults = {each.name: getattr(Settings(), each.name) for each in fields(Settings)}
    for name, value in table.items():
        if name not in defaults:
            raise FAQError(f"{file}: unknown setting {name!r}. Take {', '.join(defaults)}.")
        if not isinstance(value, type(defaults[name])):
            kind = type(defaults[name]).__name__
            raise FAQError(
                f"{file}: {name} = {value!r} is not a {kind}. Write it as docs/encoder.md shows."
            )
    settings = Settings(**table)
    if settings.pooling not in POOLINGS:
        raise FAQError(f"{file}: pooling = {settings.pooling!r}. Take {', '.join(POOLINGS)}.")
    if settings.threads < 1 or settings.max_tokens < 3:
        raise FAQError(f"{file}: threads must be 1 or more, max_tokens 3 or more.")
    return settings


def _file(folder: Path, name: str) -> Path:
    file = folder / name
    if not file.is_file():
        raise FAQError(f"FAQ_ENCODER: {file} is missing. Name a folder that has it.")
    return file


def load_session(model: Path, threads: int) -> Any:
    """An onnxruntime session that sleeps between texts; raises `FAQError` for a bad file."""
    import onnxruntime  # noqa: PLC0415 - optional: only who uses the encoder pays for it

    options = onnxruntime.SessionOptions()
    # One thread, asleep between texts: spinning ones took 77 s of CPU where 36 do (30 messages
    # a second for a minute), and answered no sooner.
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # one long text would take 12 MB for good
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise FAQError(
            f"{model}: onnxruntime can't read it ({reason}). Export it again."
        ) from error


def load_tokenizer(file: Path) -> Any:
    """A tokenizer that adds no padding; raises `FAQError` for a bad file."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - optional, as above

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise FAQError(f"{file}: not a tokenizer ({error}). Export it again.") from error
    tokenizer.no_padding()
    return tokenizer


@cache
def digest(file: Path) -> str:
    """The file's sha256, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
