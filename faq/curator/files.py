"""Writes files of a content folder so that nothing is ever half written or lost."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from faq.model import FAQError

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
    """Keeps other writers out of a content folder.

    Raises `FAQError` after `patience` seconds, or where the folder cannot be written to.

    Read a file, change it and `replace` it inside one lock, or somebody's change is lost.
    """
    try:
        (folder / VERSIONS).mkdir(exist_ok=True)
        file = (folder / VERSIONS / "lock").open("a")
    except OSError as error:
        raise FAQError(
            f"{folder}: cannot be written to ({error.strerror}). Let the user who runs this do so."
        ) from None
    with file:
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


def replace(
    path: Path, text: str, *, was: str | None = None, at: datetime | None = None
) -> Path | None:
    """Write a file whole or not at all; the previous version's path, None if there was none.

    Nothing is written, and None given, where the file already holds this text. Raises FAQError
    where it does not hold `was`: an editor, which knows no lock, has written meanwhile. Files
    that change together are given the same `at`, a time in UTC.
    """
    before = path.read_bytes() if path.exists() else None
    if was is not None and (before is None or text_of(path) != was):
        raise FAQError(f"{path.name} was edited by hand meanwhile. Nothing is written; try again.")
    if before == text.encode():
        return None
    at = at or datetime.now(UTC)
    kept = _keep(path, before, text.encode(), at) if before is not None else None
    _write(path, text.encode())
    return kept


def text_of(path: Path) -> str:
    """A file's text with its line ends as they are, without the mark Notepad puts before it."""
    return path.read_bytes().decode("utf-8-sig")


def versions(path: Path) -> list[Path]:
    """Earlier versions of a file, oldest first."""
    return sorted((path.parent / VERSIONS).glob(f"{path.name}.*"))


def replaced_at(version: Path) -> str:
    """When a version was replaced; these texts sort by time."""
    return version.name.split(".")[-2]


def take_back(path: Path, version: Path) -> bool:
    """Put an earlier version back, inside a lock; False where the file holds it already.

    Raises FAQError where somebody has changed the file since: that change would be lost.
    """
    before, now = version.read_bytes(), path.read_bytes()
    if before == now:  # of a write that was cut short
        return False
    if version.suffix != _mark(now):
        raise FAQError(
            f"{path.name} was edited by hand since. The version before the last change is "
            f"{VERSIONS}/{version.name}."
        )
    _write(path, before)
    version.unlink()
    return True


def _keep(path: Path, before: bytes, after: bytes, at: datetime) -> Path:
    """Keep a version; its name tells when and by what text it was replaced."""
    folder = path.parent / VERSIONS
    folder.mkdir(exist_ok=True)
    kept = folder / f"{path.name}.{at:%Y%m%dT%H%M%S_%fZ}{_mark(after)}"
    _write(kept, before)
    for old in versions(path)[:-KEPT]:
        old.unlink(missing_ok=True)
    return kept


def _mark(content: bytes) -> str:
    return f".{hashlib.sha256(content).hexdigest()[:12]}"


def _write(path: Path, content: bytes) -> None:
    """To a file of another name, to the disk, then under its own name (a link stays a link)."""
    path = path.resolve()
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
