"""Reads a file of any kind, apart from this process: a hostile one ends in one line."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from faq.curator.importing.blocks import Found
from faq.curator.importing.chats import chat_pairs
from faq.curator.importing.documents import found_in
from faq.curator.importing.text import decoded, plain_blocks
from faq.extras import install
from faq.model import FAQError

#: Megabytes of a file, and of what is packed in it.
LARGEST, LARGEST_UNPACKED = 24, 120
#: Lines and tags of a text, elements within each other, characters of an answer.
MOST_LINES, MOST_TAGS, DEEPEST, LONGEST_ANSWER = 100_000, 150_000, 300, 20_000
#: Seconds of processor time, and by the clock; megabytes of memory.
CPU_SECONDS, SECONDS, MEMORY = 7, 60, 440
MEGABYTE = 1_000_000

Read = Callable[[Path], Found]


def read_apart(file: Path) -> Found:
    """What a file holds, read in a process of its own with little time and memory.

    Raises FAQError with one line that says what to do.
    """
    _must_be_small(file)
    command = [sys.executable, "-m", "faq.curator.importing.reading", str(file.resolve())]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=SECONDS, check=False, env=_env()
        )
    except subprocess.TimeoutExpired:
        raise FAQError(f"{file.name}: takes too long to read. Split it, or save it anew.") from None
    try:
        kind, value = pickle.loads(done.stdout)
    except Exception:  # it was ended half-way
        raise FAQError(
            f"{file.name}: too large or too tangled to read. Split it, or save it as plain text."
        ) from None
    if kind == "error":
        raise FAQError(value)
    found: Found = value
    return found


def _env() -> dict[str, str]:
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}


def _must_be_small(file: Path) -> None:
    if not file.exists():
        raise FAQError(f"{file}: no such file. Check the name.")
    if file.is_dir():
        raise FAQError(f"{file}: is a folder. Name the file in it.")
    if file.stat().st_size > LARGEST * MEGABYTE:
        raise FAQError(f"{file.name}: larger than {LARGEST} MB. Split it.")


def read(file: Path) -> Found:
    """What a file holds. Raises FAQError with the cure."""
    _must_be_small(file)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise FAQError(_unknown(file))
    try:
        _must_unpack_small(file)
        found = reader(file)
        named = re.sub(r"[\s_]+", " ", file.stem).strip()
        pairs = tuple(
            replace(p, question=p.question or named, answer=p.answer[:LONGEST_ANSWER])
            for p in found.pairs
        )
        return replace(found, pairs=pairs)
    except ImportError as error:
        raise FAQError(
            f"{file.name}: needs {error.name}. Type: {install('curator', 'documents')}"
        ) from None
    except FAQError as error:
        told = str(error)
        raise FAQError(told if file.name in told else f"{file.name}: {told}") from None
    except MemoryError:
        raise FAQError(f"{file.name}: too large to read. Split it.") from None
    except RecursionError:
        raise FAQError(f"{file.name}: nested too deeply. Save it as plain text.") from None
    except OSError as error:
        raise FAQError(f"{file.name}: cannot be read ({error.strerror}). Check it.") from None
    except Exception as error:  # the libraries raise many kinds
        raise FAQError(_broken(file, error)) from None


def _unknown(file: Path) -> str:
    old = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pdf", ".pptx": ".pdf", ".ods": ".xlsx"}
    old |= {".pages": ".docx", ".numbers": ".xlsx", ".xml": ".csv", ".zip": ""}
    old |= {
        ".gdoc": ".docx",
        ".gsheet": ".xlsx",
        ".mht": ".html",
        ".mhtml": ".html",
        ".eml": ".txt",
    }
    suffix = file.suffix.lower()
    if suffix == ".zip":
        return f"{file.name}: a packed folder. Unpack it and name a file in it."
    if suffix in old:
        return f"{file.name}: cannot be read. Open it and save it as {old[suffix]}."
    if not suffix:
        return f"{file.name}: has no ending. Name it .txt, .csv, or what it is."
    return f"{file.name}: files with {suffix} are not known. Use one of {', '.join(READERS)}."


def _broken(file: Path, error: Exception) -> str:
    head = file.read_bytes()[:8]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        kind = ".xlsx" if "xls" in file.suffix else ".docx"
        return f"{file.name}: an old format under a new name. Open it and save it as {kind}."
    if isinstance(error, BadZipFile) or "zip" in str(error).lower() or "Package" in str(error):
        return f"{file.name}: is no {file.suffix} file inside. Open it and save it again."
    return f"{file.name}: damaged, it cannot be read. Open it and save it again."


def _must_unpack_small(file: Path) -> None:
    if file.suffix.lower() not in {".docx", ".odt", ".xlsx", ".xlsm"}:
        return
    with ZipFile(file) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > LARGEST_UNPACKED * MEGABYTE or len(archive.infolist()) > 5_000:
            raise FAQError(f"{file.name}: unpacks to more than a FAQ can hold. Split it.")


def _text_of(file: Path) -> str:
    """A text file's text. Raises FAQError where there is more of it than a FAQ can hold."""
    text = decoded(file.read_bytes(), file.name)
    if text.count("\n") > MOST_LINES or text.count("<") > MOST_TAGS or _depth(text) > DEEPEST:
        raise FAQError(f"{file.name}: more, or deeper, than a FAQ can be. Split it.")
    return re.sub(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]{200,}", "", text)


def _depth(text: str) -> int:
    """How deep a page's boxes lie within each other."""
    depth = deepest = 0
    for closing in re.findall(r"<(/?)(?:div|span|section|table|ul|ol|blockquote|b|font)\b", text):
        depth = depth - 1 if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _html(file: Path) -> Found:
    return _from_html(re.sub(r"\{%.*?%\}", "", _text_of(file)))  # of the template it comes from


