"""Makes a content folder from a document: passages, and a skeleton entry for every section."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from faq.curator.documents import Document, Section, read_document
from faq.curator.sentences import sentences
from faq.language.tokens import phrase
from faq.loader import LONGEST_ID, load
from faq.model import FAQError, Knowledge

#: What an id may hold (faq/loader.py), with room for a number.
LONGEST_SLUG = LONGEST_ID - 4
TEMPLATES = Path(__file__).parent / "data" / "new"
#: A skeleton's answer is the beginning of its section, to be put in one's own words.
ANSWER_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its numbered sentences and an id no other part has."""

    id: str
    heading: str
    passages: tuple[tuple[str, str], ...]


def scaffold(folder: Path, document: Path, *, title: str, today: date) -> Knowledge:
    """Make a content folder, whole or not at all; it loads. `title` may be empty.

    Raises `FAQError` if the folder holds something already or the document cannot be read.
    """
    if folder.is_file() or (folder.exists() and any(folder.iterdir())):
        raise FAQError(f"{folder}: holds files already. Name a new folder.")
    read = read_document(document)
    title = title or read.title or read.sections[0].heading or document.stem.replace("_", " ")
    parts = list(_parts(read.sections, title))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(shutil.copytree(TEMPLATES, Path(temporary) / "new"))
        _write(
            made,
            {
                "document.txt": _document(read),
                "passages.toml": _passages(parts),
                "entries.toml": _entries(parts),
                "faq.toml": _faq(title, parts, today),
            },
        )
        load(made)
        try:
            made.rename(folder)
        except OSError as error:  # it is the one we stand in
            raise FAQError(f"{folder}: {error.strerror}. Name a new folder.") from None
    return load(folder)


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _parts(sections: Iterable[Section], title: str) -> Iterator[Part]:
    """Sections in order, their sentences numbered through; a heading that comes twice once more."""
    number, taken = 0, {str(entry["id"]) for entry in _small_talk()}
    for section in sections:
        texts = [s for paragraph in section.paragraphs for s in sentences(paragraph)]
        passages = tuple((f"S{number + at}", text) for at, text in enumerate(texts, 1))
        number += len(texts)
        heading = section.heading or title
        yield Part(_free(_slug(heading), taken), heading, passages)


def _small_talk() -> list[dict[str, Any]]:
    """The entries every new folder begins with."""
    template = tomllib.loads((TEMPLATES / "chat.toml").read_text("utf-8"))
    return list(template["entry"])


def _slug(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    whole = words if len(words) <= LONGEST_SLUG else words[:LONGEST_SLUG].rpartition("-")[0]
    return whole or words[:LONGEST_SLUG] or "section"


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found)
    return found


def _document(document: Document) -> str:
    blocks = [block for s in document.sections for block in (s.heading, *s.paragraphs)]
    return "\n\n".join(filter(None, [document.title, *blocks])) + "\n"


def _quoted(value: object) -> str:
    """A text or a list of texts as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _passages(parts: Iterable[Part]) -> str:
    blocks = (
        f"[[passage]]\nid = {_quoted(name)}\nsection = {_quoted(part.heading)}\n"
        f"text = {_quoted(text)}\n"
        for part in parts
        for name, text in part.passages
    )
    return (
        "# The sentences of document.txt, word for word, numbered in its order. Entries quote\n"
        "# them by id. Join or split them where one was cut badly, but never change a word.\n\n"
        + "\n".join(blocks)
    )


def _entries(parts: Sequence[Part]) -> str:
    asked = {phrase(t) for e in _small_talk() for t in (e["question"], *e["paraphrases"])}
    return _ENTRIES_HEAD + "\n".join(_entry(part, _question(part, asked)) for part in parts)


def _question(part: Part, asked: set[str]) -> str:
    """The heading as a question nobody asked before."""
    about = part.heading
    question = about if about.endswith("?") else f"What does it say about {about}?"
    if phrase(question) in asked:
        question = f"{question} ({part.id})"
    asked.add(phrase(question))
    return question


_ENTRIES_HEAD = """\
# The questions this FAQ answers: one skeleton for each section of the document. For each of them
#   1. write the question as it should stand on a button,
#   2. write a short answer in plain words,
#   3. name in quotes the passages (passages.toml) that say so,
#   4. write ten or so paraphrases, as people would really type the question,
#   5. copy the block for every further question; delete those nobody would ask.
# An id stays what it is for good; `related` names the ids of entries worth reading next.
# Then run: python -m faq check FOLDER

"""


def _entry(part: Part, question: str) -> str:
    first = part.passages[:ANSWER_SENTENCES]
    return f"""\
[[entry]]
id = {_quoted(part.id)}
topic = {_quoted(part.heading)}
question = {_quoted(question)}
answer = {_quoted(" ".join(text for _, text in first))}  # put it in plain words
quotes = {_quoted([name for name, _ in first])}  # this section: {_range(part)}
related = []
paraphrases = [
  # "as somebody would type it",
]
"""


def _range(part: Part) -> str:
    names = [name for name, _ in part.passages]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _faq(title: str, parts: Sequence[Part], today: date) -> str:
    topics = list(dict.fromkeys(part.heading for part in parts))
    listed = "".join(f"  {_quoted(topic)},\n" for topic in topics)
    return f"""\
# What this FAQ is.
title = {_quoted(title)}
reviewed = {today}  # the day somebody last read all of it

# The headings of /topics, in this order; an entry's topic is one of them.
topics = [
{listed}]

# Ids of entries offered as examples in /start and /help: name three when they are written.
examples = []
"""
