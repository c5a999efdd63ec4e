"""Keeps the process small: training and loading need more memory than answering.

Only glibc keeps freed memory for itself, and only glibc knows these calls; elsewhere they do
nothing.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

__all__ = ["give_back", "give_back_large_blocks", "leave_out"]

#: `mallopt` parameters (malloc.h).
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: Blocks from this size on go back to the system when they are freed (bytes). Left to itself,
#: glibc raises the limit to 32 MB with the first large block, and keeps 2 to 5 MB more.
LARGE = 256 * 1024


def leave_out(module: str) -> None:
    """Keep a module from being loaded by one that can do without it; to be called before that."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]  # None: importing it fails


def give_back_large_blocks() -> None:
    """Ask the C library to return every large block at once. To be called before anything else."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_MMAP_THRESHOLD, LARGE)
        library.mallopt(_TRIM_THRESHOLD, LARGE)


def give_back() -> None:
    """Ask the C library to return what it holds free; 50 MB after the encoder is loaded."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
