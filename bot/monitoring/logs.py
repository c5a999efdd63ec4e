"""What the log says, and the secrets it never says."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

HIDDEN = "***"
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

#: Loggers that would say too much. httpx prints every URL, token included, at INFO; telegram
#: prints whole updates at DEBUG, and a traceback for every HTML error page (sending and polling
#: say the same in one line).
_QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    "telegram.request": logging.CRITICAL,
    "tornado.access": logging.CRITICAL,
}


def redactor(secrets: tuple[str, ...]) -> Callable[[str], str]:
    """A function that takes the secrets out of a text.

    Of a token only the part after the colon is secret; hiding that hides it in every spelling,
    also where a URL writes the colon as %3A. Case does not count: PTB changes it in an error.
    """
    parts = (re.escape(secret.rpartition(":")[2]) for secret in secrets)
    hidden = re.compile("|".join(parts) or "(?!)", re.IGNORECASE)

    def redact(text: str) -> str:
        return hidden.sub(HIDDEN, text)

    return redact


class JSONFormatter(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(secrets: tuple[str, ...], form: str = "text") -> None:
    """Send the log to standard error, without the secrets, tracebacks included.

    `form` is "text" or "json".
    """
    redact = redactor(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(JSONFormatter() if form == "json" else logging.Formatter(_FORMAT))
    handler.addFilter(_cleaner(redact))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _log_uncaught


def _cleaner(redact: Callable[[str], str]) -> Callable[[logging.LogRecord], bool]:
    formatter = logging.Formatter()

    def clean(record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact(record.exc_text or formatter.formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True

    return clean


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    logging.getLogger(__name__).critical("the bot ends", exc_info=(kind, error, traceback))
