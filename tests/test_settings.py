"""bot.settings: every malformed value is one clear line, and the token is in none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Address, Settings, SettingsError, Webhook, read_settings, without_password

ROOT = Path(__file__).parent.parent
TOKEN = "123456:" + "A" * 35
WEBHOOK = {"WEBHOOK_URL": "https://example.org/hook", "WEBHOOK_SECRET": "s3cret-of-16-letters"}


def test_nothing_set() -> None:
    settings = read_settings({})
    assert settings.token is None
    assert settings.api_url == "https://api.telegram.org"
    assert settings.health is None
    assert settings.journal
    assert "telegram-faq-bot" in str(settings.data)


def test_everything_set(tmp_path: Path) -> None:
    assert read_settings(
        WEBHOOK
        | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": "http://127.0.0.1:8000/",
            "FAQ_CONTENT": str(tmp_path),
            "FAQ_DATA": str(tmp_path / "new"),
            "FAQ_ENCODER": str(tmp_path),
            "FAQ_ADMINS": "1, 2 3",
            "FAQ_HEALTH": "[::1]:8081",
            "FAQ_JOURNAL": "off",
            "FAQ_JOURNAL_DAYS": "7",
            "WEBHOOK_LISTEN": "0.0.0.0:80",
        }
    ) == Settings(
        token=TOKEN,
        api_url="http://127.0.0.1:8000",
        content=tmp_path,
        data=tmp_path / "new",
        admins=frozenset({1, 2, 3}),
        health=Address("::1", 8081),
        journal=False,
        journal_days=7,
        webhook=Webhook("https://example.org/hook", "s3cret-of-16-letters", Address("0.0.0.0", 80)),
    )


def test_empty_counts_as_not_set() -> None:
    names = ["TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "FAQ_DATA", "FAQ_ADMINS", "WEBHOOK_URL"]
    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", " "),
        ("TELEGRAM_BOT_TOKEN", TOKEN + "\n"),
        ("TELEGRAM_BOT_TOKEN", "A" * 35),
        ("TELEGRAM_BOT_TOKEN", "123456:short"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("TELEGRAM_API_URL", "http://[::1"),
        ("FAQ_CONTENT", "/nowhere/at/all"),
        ("FAQ_DATA", __file__),
        ("FAQ_ENCODER", "maybe"),
        ("FAQ_ADMINS", "@somebody"),
        ("FAQ_ADMINS", "1;2"),
        ("FAQ_HEALTH", "8081"),
        ("FAQ_HEALTH", "127.0.0.1:port"),
        ("FAQ_HEALTH", "127.0.0.1:99999"),
        ("FAQ_HEALTH", "0.0.0.0:8081"),
        ("FAQ_HEALTH", "example.org:8081"),
        ("FAQ_JOURNAL", "yes"),
        ("FAQ_JOURNAL_DAYS", "0"),
        ("FAQ_JOURNAL_DAYS", "-1"),
        ("FAQ_JOURNAL_DAYS", "many"),
        ("WEBHOOK_URL", "http://example.org/hook"),
        ("WEBHOOK_SECRET", "not allowed!"),
        ("WEBHOOK_SECRET", "short"),
        ("FAQ_STORE", "mysql://host/faq"),
        ("FAQ_LOG", "yaml"),
        ("FAQ_HEALTH_TOKEN", "short"),
        ("WEBHOOK_LISTEN", "8443"),
    ],
)
def test_malformed(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(WEBHOOK | {name: value})
    message = str(caught.value)
    assert name in message
    assert "\n" not in message
    if name in {"TELEGRAM_BOT_TOKEN", "WEBHOOK_SECRET"} and value.strip():
        assert value.strip() not in message


def test_a_misspelt_name_is_said_and_what_others_set_is_not() -> None:
    with pytest.raises(SettingsError, match=r"no setting\. Write FAQ_ADMINS"):
        read_settings({"FAQ_ADMIN": "1"})
    # what Kubernetes sets for a service of that name
    read_settings({"FAQ_BOT_SERVICE_HOST": "10.0.0.1", "FAQ_BOT_PORT": "tcp://10.0.0.1:8081"})


def test_webhook_needs_a_secret() -> None:
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET is needed"):
        read_settings({"WEBHOOK_URL": "https://example.org"})


def test_own_api_server_takes_a_plain_webhook() -> None:
    own = {"TELEGRAM_API_URL": "http://127.0.0.1:1", "WEBHOOK_URL": "http://127.0.0.1:2/hook"}
    assert read_settings(WEBHOOK | own).webhook


def test_repr_hides_secrets() -> None:
    settings = read_settings(WEBHOOK | {"TELEGRAM_BOT_TOKEN": TOKEN})
    assert settings.secrets == (TOKEN, "s3cret-of-16-letters")
    assert TOKEN not in repr(settings)
    assert "s3cret-of-16-letters" not in repr(settings)


def test_a_password_in_an_address_is_a_secret() -> None:
    address = "https://me:pa55word@bot.example.org/api"
    settings = read_settings({"TELEGRAM_API_URL": address, "FAQ_STORE": "postgresql://a:b2@c/d"})
    assert settings.secrets == ("pa55word", "b2")
    assert without_password(address) == "https://bot.example.org/api"


def test_a_mistake_ends_the_process_with_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "run_bot.py"],
        cwd=ROOT,
        env={**os.environ, "TELEGRAM_BOT_TOKEN": "123456:not a token"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("TELEGRAM_BOT_TOKEN is not a bot token")
    assert ended.stderr.count("\n") == 1
    assert "not a token" not in ended.stderr
