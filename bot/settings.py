"""Environment to Settings, once, at the edge."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from platformdirs import user_data_path

PUBLIC_API = "https://api.telegram.org"

#: All settings there are, as `faq-bot --help` lists them; docs/run.md says what holds without one.
VARIABLES = {
    "TELEGRAM_BOT_TOKEN": "the token from @BotFather",
    "TELEGRAM_API_URL": "a Bot API server of your own",
    "FAQ_CONTENT": "your content folder",
    "FAQ_DATA": "the folder for everything the bot keeps",
    "FAQ_STORE": "postgresql://user:password@host/database: keep it there instead",
    "FAQ_CACHE": "the folder for what was learnt; it may be deleted",
    "FAQ_ENCODER": "auto, off, multilingual or a folder with a model",
    "FAQ_ADMINS": "Telegram user ids that may /review and see /stats",
    "FAQ_JOURNAL": "off keeps no journal of what was asked",
    "FAQ_JOURNAL_DAYS": "how many days it is kept (90)",
    "FAQ_HEALTH": "health and metrics here, as 127.0.0.1:8081",
    "FAQ_HEALTH_TOKEN": "what who asks there must show",
    "FAQ_LOG": "text, or json: one object a line",
    "FAQ_DESK": "the curators' desk here, as 127.0.0.1:8090",
    "DESK_URL": "its public https address",
    "FAQ_EXPERTS": "the id of a group that answers in person",
    "FAQ_PROFILE": "off leaves commands and description as @BotFather set them",
    "WEBHOOK_URL": "where Telegram shall push updates",
    "WEBHOOK_SECRET": "what it must show there",
    "WEBHOOK_LISTEN": "where the bot listens for them (127.0.0.1:8080)",
}
#: So alike a name is a slip; what else begins like ours may be somebody else's.
_ALIKE = 0.85

_Value = TypeVar("_Value")
#: BotFather hands out "<bot id>:<35 characters>"; 20 leaves room for test servers.
_TOKEN = re.compile(r"\d+:[\w-]{20,}", re.ASCII)
#: The Bot API: secret_token is 1-256 of these.
#: A short one can be guessed.
_SECRET = re.compile(r"[\w-]{16,256}", re.ASCII)


class SettingsError(Exception):
    """A setting nobody can run with: the message names the variable and the cure."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def refused(self, name: str, error: OSError) -> SettingsError:
        """What to say where nothing can listen there; `name` is the setting that wants it."""
        why = str(error.strerror).partition(" (while")[0]  # "… attempting to bind on address …"
        return SettingsError(
            f"{name}: cannot listen on {self.host}:{self.port} ({why}). "
            "Choose another port or stop what uses it."
        )


