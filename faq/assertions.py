"""What a sentence asserts to be so here and now, and what it only denies, recalls or supposes.

"No chest pain", "chest pain in 2018" and "what if I get chest pain" name a danger that nobody is
in. The idea is ConText's (H. Harkema et al. 2009, "ConText: an algorithm for determining negation,
experiencer, and temporal status"): cue words open a scope that ends with the clause. The cues and
the scopes are our own, written for messages in a chat; they stand in `data/assertions.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from faq.language.lexicon import DATA
from faq.language.tokens import normalise

#: Where one clause ends and the next begins; the words that join them stay out.
_CLAUSES = re.compile(
    r"\s*(?:[,;:()]+|\s[-\u2013\u2014]+\s|\b(?:but|however|although|though|yet)\b"
    r"|\band\b(?=\s+(?:now|then|i|he|she|it|we|they|my|his|her|the|still|today|tonight)\b))\s*"
)


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    """Each list of cues as one pattern; `<sign>` in a cue stands for any sign of danger."""
    lists = tomllib.loads((DATA / "assertions.toml").read_text(encoding="utf-8"))
    sign = "|".join(lists.pop("sign"))
    lists["signs"] = ["<sign>"]
    return {
        name: re.compile(
            r"\b(?:" + "|".join(cue.replace("<sign>", f"(?:{sign})") for cue in cues) + ")"
        )
        for name, cues in lists.items()
    }


def asserted(sentence: str) -> str:
    """The sentence without the clauses that assert no danger: equal, normalised, if all do."""
    plain = normalise(sentence)
    kept: list[str] = []
    dropped = ""
    past = denied = False
    for clause in _clauses(plain):
        present = bool(_cues()["present"].search(clause))
        past = not present and (past or is_past(clause))
        denied = _is_denied(clause, denied)
        if _cues()["cancelled"].match(clause):
            dropped = kept.pop() if kept else dropped
        elif _cues()["come_true"].match(clause) and dropped:
            kept += [dropped, clause]
        elif past or denied or _is_supposed(clause) or _is_elsewhere(clause):
            dropped = clause
        else:
            kept.append(clause)
        past = past and not _cues()["over"].search(clause)
    return ", ".join(kept)


def undenied(sentence: str) -> str:
    """The sentence without what it denies: a wish to be dead may be past, or only supposed."""
    kept: list[str] = []
    denied = False
    for clause in _clauses(normalise(sentence)):
        denied = _is_denied(clause, denied)
        if not (denied or _cues()["over"].search(clause) or _cues()["hopes"].search(clause)):
            kept.append(clause)
    return ", ".join(kept)


def _clauses(text: str) -> Iterator[str]:
    """The clauses, without the turns of phrase that name a danger and mean none.

    What else stands in the clause of such a phrase is kept only if it names a sign of danger.
    """
    cues = _cues()
    for clause in filter(None, map(str.strip, _CLAUSES.split(text))):
        plain = cues["idiom"].sub(" ", clause)
        if plain == clause or cues["signs"].search(plain):
            yield " ".join(plain.split())


def is_past(clause: str) -> bool:
    """Whether a clause tells of a time that is over."""
    cues = _cues()
    return bool(cues["past"].search(clause)) and not cues["begun"].search(clause)


def _is_denied(clause: str, before: bool) -> bool:
    """Whether a clause denies a danger; a bare sign after such a clause is denied with it."""
    cues = _cues()
    return bool(cues["denied"].search(clause) or (before and cues["also"].match(clause)))


def _is_supposed(clause: str) -> bool:
    """Whether a clause only supposes something, or asks if it will be."""
    cues = _cues()
    if cues["future"].search(clause):
        return True
    return bool(cues["supposed"].search(clause)) and not cues["whenever"].search(clause)


def _is_elsewhere(clause: str) -> bool:
    """Whether a clause is over, made up, or about no person."""
    return any(_cues()[cue].search(clause) for cue in ("over", "nobody", "fiction"))


def asks_in_general(sentence: str) -> bool:
    """Whether a sentence asks how things are, of no one in particular, and nothing is under way."""
    cues = _cues()
    plain = cues["asking"].sub(" ", normalise(sentence))
    if cues["somebody"].search(plain) or cues["under_way"].search(plain):
        return False
    return bool(cues["general"].match(plain))


def is_mild(sentence: str) -> bool:
    """Whether what a sentence tells of is small, or looked at already, or only asked about."""
    cues, plain = _cues(), normalise(sentence)
    found = cues["mild"].search(plain) or cues["asking"].search(plain)
    return bool(found) and not cues["under_way"].search(plain)


def is_under_way(sentence: str) -> bool:
    """Whether something goes on with somebody while the sentence is written."""
    cues, plain = _cues(), normalise(sentence)
    going_on = cues["under_way"].search(plain) or cues["present"].search(plain)
    return bool(going_on and cues["somebody"].search(plain))
