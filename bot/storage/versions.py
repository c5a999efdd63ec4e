"""Versions of the content, in the store: what one process publishes all answer with.

A content folder is the way in and out; a version is that folder, zipped. A process that shares
its store keeps a folder of its own in step with the newest.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import os
import shutil
import socket
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings, SettingsError
from bot.storage.database import Database, StoreError, Transaction
from faq import FAQError, load
from faq.loader import SHIPPED
from faq.source import content_files, fingerprint

_log = logging.getLogger(__name__)

#: The word that wakes the other processes.
NEWS = "content"
#: Versions kept; older ones go.
KEPT = 50
#: How often to look for what nobody tells of (seconds).
EVERY = 1.0
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `digest` is the same for the same content."""

    id: int
    digest: str


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files that make a content folder, with their names in it."""
    for file in content_files(folder):
        yield file.name, file.read_bytes()
    pictures = folder / "pictures"
    for file in sorted(pictures.iterdir()) if pictures.is_dir() else ():
        if file.suffix.lower() in _PICTURES:
            yield f"pictures/{file.name}", file.read_bytes()


def digest_of(folder: Path) -> str:
    """The same for the same content, whatever the files' times."""
    digest = hashlib.sha256()
    for name, content in files_of(folder):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


class Versions:
    """The table `content_versions`; its methods block, and raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> Version | None:
        """The version everybody shall answer with."""
        return self._database.now(_newest)

    def put(self, folder: Path, *, author: str) -> Version:
        """Make a folder's content the newest version, unless it is already."""
        digest, packed = digest_of(folder), _packed(folder)
        made = datetime.now(UTC).isoformat(timespec="seconds")

        def work(transaction: Transaction) -> Version:
            sql = "INSERT INTO content_versions VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            newest = _newest(transaction)
            while newest is None or newest.digest != digest:  # another may have taken the number
                number = newest.id + 1 if newest else 1
                transaction.run(sql, number, made, author, digest, packed)
                transaction.run("DELETE FROM content_versions WHERE id <= ?", number - KEPT)
                transaction.tell(NEWS)
                newest = _newest(transaction)
            return newest

        return self._database.now(work, durable=True)

    def fetch(self, version: Version, folder: Path) -> None:
        """Make a folder hold exactly this version; each of its files is replaced whole."""
        sql = "SELECT zip FROM content_versions WHERE id = ?"
        [(packed,)] = self._database.now(lambda work: work.all(sql, version.id))
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            names = set(archive.namelist())
            for name in sorted(names):
                _replace(folder / name, archive.read(name))
        for name in [name for name, _ in files_of(folder) if name not in names]:
            (folder / name).unlink()


def _newest(transaction: Transaction) -> Version | None:
    sql = "SELECT id, digest FROM content_versions ORDER BY id DESC LIMIT 1"
    rows = transaction.all(sql)
    return Version(int(rows[0][0]), str(rows[0][1])) if rows else None


def _packed(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files_of(folder):
            archive.writestr(name, content)
    return stream.getvalue()


def _replace(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".new-", delete=False) as new:
        new.write(content)
    Path(new.name).chmod(0o644)
    os.replace(new.name, file)  # noqa: PTH105 - a name, not a Path


def copy_content(source: Path, folder: Path) -> None:
    """Begin a folder with another's content."""
    for name, _ in files_of(source):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, folder / name)


class ContentSync:
    """A folder of one's own in FAQ_DATA, in step with the store."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.folder = settings.data / "content"
        self._begin_with = settings.content or SHIPPED
        self._versions = Versions(database)
        self._known: Version | None = None
        self._seen: object = None
        self._news = asyncio.Event()

    def begin(self) -> Path:
        """The folder, holding the newest version; the first is made from FAQ_CONTENT.

        Raises SettingsError where the store does not answer and the folder is a new one.
        """
        try:
            newest = self._versions.newest()
            if newest:
                self._versions.fetch(newest, self.folder)
            elif not self.folder.exists():
                copy_content(self._begin_with, self.folder)
            self._known = newest or self._versions.put(self.folder, author=socket.gethostname())
        except StoreError as error:
            if not (self.folder / "faq.toml").exists():
                _log.warning("the store does not answer (%s): beginning with FAQ_CONTENT", error)
                copy_content(self._begin_with, self.folder)
        except OSError as error:
            raise SettingsError(f"FAQ_DATA: {self.folder} cannot be written ({error}).") from None
        self._seen = fingerprint(self.folder)
        return self.folder

    def wake(self) -> None:
        """Another process has published something."""
        self._news.set()

    async def run(self) -> None:
        """Keep in step for ever."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), EVERY)
            self._news.clear()
            try:
                with suppress(StoreError):  # the database has logged it
                    await asyncio.to_thread(self.step)
            except Exception:
                _log.exception("the content is not in step with the store")

    def step(self) -> None:
        """Take over what others have published, or publish what has changed here."""
        newest = self._versions.newest()
        if newest and newest != self._known:
            if newest.digest != digest_of(self.folder):
                self._versions.fetch(newest, self.folder)
                _log.info("version %d of the content is taken over from the store", newest.id)
            self._known, self._seen = newest, fingerprint(self.folder)
        elif (now := fingerprint(self.folder)) != self._seen:
            self._publish()
            self._seen = now

    def _publish(self) -> None:
        try:
            load(self.folder)
        except FAQError:
            return  # a mistake stays here, where it was made
        self._known = self._versions.put(self.folder, author=socket.gethostname())
        _log.info("version %d of the content is published", self._known.id)
