"""Tells a question by its words, in the languages FAQs are written in."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from faq.markup import plain

_MARK = re.compile(r"[?？؟][\s\"'”»)\]*]*$")
_GREEK = re.compile(r"[α-ω].*;\s*$", re.IGNORECASE)
#: What questions begin with; a heading may leave the question mark out.
_WORDS = (
    # English
    "how|what|what's|when|where|why|who|whom|whose|which|can|could|do|does|did|is|are|was|were"
    "|will|would|should|shall|may|must|have|has|am"
    # German
    "|wie|was|wann|wo|woher|wohin|warum|weshalb|wieso|wer|wem|wen|welche[rsn]?|wofür|womit|worauf"
    "|wozu|kann|können|darf|dürfen|muss|müssen|soll|sollte|ist|sind|gibt|habe|hat|werden|wird"
    # Spanish, Portuguese
    "|cómo|como|qué|cuándo|cuando|dónde|cuál|cuáles|cuánto|cuánta|cuántos|quién|quiénes|puedo"
    "|o que|quando|onde|quanto|quem|qual|quais|posso|por qué|por que"
    # French
    "|comment|que|quoi|quand|où|pourquoi|qui|quels?|quelles?|combien|est-ce|puis-je|qu'est-ce"
    # Italian
    "|come|cosa|dove|perché|chi|quali|quanti|è possibile"
    # Dutch, Scandinavian
    "|hoe|wat|wanneer|waar|waarom|wie|welke|kan|mag|hur|vad|när|varför|vem|hvordan|hvad|hva"
    "|hvornår|når|hvorfor|hvem"
    # Polish, Czech
    "|jak|co|kiedy|gdzie|dlaczego|kto|czy|jaki|jaka|jakie|kdy|kde|proč|kdo|jaký|jaká|jaké"
    # Russian, Ukrainian
    "|как|что|когда|где|куда|почему|зачем|кто|какой|какая|какие|какое|сколько|можно|нужно|чем"
    "|як|що|коли|де|чому|хто|який|яка|які|скільки|чи"
    # Turkish, Indonesian
    "|nasıl|nedir|ne zaman|nerede|neden|kim|hangi|apa|bagaimana|kapan|mengapa|siapa"
)
_BEGIN = re.compile(rf"\W*(?:{_WORDS})\b(?![,:])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?…]+[\"'”»)\]]*\s+(?=[\"'“«(\[]*[^\W\d_a-z])")

#: A look of blocks is a question's where so many of those that have it ask.
MOST = 0.5
LONGEST_QUESTION = 300
#: Nothing but a question mark tells: then only a short text is a question.
LONGEST_PLAIN = 240
#: How a sentence, or a line that leads to a list, ends.
ENDED = re.compile(r"[.!?:;…。！？：；][\"'”»)\]*]*$")

_ASK = (
    r"q|qu|question|frage|pregunta|pergunta|domanda|вопрос|vraag|pytanie|otázka|soru"
    r"|spørgsmål|spørsmål|fråga|питання|kysymys|întrebare|kérdés|问|問|质问|質問"
)
_ANSWER = (
    r"a|answer|ans|antwort|respuesta|resposta|risposta|réponse|reponse|ответ|antwoord|odpowiedź"
    r"|odpověď|cevap|svar|відповідь|vastaus|răspuns|válasz|答|回答"
)
#: One letter that stands for a question or an answer in some language, and for much else.
_ASK_LETTERS, _ANSWER_LETTERS = "fpdvвsо", "arоsv"


def asks(text: str) -> bool:
    """Whether a text ends as a question does."""
    shown = plain(text).strip()
    return bool(_MARK.search(shown) or _GREEK.search(shown))


def may_ask(text: str) -> bool:
    """Whether a text ends or begins as a question does; for texts that stand out."""
    return asks(text) or bool(_BEGIN.match(plain(text)))


def share_asking(texts: list[str]) -> float:
    """How many of these ask."""
    return sum(map(asks, texts)) / len(texts) if texts else 0.0


def in_capitals(text: str) -> bool:
    """Whether a text is written in capitals, in letters that have them."""
    return (
        len(text) > 3 and text.isupper() and not any(c.isalpha() and c.lower() == c for c in text)
    )


def first_sentence(text: str) -> str:
    """The first sentence of a text; a number before it is part of it, so is `e.g.`"""
    end = _SENTENCE_END.search(text, len(numbered(text)))
    return text[: end.end()].strip() if end else text.strip()


_NUMBER = r"\s*[#№.]?\s*\d{0,3}(?:\.\d+)?[a-z]?"
_LABEL = re.compile(
    rf"^\W{{0,4}}?(?:(?P<q>(?:{_ASK}){_NUMBER})|(?P<a>(?:{_ANSWER}){_NUMBER}))"
    r"(?:\s*\([^()\n]{1,60}\))?\s*(?:\*\*|\*)?\s*(?P<sign>[:.)\]：、–—-])\s*(?:\*\*|\*)?\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LETTER = re.compile(
    r"^\W{0,4}?(?P<letter>[A-Za-zА-Яа-я])\s*(?P<number>\d{0,3})\s*(?:\*\*)?\s*"
    r"(?:[:：]|(?<=\d)\s?[.)–—-])\s*(?:\*\*)?\s*"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
#: A word before a colon, as whoever speaks.
_SPEAKER = re.compile(
    r"^\W{0,4}?(?P<word>[^\W\d_][^\W\d]{1,14}(?:[ ][^\W\d]{1,14})?)\s*\d{0,3}"
    r"(?:\*\*)?:(?:\*\*)?\s+(?P<rest>.+)$",
    re.DOTALL,
)
FEWEST_TURNS = 3
#: Pairs of single letters: question, answer.
_LETTER_PAIRS = (("F", "A"), ("P", "R"), ("D", "R"), ("В", "О"), ("V", "A"), ("Q", "R"), ("S", "C"))


def label(text: str, letters: tuple[str, str] | None = None) -> tuple[str, str, str]:
    """`q` or `a` where a text begins with such a label, what it says, and the text behind it."""
    match = _LABEL.match(text)
    if match and _is_label(match):
        kind = "q" if match["q"] else "a"
        return kind, (match["q"] or match["a"]).strip(), _balanced(match["rest"], text)
    spoken = _LETTER if letters and len(letters[0]) == 1 else _SPEAKER
    if letters and (match := spoken.match(text)):
        letter = match[1].upper()
        if letter in letters:
            kind = "q" if letter == letters[0] else "a"
            return kind, letter, _balanced(match["rest"], text)
    return "", "", text


def _is_label(match: re.Match[str]) -> bool:
    """A lone letter before a full stop or dash is a list's; before a colon, or alone, a label."""
    named = (match["q"] or match["a"]).strip()
    if match["sign"] in ":：" or not match["rest"].strip():
        return True
    if match["sign"] == "." and match["rest"][:1].isdigit():
        return False  # "A.1.2" counts chapters
    return bool(re.search(r"\d", named)) or (match["sign"] in ".)]" and named[:1] in "Qq")


