"""A bot with a team behind it, and somebody who asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import folders
from tests.conftest import Start
from tests.experts.asking import ADMIN
from tests.running import BotProcess
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.facts import User
from tests.strict_telegram.server import TelegramServer


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    main = folders.MAIN + '[texts]\nhours = "We answer Monday to Friday."\n'
    return folders.write(folder, faq=main)


@pytest.fixture
def rosa(telegram: TelegramServer) -> User:
    return telegram.user("Rosa")


@pytest.fixture
def team(telegram: TelegramServer, rosa: User) -> Chat:
    return telegram.group("Team", rosa)


@pytest.fixture
def bot(content: Path, team: Chat, start_bot: Start) -> BotProcess:
    return start_bot(FAQ_EXPERTS=str(team.id), FAQ_ADMINS=str(ADMIN))


@pytest.fixture
def ann(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Ann"))


@pytest.fixture
def ben(telegram: TelegramServer) -> Chat:
    return telegram.private(telegram.user("Ben"))