def _from_html(text: str, title: str = "") -> Found:
    """A page: what it shows, or what it says to search engines if that is more."""
    from faq.curator.importing import exports, html  # noqa: PLC0415 - extra `documents`

    soup = html.soup_of(text)
    told = [p for data in html.json_ld(soup) for p in exports.pairs_in(_faq_page(data))]
    named = title or html.title_of(soup)
    if text_file := html.preformatted(soup):
        return found_in(list(plain_blocks(text_file)), named)
    blocks = html.blocks_of(soup)
    shown = found_in(blocks, named) if blocks else Found(named, ())
    asked = [pair for pair in shown.pairs if not pair.draft]
    if len(told) > len(asked):
        return Found(shown.title, tuple(told), (), shown.text)
    if not shown.pairs:
        raise FAQError("no text in it")
    return shown


def _faq_page(data: object) -> list[object]:
    """The questions of a schema.org FAQPage, wherever in the data it stands."""
    if isinstance(data, list):
        return [question for each in data for question in _faq_page(each)]
    if not isinstance(data, dict):
        return []
    if "FAQPage" in str(data.get("@type")) or "QAPage" in str(data.get("@type")):
        entity = data.get("mainEntity") or []
        return list(entity) if isinstance(entity, list) else [entity]
    if data.get("@type") == "Question":
        return [data]
    return _faq_page(data.get("@graph"))


def _markdown(file: Path) -> Found:
    from faq.curator.importing import exports, markdown  # noqa: PLC0415 - extra `documents`

    text = _text_of(file)
    title = markdown.front_title(text)
    told = tuple(exports.pairs_in(markdown.front_data(text)))
    try:
        shown = _from_html(markdown.markdown_to_html(text), title)
    except FAQError:
        if not told:
            raise
        shown = Found(title, ())
    asked = [pair for pair in shown.pairs if not pair.draft]
    return replace(shown, pairs=told) if len(told) > len(asked) else shown


def _rst(file: Path) -> Found:
    from faq.curator.importing import restructured  # noqa: PLC0415 - extra `documents`

    return _from_html(restructured.rst_to_html(_text_of(file)))


def _text(file: Path) -> Found:
    from faq.curator.importing import markdown  # noqa: PLC0415 - extra `documents`

    text = _text_of(file)
    if text.lstrip()[:1] in {"<"} and "</" in text:
        return _from_html(text)
    if talked := chat_pairs(text):
        return Found("", talked, (), tuple(text.splitlines()))
    if markdown.is_wordpress(text):
        return _from_html(markdown.markdown_to_html(markdown.from_wordpress(text)))
    if len(re.findall(r"^==+[ \t]+\w", text, re.MULTILINE)) > 1:  # AsciiDoc, or a wiki
        return _from_html(markdown.markdown_to_html(markdown.from_signs(text, "=")))
    return found_in(list(plain_blocks(text)))


def _light(file: Path) -> Found:
    from faq.curator.importing import markdown  # noqa: PLC0415 - extra `documents`

    sign = "*" if file.suffix.lower() == ".org" else "="
    return _from_html(markdown.markdown_to_html(markdown.from_signs(_text_of(file), sign)))


def _docx(file: Path) -> Found:
    from faq.curator.importing.word import docx_blocks  # noqa: PLC0415 - extra `documents`

    return found_in(docx_blocks(file))


def _odt(file: Path) -> Found:
    from faq.curator.importing.odt import odt_blocks  # noqa: PLC0415 - extra `documents`

    return found_in(odt_blocks(file))


def _pdf(file: Path) -> Found:
    from faq.curator.importing.pdf import pdf_blocks  # noqa: PLC0415 - extra `documents`

    return found_in(pdf_blocks(file))


def _rtf(file: Path) -> Found:
    from faq.curator.importing.rtf import rtf_blocks  # noqa: PLC0415 - extra `documents`

    return found_in(rtf_blocks(file.read_bytes().decode("latin-1")))


def _sheet(file: Path) -> Found:
    from faq.curator.importing.tables import sheet_pairs  # noqa: PLC0415 - extra `curator`

    return sheet_pairs(file)


def _export(file: Path) -> Found:
    from faq.curator.importing.exports import export_pairs  # noqa: PLC0415 - extra `documents`

    return export_pairs(file)


READERS: dict[str, Read] = {
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".xlsm"), _sheet),
    **dict.fromkeys((".json", ".jsonl", ".yml", ".yaml"), _export),
    **dict.fromkeys((".txt", ".text"), _text),
    **dict.fromkeys((".md", ".markdown", ".mdx"), _markdown),
    ".rst": _rst,
    **dict.fromkeys((".adoc", ".org"), _light),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _html),
    ".docx": _docx,
    ".odt": _odt,
    ".rtf": _rtf,
    ".pdf": _pdf,
}


def _limited() -> None:
    """Little time and memory for this process, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    wanted = {resource.RLIMIT_CPU: CPU_SECONDS, resource.RLIMIT_AS: MEMORY * MEGABYTE}
    for limit, most in wanted.items():
        with suppress(ValueError, OSError):  # macOS knows no limit of memory
            resource.setrlimit(limit, (most, most))


def main(arguments: Sequence[str]) -> None:
    """Read one file and write what it holds, or the complaint, to standard output."""
    _limited()
    try:
        answer: tuple[str, object] = ("found", read(Path(arguments[0])))
    except FAQError as error:
        answer = ("error", str(error))
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