def _balanced(rest: str, text: str) -> str:
    """The text behind a label, where bold that began before the label ends: bold up to there."""
    if rest.count("**") % 2 == 0 or "**" not in text[: len(text) - len(rest)]:
        return rest
    bold, _, more = rest.partition("**")
    return f"**{rest}" if more.strip() else bold


def letters_of(texts: list[str]) -> tuple[str, str] | None:
    """The pair of letters or words a document labels its questions and answers with, if it does.

    Words nobody has heard of do where the one asks and the other follows, again and again: "Guest:"
    and "Reception:".
    """
    found = [m["letter"].upper() for m in map(_LETTER.match, texts) if m]
    for question, answer in _LETTER_PAIRS:
        if found.count(question) >= 2 and found.count(answer) >= found.count(question) / 2:
            return question, answer
    said = [(m["word"].upper(), m["rest"]) for m in map(_SPEAKER.match, texts) if m]
    follows = Counter((one, other) for (one, _), (other, _) in pairwise(said) if one != other)
    for (question, answer), times in follows.most_common(4):
        asked = [asks(rest) for word, rest in said if word == question]
        if times >= FEWEST_TURNS and sum(asked) > len(asked) / 2:
            return question, answer
    return None


_NUMBERED = re.compile(
    r"^\s*(?:\*\*)?\s*(?:[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[a-z])[.):\]]+(?!\d)"
    r"|§+\s*\d+\.?|(?:\d{1,3}|[A-Z])(?:\.\d{1,3})+\.?(?!\w))\s*(?:[–—-]\s*)?(?=\S)"
)
_BULLET = re.compile(r"^\s*(?:[>•●▪■◦‣–—►▶▸▾▼⌄›✓✔❓➕»+]|[-*o](?=\s))\s*(?=\S)")


#: Pictures before the words, such as a "1" on a key.
_PICTURE = re.compile(
    r"^(?:\d\ufe0f?\u20e3|[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]\ufe0f?)+\s+(?=\S+\s)"
)


def numbered(text: str) -> str:
    """The number a text begins with, empty where none."""
    match = _NUMBERED.match(text)
    return match[0] if match else ""


def question_text(text: str) -> str:
    """A question as it should be read: no number, no bullet, no markup, one line."""
    shown = " ".join(plain(text).split())
    shown = _BULLET.sub("", _PICTURE.sub("", shown))
    shown = shown[len(numbered(shown)) :] if numbered(shown) else shown
    return shown.strip(" *_#:").strip() or shown
