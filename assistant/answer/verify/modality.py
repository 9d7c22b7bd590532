"""A text -> whether it obliges, permits, advises, forbids or exempts, and what it negates.

A claim may not turn one into another: «вправе» is not «обязан», "may" is not "shall", «не допускается» is not
«допускается». The present tense of legal writing («оператор уведомляет») states a duty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.verify.negations import HARMLESS, NEGATION, without
from assistant.index.words import fold, stem, stems

# What may happen of itself: «может повлечь», "may result in" permit nothing.
_HAPPENS_RU = (
    "повле|созда(?:ть|вать)\\s+(?:риск|угроз)|привест|привод|представлять|вызва|вызыва|причин|повлия|влия|угрож|нанес|"
    "наноси|возник|оказаться|стать|быть\\s+(?:нанес|причин)|не\\s+понимать"
)
_HAPPENS_EN = (
    "result|lead|cause|present|pose|affect|arise|occur|influence|endanger|impair|exhibit|give\\s+rise|"
    "be\\s+(?:affected|caused|harmed|damaged)"
)
_FORCES: tuple[tuple[str, str], ...] = (
    ("chance", rf"(?:может|могут)\s+(?:{_HAPPENS_RU})\w*|(?:may|can|could|might)\s+(?:{_HAPPENS_EN})(?=\s)|"
               r"(?:вероятно|likely\s+to)"),
    ("unbanned", r"не\s+запре[щт]\w+|(?:not|never)\s+(?:be\s+)?(?:prohibit|forbid|ban)\w*|"
                 r"n['’]t\s+(?:prohibit|forbid|ban)\w*"),
    ("exemption", r"не\s+(?:обязан\w*|обязательн\w*|обязателен|требу[ею]тся|требует|"
                  r"нужн\w+|нужен|необходим\w*)|необязател\w*|"
                  r"не\s+име[юе]\w+\s+обязательн\w+|"
                  r"освобожд\w+|"
                  r"(?:not|never)\s+(?:be\s+)?(?:required|obliged|obligated|necessary|mandatory|"
                  r"compulsory|needed)|need\s+not|unnecessary|"
                  r"(?:may|might|can)\s+not\s+(?:be\s+)?(?:required?|needed|need|necessary)|"
                  r"(?:does|do|did)(?:\s+not|n['’]t)\s+(?:have|need)\s+to|no\s+(?:duty|obligation|"
                  r"requirement)|exempt\w*|"
                  r"without\s+(?:having|being\s+(?:required|obliged))"),
    ("ban", r"не\s+(?:может|могут|вправе|имеет\s+права|имеют\s+права|допускает\w*|допускают\w*|"
            r"разреша\w+|разрешен\w*|"
            r"должен|должн\w+|следует|подлежит|подлежат)|нельзя|недопустим\w*|запре[щт]\w+|"
            r"(?:shall|must|may|can|should|ought)\s+not|cannot|mustn['’]t|can['’]t|shan['’]t|"
            r"not\s+(?:be\s+)?(?:allowed|permitted|permissible)|prohibit\w*|forbid\w*|forbidden|ban(?:s|"
            r"ned|ning)?|outlaw\w*"),
    ("permission", r"вправе|может|могут|могли|"
                   r"допускает\w*|допускают\w*|допустим\w*|"
                   r"разреша(?:ет|ют|ется|ются)|разрешен[оаы]?|возможност[ьи]\s+\w+ть(?:ся)?|"
                   r"имеет\s+право|имеют\s+право|есть\s+право|управомочен\w*|можно|"
                   r"возможно|позволен\w*|"
                   r"may|can|could|might|allow(?:s|ed)|permit(?:s|ted)|permissible|entitled|free\s+to|"
                   r"at\s+\w+\s+discretion|"
                   r"empowered|(?:has|have)\s+(?:the|all|all\s+the)?\s*(?:rights?|powers?|option)|is\s+open\s+to|"
                   r"renewable|extendable|extensible"),
    ("voluntary", r"добровольн\w*|по\s+желанию|по\s+(?:своему\s+)?усмотрению|факультативн\w*|"
                  r"optional\w*|voluntar\w+"),
    ("advice", r"рекоменд(?!ательн|аци)\w+|стимулир\w+|в\s+идеале|ideally|"
               r"желательн\w*|желателен|целесообразн\w*|(?<!^)(?<!\.\s)should|recommend(?:s|ed)?|"
               r"encourag(?:es|ed|ing|e)|"
               r"advis(?:ed|able|es)|desirable|preferabl[ey]|поощря\w+"),
    ("duty", r"обязан(?!ност(?:и|ей|ям|ями|ях))\w*|обязать|обязыва\w+|обяжет|"
             r"обязательн\w*|обязателен|должн[аоы]?|должен|долженствует|"
             r"необходим[оыа]?|"
             r"надлежит|подлежит|подлежат|требу[ею]тся|требует|требуют|следует(?!\s+из)|нужно|нужен|"
             r"нужна|нужны|"
             r"надо|возлага\w+|возложен\w*|возложить|"
             r"shall|must|required?|requires|requiring|oblig(?:ed?|es|ation|atory)|obligated|"
             r"mandatory|mandates?|"
             r"(?:has|have|had)\s+to|need(?:s|ed)?\s+to|necessary|compulsory|bound\s+to|"
             r"(?:is|are|was|were)\s+to(?=\s+[a-z])|duty"),
)  # fmt: skip
FORCE = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FORCES) + r")(?!\w)", re.IGNORECASE
)

_OPTION = re.compile(
    r"(?<!\w)(?:способн\w*|authori[sz]\w+|разрешени\w+|и\s+\(или\)|и/или|capable|and/or|enforceable)(?!\w)",
    re.IGNORECASE,
)
_POTENTIAL = re.compile(
    r"(?<!\w)(?:потенциальн\w+|возможны[ехм]\w*|potential(?:ly)?|possible)(?!\w)", re.IGNORECASE
)
# Where a text says what for, "can" is an ability: «чтобы они могли применять», "so that they can use".
_PURPOSE = re.compile(
    r"(?<!\w)(?:чтобы|с\s+тем\s+чтобы|so\s+that|in\s+order\s+that|such\s+that)(?!\w)[^,.;:!?]*$",
    re.IGNORECASE,
)
# "Limits on when AI may be used", «сведения о том, кто может быть привлечён»: a question within a sentence.
_ASKED = re.compile(
    r"(?<!\w)(?:on|of|about|to)\s+(?:when|whether|how|who)(?!\w)[^,.;:!?]*$|"
    r"(?<!\w)о\s+том,\s+(?:когда|как|кто|где|при\s+каких|в\s+каких)(?!\w)[^,.;:!?]*$",
    re.IGNORECASE,
)
_EXCLUDES = re.compile(r"(?<!\w)(?:исключ\w+|кроме|exclu\w+|except\w*|derogat\w+)(?!\w)", re.IGNORECASE)
# The word a negation bears on: the next one that is no auxiliary.
_HEAD = re.compile(
    r"(?<!\w)(?:не|not|never)\s+(?:(?:быть|был\w*|будет|будут|является|являются|могут|может|be|been|"
    r"being|have|has|yet|so|"
    r"to|a|an|the|any|in|on|of|for|at|by|as|only|also|in\s+any)\s+)*(?P<head>[^\W\d_]{3,})",
    re.IGNORECASE,
)


# "Where necessary", «при необходимости», "expertise required for it": what is needed, not what must be done.
_NEED = re.compile(r"necessary|required|needed(?:\s+to)?|нужн\w+|необходим\w+", re.IGNORECASE)
_IS = re.compile(
    r"(?<!\w)(?:is|are|was|were|be|been|being|becomes?|it|shall|must|will|also|only|always|not|legally)\s+$",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?<!\w)(?:where|if|when|as|wherever|whenever|why|если|когда|где|зачем|почему)(?!\w)[^,.;:!?]*$",
    re.IGNORECASE,
)


def of_need(text: str, match: re.Match[str]) -> bool:
    """Whether a word of duty says what is needed for something, or makes a condition of its being needed."""
    if match.lastgroup != "duty" or not _NEED.fullmatch(match.group()):
        return False
    if _WHERE.search(text, 0, match.start()):
        return True
    return match.group().isascii() and not _IS.search(text, 0, match.start())


def for_ability(text: str, match: re.Match[str]) -> bool:
    """Whether a word of permission permits nothing: it says what somebody becomes able to do, or asks."""
    before = (_PURPOSE, _ASKED)
    return match.lastgroup == "permission" and any(each.search(text, 0, match.start()) for each in before)


@dataclass(frozen=True, slots=True)
class Modality:
    """What a text does.

    forces: the kinds of modal words in it. negations: how many words negate, those of an exemption («не
    обязан») left out. option: whether it has words that may express a permission. possible: whether it speaks
    of what may happen; potential: whether it calls something possible, which permits nothing. heads: stems of
    the words that negations bear on; plain: of all the others. freed: spans of exemptions, the negations of
    which are read with them. excludes: whether it leaves something out.
    """

    forces: frozenset[str]
    negations: int
    option: bool
    possible: bool
    potential: bool
    heads: frozenset[str]
    plain: frozenset[str]
    freed: tuple[tuple[int, int], ...] = ()
    excludes: bool = False


def modality(text: str, skip: Sequence[tuple[int, int]] = ()) -> Modality:
    """Read a text. ``skip``: spans read already, such as bounds of numbers («не более 5»)."""
    plain = without(text, [*skip, *(match.span() for match in HARMLESS.finditer(text))])
    found = [match for match in FORCE.finditer(plain) if not of_need(plain, match)]
    freed = tuple(match.span() for match in found if match.lastgroup in ("exemption", "unbanned"))
    rest = without(plain, freed)
    return Modality(
        frozenset("permission" if match.lastgroup == "unbanned" else str(match.lastgroup) for match in found),
        len(NEGATION.findall(rest)),
        bool(_OPTION.search(plain)),
        any(match.lastgroup == "chance" for match in found),
        bool(_POTENTIAL.search(plain)),
        frozenset(stem(fold(match["head"])) for match in _HEAD.finditer(plain)),
        frozenset(stems(without(plain, [match.span("head") for match in _HEAD.finditer(plain)]))),
        freed,
        bool(_EXCLUDES.search(plain)),
    )
