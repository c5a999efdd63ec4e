"""A progress bar for long work, where somebody looks on and tqdm is installed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def progress(items: Sequence[T], what: str) -> Iterable[T]:
    """The items, with a bar on standard error while they are worked through."""
    if not sys.stderr.isatty():
        return items
    try:
        from tqdm import tqdm  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        return items
    bar: Iterable[T] = tqdm(items, desc=what, unit="", leave=False)
    return bar
