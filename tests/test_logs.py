"""bot.monitoring.logs: a secret is in no log line and no traceback."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from bot.monitoring.logs import redactor, set_up_logs

TOKEN = "123456:" + "A" * 35
SECRET = TOKEN.partition(":")[2]


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    """The logging of the test run itself."""
    root, hook = logging.getLogger(), sys.excepthook
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    sys.excepthook = hook
    logging.captureWarnings(False)


@pytest.mark.parametrize(
    "text", [TOKEN, f"/bot{TOKEN}/getMe", f"bot123456%3A{SECRET}", TOKEN.lower()]
)
def test_redacts_every_spelling(text: str) -> None:
    assert SECRET.lower() not in redactor((TOKEN,))(text).lower()


def test_redacts_messages_arguments_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs((TOKEN, "hook-secret"))
    log = logging.getLogger("somewhere")
    log.warning("POST %s with %s", f"/bot{TOKEN}/getMe", "hook-secret")
    try:
        raise ValueError(f"no {TOKEN}")
    except ValueError as error:
        log.exception("oh", stack_info=True)
        sys.excepthook(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "/bot123456:***/getMe" in said or "/bot***/getMe" in said
    assert SECRET not in said
    assert "hook-secret" not in said


def test_httpx_does_not_print_urls() -> None:
    set_up_logs((TOKEN,))
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)


def test_no_secrets_no_change() -> None:
    assert redactor(())("a text") == "a text"
