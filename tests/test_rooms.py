"""What docs/design.md says of the rooms is true of every import and every sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from telegram.constants import BotDescriptionLimit, MessageLimit

from faq.entries import Limits
from faq.fields import OWN_TEXTS
from faq.language.tokens import MAX_LENGTH

ROOT = Path(__file__).parent.parent
TREES = {
    file.relative_to(ROOT): ast.parse(file.read_text("utf-8"))
    for room in ("bot", "faq")
    for file in sorted((ROOT / room).rglob("*.py"))
}
FAQ, BOT = ([file for file in TREES if file.parts[0] == room] for room in ("faq", "bot"))
#: Where Telegram's own types are handled.
MEETS_TELEGRAM = ("telegram", "delivery")
#: Where people are spoken to.
SPEAKS = ("telegram", "ui", "admin")


def imports(file: Path) -> Iterator[tuple[str, str]]:
    """The modules a file imports, each with the name it takes from it, if it takes one."""
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def source(module: str) -> Path | None:
    place = Path(*module.split("."))
    return next((f for f in (place.with_suffix(".py"), place / "__init__.py") if f in TREES), None)


def public(module: str) -> set[str]:
    """The names in a module's `__all__`; none where it has no such list."""
    for node in TREES[source(module) or Path()].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def of(package: str, module: str) -> bool:
    return module.split(".")[0] == package


def taken(file: Path) -> Iterator[str]:
    """The names of `faq` that a file uses, with their modules."""
    for module, name in imports(file):
        if of("faq", module) and source(f"{module}.{name}"):  # `from faq.curator import draft`
            for node in ast.walk(TREES[file]):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == name:
                    yield f"{module}.{name}.{node.attr}"
        elif of("faq", module):
            yield f"{module}.{name}"


def test_faq_knows_nothing_of_the_bot() -> None:
    assert not [
        (str(file), module)
        for file in FAQ
        for module, _ in imports(file)
        if of("bot", module) or of("telegram", module)
    ]


def test_the_bot_uses_only_public_names_of_faq() -> None:
    used = {(str(file), name) for file in BOT for name in taken(file)}
    assert len(used) > 50
    private = {
        (file, name)
        for file, name in used
        if name != "faq.__version__" and name.split(".")[-1] not in public(name.rpartition(".")[0])
    }
    assert not private


def test_telegram_stays_in_its_rooms() -> None:
    outside = [file for file in BOT if file.parts[1] not in MEETS_TELEGRAM]
    assert len(outside) > 20
    assert not [
        str(file) for file in outside for module, _ in imports(file) if of("telegram", module)
    ]


def test_what_faq_allows_telegram_takes() -> None:
    """Its limits are its own, and lower."""
    found = [
        str(file)
        for file in FAQ
        for node in ast.walk(TREES[file])
        if isinstance(node, ast.Constant) and node.value == MessageLimit.MAX_TEXT_LENGTH
    ]
    assert not found
    assert Limits().message < MessageLimit.MAX_TEXT_LENGTH < MAX_LENGTH
    assert Limits().buttons < 100  # not in the Bot API's pages, but what it takes
    assert OWN_TEXTS["description"] <= BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    assert OWN_TEXTS["short_description"] <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH


#: Words of Telegram's, by which its refusals are told apart.
TELEGRAMS = ("not modified", "to copy")
#: Calls whose words are for the log, the terminal of whoever starts the bot, or programmers.
FOR_OTHERS = re.compile(r"_log\.|print|_say|\w+Error|super\(\)")


def sentences(tree: ast.Module) -> Iterator[str]:
    """Texts of several words that people may be told."""
    beside = set[ast.AST]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
            beside.add(node.value)
        if isinstance(node, ast.Call) and FOR_OTHERS.match(ast.unparse(node.func)):
            beside.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in beside:
            without_tags = re.sub("<[^>]*>", "", node.value)
            if re.search(r"[^\W\d]{2} [^\W\d]{2}", without_tags):
                yield node.value


@pytest.mark.parametrize("room", SPEAKS)
def test_every_sentence_stands_in_the_texts(room: str) -> None:
    files = [file for file in BOT if file.parts[1] == room]
    assert files
    found = {(str(file), text) for file in files for text in sentences(TREES[file])}
    assert not {(file, text) for file, text in found if text not in TELEGRAMS}
