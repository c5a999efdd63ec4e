"""Every fixed sentence a person can read, one file a language beside this one.

A file holds `name = "sentence"`. In braces stands what is filled in: {title}, {source}, {reviewed},
{kept} and {days} by `fitted`, all else where the sentence is used. What speaks about the document
stands in the content folder: in faq.toml under [texts], and for other languages in languages.toml;
it goes before the sentence of the same name here. No native speaker has checked the languages
other than English.
"""

from __future__ import annotations

import tomllib
from collections import ChainMap
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from faq import Knowledge

FOLDER = Path(__file__).parent
#: Codes of the languages there are, English first.
LANGUAGES = ("en", *sorted({file.stem for file in FOLDER.glob("*.toml")} - {"en"}))


class Texts:
    """The sentences in one language: each is an attribute."""

    def __init__(
        self, code: str, sentences: Mapping[str, str], values: Mapping[str, str] | None = None
    ) -> None:
        self.code = code
        self._sentences = sentences
        self._values = values or {}

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in self._sentences:
            raise AttributeError(f"no sentence {name!r} in {self.code}.toml")
        return fill(self._sentences[name], **self._values)

    def day(self, day: date) -> str:
        """A date as people write it."""
        month = self.months.split(", ")[day.month - 1]
        return fill(self.date, day=str(day.day), month=month, year=str(day.year))

    def over(self, own: Mapping[str, str], values: Mapping[str, str] | None = None) -> Texts:
        """These sentences with others before them, and with what is in braces filled in."""
        sentences = ChainMap(dict(own), dict(self._sentences))
        return Texts(self.code, sentences, {**self._values, **(values or {})})


@cache
def texts_in(code: str) -> Texts:
    """The sentences of a language there is a file for."""
    return Texts(code, tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8")))


def language_of(language_code: str | None) -> str:
    """The language of Telegram's code for it ("pt-br"), English where there is no file for it."""
    code = (language_code or "en").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else "en"


def texts_for(language_code: str | None) -> Texts:
    """The sentences in a person's language, or in English."""
    return texts_in(language_of(language_code))


def fitted(texts: Texts, knowledge: Knowledge, *, days: int) -> Texts:
    """The sentences with the content's own among them, and what is in braces filled in.

    `days` is how long questions are kept; 0 where they are not.
    """
    own = knowledge.texts_in.get(texts.code, knowledge.texts)
    day = texts.day(knowledge.reviewed) if knowledge.reviewed else ""
    own = own if day else {**own, "reviewed": ""}
    values = {
        "kept": texts.over(own).kept if days else texts.not_kept,
        "source": own.get("source", texts.source),
        "title": knowledge.title,
        "reviewed": day,
        "days": str(days),
    }
    return texts.over(own, values)


def fill(text: str, **values: str) -> str:
    """A sentence with what is in braces filled in; other braces stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


#: What curators read, in English only.
CURATOR = Texts("curator", tomllib.loads((FOLDER.parent / "curator.toml").read_text("utf-8")))
