"""Start here: Telegram if TELEGRAM_BOT_TOKEN is set, else the same conversation in the terminal."""

from __future__ import annotations

import os
import sys

from bot.settings import Settings, SettingsError, read_settings
from faq import FAQError
from faq.matching.malloc import leave_out


def main() -> None:
    """Run until the end; what a person has to fix is one line on standard error and exit code 1."""
    try:
        _start(read_settings(os.environ))
    except (SettingsError, FAQError) as error:
        sys.exit(str(error))


def _start(settings: Settings) -> None:
    # Imported late: the terminal needs no Telegram library, and an error above no library at all.
    if settings.token is None:
        from bot.ui.terminal import chat  # noqa: PLC0415

        chat(settings)
    else:
        for unused in ("httpx._main", "telegram.ext._utils.webhookhandler"):  # 5 MB
            leave_out(unused)
        from bot.app import run  # noqa: PLC0415

        run(settings)


if __name__ == "__main__":
    main()
