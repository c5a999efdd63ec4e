"""The files of a new content folder, as texts."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from faq.curator.edits import dumps, parse
from faq.curator.importing.blocks import Found
from faq.curator.importing.entries import Fields, Made
from faq.curator.sentences import sentences
from faq.markup import plain

TEMPLATES = Path(__file__).parent / "data" / "new"
SMALL_TALK = Path(__file__).parent / "data" / "small_talk.toml"


def texts_of(made: Made, found: Mapping[str, Found], title: str, today: date) -> dict[str, str]:
    prose = {n: f for n, f in found.items() if f.pairs and all(p.draft for p in f.pairs)}
    parts = list(_passage_parts(prose))
    language = _language(found)
    texts = {
        "entries.toml": _entries(made.entries, _ranges(parts)),
        "chat.toml": _chat(language),
        "faq.toml": _faq(title, made, language, today),
        "document.txt": "\n\n".join(t for f in found.values() for t in f.text) + "\n",
        "passages.toml": _passages(parts),
    }
    return texts


def _chat(language: str) -> str:
    """Small talk in a language; English, where it is not written in it."""
    document = parse((TEMPLATES / "chat.toml").read_text("utf-8"))
    told = tomllib.loads(SMALL_TALK.read_text("utf-8")).get(language, {})
    for entry in document["entry"] if told else ():
        entry["question"], entry["answer"], *entry["paraphrases"] = told[entry["id"]]
    return dumps(document)


def _language(found: Mapping[str, Found]) -> str:
    """The language of what was found, English where nothing tells."""
    from faq.language.detection import detect  # noqa: PLC0415 - it brings a model

    text = " ".join(f"{p.question} {plain(p.answer)}" for f in found.values() for p in f.pairs)
    return detect(text[:20_000]) or "en"


#: A section's heading, and its numbered sentences.
Part = tuple[str, tuple[tuple[str, str], ...]]


def _passage_parts(prose: Mapping[str, Found]) -> Iterator[Part]:
    number = 0
    for each in prose.values():
        document = " ".join("\n\n".join(each.text).split())
        for pair in each.pairs:
            lines = [line for block in pair.answer.split("\n") for line in sentences(plain(block))]
            texts = [
                text
                for text in (re.sub(r"^(?:[•-]|\d+[.)])\s", "", x) for x in lines)
                if text in document
            ]
            yield pair.question, tuple((f"S{number + n}", text) for n, text in enumerate(texts, 1))
            number += len(texts)


def _ranges(parts: Iterable[Part]) -> dict[str, str]:
    """Where the sentences of a section stand: by its heading."""
    ranges = {}
    for heading, passages in parts:
        if passages:
            first, last = passages[0][0], passages[-1][0]
            ranges[heading] = first if first == last else f"{first} to {last}"
    return ranges


def _passages(parts: Iterable[Part]) -> str:
    blocks = (
        f"[[passage]]\nid = {_quoted(name)}\nsection = {_quoted(heading)}\ntext = {_quoted(text)}\n"
        for heading, passages in parts
        for name, text in passages
    )
    return (
        "# The sentences of document.txt, word for word, numbered in its order. Entries may quote\n"
        "# them by id. Join or split them where one was cut badly, but never change a word.\n\n"
        + "\n".join(blocks)
    )


def _quoted(value: object) -> str:
    """A text or a list of texts as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _long(text: str) -> str:
    """A text of several lines as TOML writes it."""
    if "\n" not in text:
        return _quoted(text)
    safe = "\n".join(_quoted(line)[1:-1].replace('\\"', '"') for line in text.split("\n"))
    return '"""\n' + re.sub(r'"(?="")|"$', r"\\\g<0>", safe) + '"""'


_ENTRIES_HEAD = """\
# The questions this FAQ answers. In each entry:
#   question     what stands on the button
#   answer       short and plain; **bold**, *italic*, [words](https://address) and lists with "- "
#   paraphrases  how people really ask: the more, the better the bot understands them
#   draft        taken over from a document, not looked at yet: delete the line when it is
# An id stays what it is for good; `related` names the ids of entries worth reading next.
# Then run: python -m faq check --content FOLDER

"""


def _entries(entries: Sequence[Fields], ranges: Mapping[str, str]) -> str:
    return _ENTRIES_HEAD + "\n".join(_entry(e, ranges.get(e["question"], "")) for e in entries)


def _entry(entry: Fields, sentences: str) -> str:
    lines = ["[[entry]]", f"id = {_quoted(entry['id'])}"]
    if entry["topic"]:
        lines.append(f"topic = {_quoted(entry['topic'])}")
    lines.append(f"question = {_quoted(entry['question'])}")
    lines.append(f"answer = {_long(entry['answer'])}")
    if sentences:
        lines.append(f"quotes = []  # this section: {sentences}")
    if entry["paraphrases"]:
        listed = "".join(f"  {_quoted(text)},\n" for text in entry["paraphrases"])
        lines.append(f"paraphrases = [\n{listed}]")
    else:
        lines.append("paraphrases = []")
    lines += ["draft = true"] if entry["draft"] else []
    return "\n".join(lines) + "\n"


def _faq(title: str, made: Made, language: str, today: date) -> str:
    listed = "".join(f"  {_quoted(topic)},\n" for topic in made.topics)
    return f"""\
# What this FAQ is.
title = {_quoted(title)}
language = {_quoted(language)}  # of the questions and answers: en, de, fr, …
reviewed = {today}  # the day somebody last read all of it

# The headings of /topics, in this order; an entry's topic is one of them.
topics = [
{listed}]

# Ids of entries offered as examples in /start and /help.
examples = {_quoted([str(e["id"]) for e in made.entries if not e["draft"]][:3])}
"""
