"""A content folder on disk: locked, tried on a copy, written whole, with its earlier versions."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace as changed
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from faq.loader import load
from faq.model import Entry, FAQError, Knowledge
from faq.source import content_files

__all__ = ["file_of"]

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
    with explained(folder):
        if not (folder / VERSIONS).exists():
            (folder / VERSIONS).mkdir(exist_ok=True)
            (folder / VERSIONS / ".gitignore").write_text("*\n")  # no part of anybody's repository
        file = (folder / VERSIONS / "lock").open("a")
    with file:
        _acquire(file.fileno(), folder, time.monotonic() + patience)
        yield  # closing the file gives the lock back, so does the end of the process


#: What to do about what the system says of a folder.
_CURES = {
    errno.ENOSPC: "the disk is full. Make room and try again",
    errno.EDQUOT: "the disk is full. Make room and try again",
    errno.ENOENT: "is not there any more. Put it back and try again",
    errno.EROFS: "stands on a disk that cannot be written to. Move it and try again",
}


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """The system's trouble with a folder as a FAQError that names the cure."""
    try:
        yield
    except OSError as error:
        told = f"cannot be written to ({error.strerror}). Let the user who runs this do so"
        raise FAQError(f"{folder}: {_CURES.get(error.errno or 0, told)}.") from error


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
    try:
        write(path, text.encode())
    except OSError:
        if kept:
            kept.unlink(missing_ok=True)
        raise
    return kept


def texts_of(folder: Path) -> dict[str, str]:
    """What stands in the content files, by name."""
    return {f.name: text_of(f) for f in content_files(folder)}


def replace_together(
    folder: Path, texts: Mapping[str, str], *, was: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Write files of a folder at one time; the names of the versions they replace.

    Raises FAQError and writes nothing where the folder does not hold what it `was`.
    """
    with explained(folder), locked(folder):
        if was is not None and texts_of(folder) != was:
            raise FAQError("The content was edited meanwhile. Nothing is written; try again.")
        at = datetime.now(UTC)
        kept = []
        for name, text in texts.items():
            (folder / name).touch()  # the version before a new file's first change is an empty one
            kept.append(replace(folder / name, text, at=at))
        return tuple(version.name for version in kept if version)


def with_texts(folder: Path, texts: Mapping[str, str]) -> Knowledge:
    """What a folder would hold with these texts; tried on a copy. Raises FAQError as `load`."""

    def left_out(_: str, names: list[str]) -> list[str]:
        return [name for name in names if name.startswith(".") or name == "pictures"]

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "content")
        with explained(folder):
            shutil.copytree(folder, copy, ignore=left_out)
            if (folder / "pictures").exists():
                (copy / "pictures").symlink_to((folder / "pictures").resolve())
            for name, text in texts.items():
                (copy / name).write_bytes(text.encode())
        knowledge = load(copy)
    entries = tuple(_moved(entry, folder) for entry in knowledge.entries)
    return changed(knowledge, entries=entries, folder=folder)


def _moved(entry: Entry, folder: Path) -> Entry:
    """An entry of a copy, with the picture of the folder itself."""
    if entry.picture is None:
        return entry
    file = folder / "pictures" / entry.picture.file.name
    return changed(entry, picture=changed(entry.picture, file=file))


def text_of(path: Path) -> str:
    """A file's text with its line ends as they are, without the mark Notepad puts before it."""
    return path.read_bytes().decode("utf-8-sig")


def versions(path: Path) -> list[Path]:
    """Earlier versions of a file, oldest first."""
    return sorted((path.parent / VERSIONS).glob(f"{path.name}.*"))


def by_time(folder: Path) -> Iterator[list[Path]]:
    """All versions in a folder, those of one time together, the newest first."""
    kept = (v for v in (folder / VERSIONS).glob("[!.]*Z.*"))
    newest_first = sorted(kept, key=replaced_at, reverse=True)
    for _, together in groupby(newest_first, key=replaced_at):
        yield sorted(together)


def file_of(version: str) -> str:
    """The name of the file a version is of."""
    return version.rsplit(".", 2)[0]


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
    write(path, before)
    version.unlink()
    return True


def _keep(path: Path, before: bytes, after: bytes, at: datetime) -> Path:
    """Keep a version; its name tells when and by what text it was replaced."""
    folder = path.parent / VERSIONS
    folder.mkdir(exist_ok=True)
    kept = folder / f"{path.name}.{at:%Y%m%dT%H%M%S_%fZ}{_mark(after)}"
    write(kept, before)
    for old in versions(path)[:-KEPT]:
        old.unlink(missing_ok=True)
    return kept


def _mark(content: bytes) -> str:
    return f".{hashlib.sha256(content).hexdigest()[:12]}"


def write(path: Path, content: bytes) -> None:
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
