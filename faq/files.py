"""Writes files of a content folder so that nothing is ever half written or lost."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from faq.knowledge import FAQError

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        """Lock the file's first byte, or raise `OSError`."""
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        """Lock the file, or raise `OSError`."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


#: The folder beside a file that holds its earlier versions, and how many of each are kept.
VERSIONS = ".versions"
KEPT = 20
PATIENCE = 10.0


@contextmanager
def locked(folder: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keeps other writers out of a content folder; `FAQError` after `patience` seconds.

    Read a file, change it and `replace` it inside one lock, or somebody's change is lost.
    """
    (folder / VERSIONS).mkdir(exist_ok=True)
    with (folder / VERSIONS / "lock").open("a") as file:
        _acquire(file.fileno(), folder, time.monotonic() + patience)
        yield  # closing the file gives the lock back, so does the end of the process


def _acquire(file: int, folder: Path, until: float) -> None:
    while True:
        try:
            return _lock(file)
        except OSError:
            if time.monotonic() >= until:
                raise FAQError(f"{folder}: somebody else is writing here. Try again.") from None
            time.sleep(0.05)


def replace(path: Path, text: str) -> Path | None:
    """Write a file whole or not at all; the previous version's path, None if there was none.

    Nothing is written, and None given, where the file already holds this text.
    """
    before = path.read_bytes() if path.exists() else None
    if before == text.encode():
        return None
    kept = _keep(path, before) if before is not None else None
    _write(path, text.encode())
    return kept


def versions(path: Path) -> list[Path]:
    """Earlier versions of a file, oldest first."""
    return sorted((path.parent / VERSIONS).glob(f"{path.name}.*"))


def _keep(path: Path, content: bytes) -> Path:
    folder = path.parent / VERSIONS
    folder.mkdir(exist_ok=True)
    kept = folder / f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    _write(kept, content)
    for old in versions(path)[:-KEPT]:
        old.unlink(missing_ok=True)
    return kept


def _write(path: Path, content: bytes) -> None:
    """To a file of another name, to the disk, then under its own name."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the new name outlive a power cut, where the system can."""
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