@dataclass(frozen=True, slots=True)
class Webhook:
    """How Telegram reaches the bot when it does not poll."""

    url: str
    secret: str = field(repr=False)
    listen: Address = Address("127.0.0.1", 8080)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the environment decides."""

    token: str | None = field(default=None, repr=False)
    api_url: str = PUBLIC_API
    content: Path | None = None
    data: Path = Path("data")
    admins: frozenset[int] = frozenset()
    store: str | None = field(default=None, repr=False)
    health: Address | None = None
    desk: Address | None = None
    experts: int | None = None
    desk_url: str = ""
    health_token: str | None = field(default=None, repr=False)
    log: str = "text"
    profile: bool = True
    journal: bool = True
    journal_days: int = 90
    webhook: Webhook | None = None

    @property
    def days_kept(self) -> int:
        """How long questions are kept; 0 where they are not."""
        return self.journal_days if self.journal else 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line may hold."""
        webhook = self.webhook.secret if self.webhook else None
        passwords = (urlsplit(url).password for url in (self.api_url, self.store or ""))
        known = (self.token, webhook, self.health_token, *passwords)
        return tuple(secret for secret in known if secret)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; an empty variable counts as not set.

    Raises SettingsError with one line that names the variable and the cure.
    """

    def read(name: str, parse: Callable[[str], _Value], default: _Value) -> _Value:
        return parse(value) if (value := environment.get(name, "")) else default

    _check_names(environment)
    _check_encoder(environment.get("FAQ_ENCODER") or "auto")
    api_url = read("TELEGRAM_API_URL", _api_url, PUBLIC_API)
    health = read("FAQ_HEALTH", lambda value: _address("FAQ_HEALTH", value), None)
    health_token = read("FAQ_HEALTH_TOKEN", _health_token, None)
    if health and not health_token and not _is_loopback(health.host):
        raise SettingsError(
            "FAQ_HEALTH listens beyond this machine, so it needs FAQ_HEALTH_TOKEN too. Set one, or"
            f" use 127.0.0.1:{health.port}."
        )
    return Settings(
        token=read("TELEGRAM_BOT_TOKEN", _token, None),
        api_url=api_url,
        content=read("FAQ_CONTENT", _content, None),
        data=read("FAQ_DATA", _data, user_data_path("telegram-faq-bot", appauthor=False) / "data"),
        admins=read("FAQ_ADMINS", _admins, frozenset()),
        experts=read("FAQ_EXPERTS", _chat, None),
        desk=read("FAQ_DESK", _desk, None),
        desk_url=read("DESK_URL", _desk_url, ""),
        store=read("FAQ_STORE", _store, None),
        health=health,
        health_token=health_token,
        log=read("FAQ_LOG", _log, "text"),
        profile=read("FAQ_PROFILE", lambda value: _on_off("FAQ_PROFILE", value), True),
        journal=read("FAQ_JOURNAL", lambda value: _on_off("FAQ_JOURNAL", value), True),
        journal_days=read("FAQ_JOURNAL_DAYS", _days, 90),
        webhook=_webhook(environment, api_url),
    )


def _check_names(environment: Mapping[str, str]) -> None:
    """Refuse a misspelt name: what it says would not be heard."""
    for name in environment.keys() - VARIABLES.keys():
        meant = get_close_matches(name, VARIABLES, 1, _ALIKE) if environment[name] else ()
        if meant and name.startswith(("FAQ_", "WEBHOOK_", "TELEGRAM_")):
            raise SettingsError(f"{name} is no setting. Write {meant[0]}.")


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not a bot token (its value is not shown here). "
            "Copy the token from @BotFather, digits, a colon and 35 characters, without spaces."
        )
    return value


def _api_url(value: str) -> str:
    if not _is_url(value, {"http", "https"}):
        raise SettingsError(f"TELEGRAM_API_URL is not a URL. Use {PUBLIC_API} or leave it out.")
    return value.rstrip("/")


def _content(value: str) -> Path:
    if not (folder := Path(value).expanduser()).is_dir():
        raise SettingsError(f"FAQ_CONTENT: no folder {value}. Name a content folder.")
    return folder


def _data(value: str) -> Path:
    if (folder := Path(value).expanduser()).exists() and not folder.is_dir():
        raise SettingsError(f"FAQ_DATA: {value} is not a folder. Name a folder the bot may write.")
    return folder


def _check_encoder(value: str) -> None:
    """Of what faq reads for itself, wherever it matches, say what nobody can run with."""
    if value not in {"auto", "off", "multilingual"} and not Path(value).is_dir():
        known = "auto, off, multilingual or a folder with a model"
        raise SettingsError(f"FAQ_ENCODER: {value} is none of {known}.")


def _admins(value: str) -> frozenset[int]:
    words = value.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() for word in words):
        raise SettingsError("FAQ_ADMINS takes Telegram user ids, numbers with commas between them.")
    return frozenset(map(int, words))


def _on_off(name: str, value: str) -> bool:
    if value not in {"on", "off"}:
        raise SettingsError(f"{name} is on or off, not {value}.")
    return value == "on"


def _days(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value) <= 3650:
        raise SettingsError(f"FAQ_JOURNAL_DAYS is a number of days, 1 to 3650, not {value}.")
    return int(value)


def _address(name: str, value: str) -> Address:
    host, _, port = value.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise SettingsError(f"{name} is host:port, for example 127.0.0.1:8081, not {value}.")
    return Address(host.strip("[]"), int(port))


def _health_token(value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise SettingsError("FAQ_HEALTH_TOKEN is 16 to 256 of A-Z, a-z, 0-9, _ and -.")
    return value


def _store(value: str) -> str:
    if not value.startswith(("postgresql://", "postgres://")):
        raise SettingsError(
            "FAQ_STORE is postgresql://user:password@host/database; leave it out to keep everything"
            " in a file in FAQ_DATA."
        )
    return value


def _log(value: str) -> str:
    if value not in {"text", "json"}:
        raise SettingsError(f"FAQ_LOG is text or json, not {value}.")
    return value


def _chat(value: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        raise SettingsError(
            "FAQ_EXPERTS is the id of the chat where people answer, a number such as "
            "-1001234567890. Add the bot to the group, and ask @userinfobot there for it."
        )
    return int(value)


def _desk(value: str) -> Address:
    address = _address("FAQ_DESK", value)
    if not _is_loopback(address.host):
        raise SettingsError(
            f"FAQ_DESK listens on loopback only: use 127.0.0.1:{address.port}. A proxy with https "
            "may stand before it; DESK_URL is its address."
        )
    return address


def _desk_url(value: str) -> str:
    if not _is_url(value, {"https"}):
        raise SettingsError("DESK_URL is the https:// address at which people open the desk.")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _webhook(environment: Mapping[str, str], api_url: str) -> Webhook | None:
    if not (url := environment.get("WEBHOOK_URL", "")):
        return None
    # A Bot API server of one's own takes plain http; the public one does not.
    if not _is_url(url, {"https"} if api_url == PUBLIC_API else {"http", "https"}):
        raise SettingsError("WEBHOOK_URL is the https:// address Telegram shall send updates to.")
    secret = environment.get("WEBHOOK_SECRET", "")
    if not _SECRET.fullmatch(secret):
        raise SettingsError(
            "WEBHOOK_SECRET is needed with WEBHOOK_URL: 16 to 256 of A-Z, a-z, 0-9, _ and -, "
            'for example from `python -c "import secrets; print(secrets.token_urlsafe())"`.'
        )
    listen = environment.get("WEBHOOK_LISTEN", "") or "127.0.0.1:8080"
    return Webhook(url, secret, _address("WEBHOOK_LISTEN", listen))


def without_password(url: str) -> str:
    """An address that may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _is_url(value: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and not parts.query
    except ValueError:
        return False
