"""What stands around the questions of a document and is none of them, in many languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Longer texts are content.
LONGEST = 160


def _line(kinds: Iterable[str]) -> re.Pattern[str]:
    """A pattern for a whole line that is one of these, whatever signs are around it."""
    return re.compile(rf"\W*(?:{'|'.join(kinds)})\W*", re.IGNORECASE)


def _beginning(kinds: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(kinds)})", re.IGNORECASE)


_CONTENTS = _line(
    (
        "(?:table of )?contents|on this page|in this (?:article|section|page)|jump to",
        "inhalt(?:sverzeichnis|sübersicht)?|sommaire|table des matières|índice|indice|sumário",
        "contenidos?|содержание|оглавление|inhoud(?:sopgave)?|spis treści|obsah",
    )
)
_BOILERPLATE = _beginning(
    (
        r"©|\(c\)|copyright\b|all rights reserved|powered by|print this page|share this",
        "this (?:page|faq|wiki|document|list) (?:is|was) (?:kept|maintained|compiled|written|last)",
        r"(?:last|most recently) (?:updated|modified|reviewed|revised|edit(?:ed)?)\b",
        "(?:updated|published) on",
        r"(?:updated|published|modified|edited) (?:over |about )?(?:\d+|an?) \w+ ago\b",
        r"\d+ min(?:ute)?s? read\b|\d+ (?:out )?of \d+ (?:people )?found this helpful",
        "edit (?:this|on)",
        r"(?:back|return|go) to (?:the )?top|top$|↑|\[\s*(?:top|back)\s*\]",
        r"\d{1,3}\s*[-–—]$|page \d+(?: of \d+)?$|seite \d+|stand:",
        r"(?:read|learn|view|show) more(?: \(\S+\))?$",
        r"letzte (?:änderung|aktualisierung)|nach oben|zum seitenanfang|zurück zum",
        "was this (?:page|article|answer|helpful)|did this answer|war diese",
        r"(?:next|previous) page\b|volver arriba|haut de page",
        "¿te ha sido útil",
    )
)
_FAREWELL = _beginning(
    (
        "(?:best|kind|warm) (?:regards|wishes)|yours (?:sincerely|faithfully|truly)",
        r"(?:cheers|regards|(?:many )?thanks(?: a lot| so much| again| in advance)?"
        r"|thank you(?: all| so much| very much)?|danke(?: schön)?|vielen dank|mfg|lg|merci"
        r"|gracias|obrigad[oa]|grazie|спасибо)[,.!]*(?:$|\n)",
        # of a program that was asked to write it
        "if you(?:'d| would)? (?:like|want),? i can|would you like me to",
        "let me know if you(?:'d| would) like",
        "(?:mit freundlichen|viele|liebe|beste|herzliche) grüße|cordialement",
        "un (?:cordial )?saludo|atenciosamente",
        "cordiali saluti|met vriendelijke groet|с уважением",
    )
)
_MORE = _line(
    (
        "(?:(?:(?:do you )?(?:still )?have|got|any) (?:any |an?other )?)?"
        "(?:more |other |further |additional )?questions?",
        "haben sie (?:noch |weitere )?fragen|(?:noch |weitere )fragen",
        r"(?:(?:aún )?tienes?|tiene) (?:más |otras |alguna )?(?:preguntas?|dudas?)",
        r"(?:ainda )?tem (?:mais |alguma )?(?:perguntas?|dúvidas?)",
        "(?:vous avez|avez-vous|une) (?:encore |d['’]autres |une )?(?:autres? )?questions?",
        r"(?:hai (?:altre|ancora) )?(?:altre )?domande|(?:остались|есть) (?:ещё |еще )?вопросы",
    )
)
_CALL = _line(
    (
        "(?:still )?need (?:more |further |some )?(?:help|assistance|information)|still stuck",
        r"(?:can'?t|cannot|couldn'?t|can not|could not|didn'?t|did not|don'?t) (?:find|see)"
        r" (?:what|the answer|an answer|your)\b.*",
        r"did you find (?:what|this|the|it)\b.*|is your question not\b.*",
        r"(?:was|is|did) this (?:page|article|answer|information|section)\b.*",
        r"(?:are you )?ready (?:to|for) .{1,40}",
        r"how can we help(?: you)?|help us (?:to )?improve\b.*|tell us what you think",
        "(?:ihre )?frage (?:ist )?nicht (?:dabei|beantwortet)",
        r"no encuentras?\b.*|vous ne trouvez pas\b.*|не нашли ответа?\b.*",
    )
)
#: What a document says below its last answer, to whom it has not answered.
_LAST_CALL = _beginning(
    (
        "(?:if you (?:still )?have|for|should you have) (?:any )?(?:more |other |further )?"
        "(?:questions|queries|concerns)",
        "(?:do you )?(?:still )?have (?:any )?(?:more |other |further )?(?:questions|queries)",
        "(?:sollten|wenn|falls|haben) sie (?:noch |weitere )?fragen",
        "bei (?:weiteren )?(?:rück)?fragen",
        "(?:pour toute|si vous avez (?:une|d['’]autres|des)) (?:autre )?questions?",
        "si tiene (?:alguna|más|otras) (?:preguntas?|dudas?)|per (?:ulteriori|altre) domande",
    )
)
_CLOSING = _line(
    (
        "(?:how to )?contact(?: (?:us|details|information))?|(?:get|stay) in touch|feedback",
        "(?:for )?(?:more|further) (?:information|help|reading|resources)|see also|related.*",
        "(?:useful |quick |important )?(?:links|contacts|numbers|resources|websites)|glossary",
        "references?|sources",
        "about (?:us|this).*|licen[cs]e|credits|acknowledge?ments?|changelog|contributing",
        "support|disclaimer|copyright.*|comments?|next steps",
        "(?:(?:come|please) (?:and )?)?(?:meet|visit|find|see|call|talk to|write to) us",
        "where to find us|(?:many )?thank(?:s| you)(?: .{1,30})?|vielen dank|danke|merci|gracias",
        "kontakt|weitere informationen|quellen|impressum|datenschutz|contacto|más información",
        "contactez-nous|(?:pour )?en savoir plus|contatti|contato|контакты",
    )
)
_GENERIC = _line(
    (
        r"(?:the )?(?:f\.?a\.?q\.?s?|(?:frequently asked )?questions(?: (?:and|&) answers)?"
        "|q ?& ?a|help)",
        "häufig(?:e|(?: gestellte)) fragen|fragen(?: und antworten)?|preguntas(?: frecuentes)?",
        "perguntas(?: frequentes)?|questions fréquentes|foire aux questions",
        "domande(?: frequenti)?|вопросы(?: и ответы)?|часто задаваемые вопросы",
        "veelgestelde vragen",
    )
)


def is_contents(line: str) -> bool:
    """Whether a line heads a list of contents."""
    return bool(_CONTENTS.fullmatch(line))


def is_boilerplate(text: str) -> bool:
    """Whether a text belongs to the page: its date, its owner, the way back to its top."""
    return len(text) < LONGEST and bool(_BOILERPLATE.match(text))


def is_farewell(text: str) -> bool:
    """Whether a letter ends here: what follows is the name of who wrote it."""
    return len(text) < LONGEST and bool(_FAREWELL.match(text))


def is_vote(line: str) -> bool:
    """Whether a line asks its reader what helps the page's owner: it is nobody's question."""
    return bool(_CALL.fullmatch(line))


def is_call(line: str) -> bool:
    """Whether a line asks its reader to write or to vote, or for more questions."""
    return bool(_MORE.fullmatch(line)) or is_vote(line)


def is_last_call(text: str) -> bool:
    """Whether a text below the last answer says whom to ask what is not answered."""
    return len(text) < LONGEST and bool(_LAST_CALL.match(text))


def is_closing(line: str) -> bool:
    """Whether a heading ends a document, be it a question's by its look."""
    return bool(_CLOSING.fullmatch(line))


def is_generic(line: str) -> bool:
    """Whether a heading only says that questions follow: it names no topic."""
    return bool(_GENERIC.fullmatch(line))
