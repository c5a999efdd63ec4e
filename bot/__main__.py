"""Telegram if TELEGRAM_BOT_TOKEN is set, else the same conversation in the terminal."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.settings import VARIABLES, Settings, SettingsError, read_settings
from faq import FAQError, __version__
from faq.matching.malloc import leave_out


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until the end; what a person has to fix is one line on standard error and exit code 1."""
    settings = (f"  {name:<20}{meaning}" for name, meaning in VARIABLES.items())
    parser = argparse.ArgumentParser(
        prog="faq-bot",
        description=__doc__,
        epilog="settings, all of them environment variables:\n" + "\n".join(settings),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"faq-bot {__version__}")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--backup",
        metavar="FILE",
        type=Path,
        help="copy the store, also while the bot runs, and end",
    )
    instead.add_argument(
        "--publish", metavar="FOLDER", type=Path, help="make its content the newest version"
    )
    instead.add_argument(
        "--fetch", metavar="FOLDER", type=Path, help="write the newest version into it"
    )
    options = parser.parse_args(arguments)
    # The matcher gives numpy one thread; others would be started only to wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        chosen = read_settings(os.environ)
        if options.backup:
            _back_up(chosen, options.backup)
        elif options.publish or options.fetch:
            _exchange(chosen, options.publish, options.fetch)
        else:
            _start(chosen)
    except (SettingsError, FAQError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # while it learns; later it ends as it should
        sys.exit(130)


def _start(settings: Settings) -> None:
    # Imported late: the terminal needs no Telegram library, and an error above no library at all.
    if settings.token is None:
        from bot.ui.terminal import chat  # noqa: PLC0415

        chat(settings)
    else:
        # 8 MB: a command line, a web server, and what reads Telegram Passport
        for unused in ("httpx._main", "telegram.ext._utils.webhookhandler", "cryptography"):
            leave_out(unused)
        gc.disable()
        from bot.app import run  # noqa: PLC0415

        # Of 800 modules nothing is garbage: neither now is it looked for among them, nor later.
        gc.freeze()
        gc.enable()
        run(settings)


def _back_up(settings: Settings, file: Path) -> None:
    if settings.store:
        raise SettingsError('PostgreSQL has its own tool: pg_dump --format=custom "$FAQ_STORE".')
    from bot.storage.sqlite import back_up  # noqa: PLC0415

    back_up(settings.data, file)


def _exchange(settings: Settings, publish: Path | None, fetch: Path | None) -> None:
    """Bring a content folder into the store, or out of it."""
    from bot.storage.database import StoreError, open_database  # noqa: PLC0415
    from bot.storage.versions import Versions  # noqa: PLC0415
    from faq import load  # noqa: PLC0415

    logging.disable()  # what fails is told once, below
    if not settings.store:
        raise SettingsError("Versions are kept in PostgreSQL: set FAQ_STORE. A folder needs none.")
    try:
        with closing(open_database(settings.data, settings.store)) as database:
            versions = Versions(database)
            if publish:
                load(publish)
                print(f"version {versions.put(publish, author='by hand').id}")  # noqa: T201
            elif fetch and (newest := versions.newest()):
                versions.fetch(newest, fetch)
                print(f"version {newest.id} in {fetch}")  # noqa: T201
            else:
                raise SettingsError("The store has no version yet: --publish FOLDER makes one.")
    except StoreError as error:
        raise SettingsError(f"FAQ_STORE does not answer ({error}).") from None


if __name__ == "__main__":
    main()
