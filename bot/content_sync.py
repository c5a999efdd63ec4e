"""Keeps this process's content folder and the newest version in the store the same."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from pathlib import Path

from bot.settings import Settings, SettingsError
from bot.storage.database import Database, StoreError
from bot.storage.versions import Version, Versions, copy_content, digest_of
from faq import FAQError, load
from faq.loader import SHIPPED, fingerprint

_log = logging.getLogger(__name__)

#: How often to look for what nobody tells of (seconds).
EVERY = 1.0


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
