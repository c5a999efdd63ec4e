"""Keeps what training computes on disk, so that a second start takes less than a second.

One file a content: vectors of all texts, entry weights, calibration. A torn or foreign file is
as good as none; two starts at once write the same thing, each whole.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import platformdirs

from faq.matching.calibration import Calibration
from faq.matching.classifier import Solution
from faq.matching.similarity import Halves

log = logging.getLogger(__name__)

#: Change it whenever the same content would be read or trained differently.
VERSION = "24"
KEPT = 24
#: What the shipped content has taught, so that a first start needs no training: made anew with
#: `python -m faq prepare`. A file made from other texts or by other code has another name, and is
#: never looked at.
LEARNT = Path(__file__).parent.parent / "content" / "learnt"
SOLUTION = [field.name for field in fields(Solution)]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What a cache file holds."""

    texts: tuple[str, ...]
    vectors: Halves
    solution: Solution
    calibration: Calibration


def key(*parts: str) -> str:
    """A short name for exactly these texts, in this order."""
    joined = "\x1f".join((VERSION, *parts))
    return hashlib.sha256(joined.encode()).hexdigest()[:24]


class Cache:
    """Files in one folder, named by encoder and content."""

    def __init__(self, folder: Path, encoder: str) -> None:
        self._folder = folder
        self._encoder = encoder

    @classmethod
    def shared(cls, encoder: str) -> Cache:
        """The cache in the user's own cache folder."""
        folder = os.environ.get("FAQ_CACHE")
        return cls(
            Path(folder) if folder else platformdirs.user_cache_path("telegram-faq-bot"), encoder
        )

    def _file(self, content: str) -> Path:
        return self._folder / f"{self._encoder}-{content}.npz"

    def get(self, content: str) -> Trained | None:
        """What was kept for this content, or None."""
        found = _read(self._file(content))
        if found:  # the least recently used go first
            with suppress(OSError):
                os.utime(self._file(content))
        return found or _read(LEARNT / self._file(content).name)

    def vectors(self, wanted: Iterable[str]) -> Mapping[str, Halves]:
        """Vectors of those texts that any content kept here has, by text."""
        missing = set(wanted)
        found: dict[str, Halves] = {}
        for file in (*reversed(self._files()), *self._shipped()):
            kept = _read(file) if missing else None
            if kept:
                rows = {text: row for row, text in enumerate(kept.texts) if text in missing}
                found |= {text: kept.vectors[row].copy() for text, row in rows.items()}
                missing -= rows.keys()
        return found

    def _files(self) -> Sequence[Path]:
        """This encoder's files, oldest first."""
        files = self._folder.glob(f"{self._encoder}-*.npz")
        return sorted(files, key=lambda f: f.stat().st_mtime if f.exists() else 0)

    def _shipped(self) -> Iterable[Path]:
        return LEARNT.glob(f"{self._encoder}-*.npz")

    def put(self, content: str, trained: Trained) -> None:
        """Keep it; a full or read-only disk is no reason to fail."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self._folder, suffix=".part", delete=False
            ) as file:
                np.savez(
                    file,
                    texts=np.array("\x1f".join(trained.texts)),
                    vectors=trained.vectors,
                    **{name: getattr(trained.solution, name) for name in SOLUTION},
                    subject=trained.calibration.subject,
                    first=trained.calibration.first,
                    in_one=trained.calibration.in_one,
                )
            os.replace(file.name, self._file(content))  # noqa: PTH105 - a name, not a Path
            for old in self._files()[:-KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.info("Not cached: %s", error)


def _read(file: Path) -> Trained | None:
    try:
        with np.load(file) as stored:
            texts = tuple(str(stored["texts"]).split("\x1f"))
            vectors = stored["vectors"]
            if len(texts) != len(vectors):
                return None
            solution = Solution(*(stored[name] for name in SOLUTION))
            calibration = Calibration(stored["subject"], stored["first"], bool(stored["in_one"]))
            return Trained(texts, vectors, solution, calibration)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
