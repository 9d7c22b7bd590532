"""A text -> whether it obliges, permits, advises, forbids or exempts, and what it negates.

A claim may not turn one into another: «вправе» is not «обязан», "may" is not "shall", «не допускается» is not
«допускается». The present tense of legal writing («оператор уведомляет») states a duty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.index.words import fold, stem, stems

_FORCES: tuple[tuple[str, str], ...] = (
    ("unbanned", r"не\s+запре[щт]\w+|(?:not|never)\s+(?:be\s+)?(?:prohibit|forbid|ban)\w*|"
                 r"n['’]t\s+(?:prohibit|forbid|ban)\w*"),
    ("ban", r"не\s+(?:может|могут|вправе|имеет\s+права|имеют\s+права|допускает\w*|допускают\w*|"
            r"разреша\w+|разрешен\w*|"
            r"должен|должн\w+|следует|подлежит|подлежат)|нельзя|недопустим\w*|запре[щт]\w+|"
            r"(?:shall|must|may|can|should|ought)\s+not|cannot|mustn['’]t|can['’]t|shan['’]t|"
            r"not\s+(?:be\s+)?(?:allowed|permitted|permissible)|prohibit\w*|forbid\w*|forbidden|ban(?:s|"
            r"ned|ning)?|outlaw\w*"),
    ("exemption", r"не\s+(?:обязан\w*|обязательн\w*|требу[ею]тся|требует|нужн\w+|нужен|необходим\w*)|"
                  r"необязательн\w*|"
                  r"освобожд\w+|"
                  r"(?:not|never)\s+(?:be\s+)?(?:required|obliged|obligated|necessary|mandatory|"
                  r"compulsory|needed)|need\s+not|"
                  r"(?:does|do|did)(?:\s+not|n['’]t)\s+(?:have|need)\s+to|no\s+(?:duty|obligation|"
                  r"requirement)|exempt\w*|"
                  r"without\s+(?:having|being\s+(?:required|obliged))"),
    ("permission", r"вправе|(?:может|могут)(?!\s+(?:повлечь|быть\s+(?:нанес|причин)))|могли|"
                   r"допускает\w*|допускают\w*|допустим\w*|"
                   r"разреша(?:ет|ют|ется|ются)|разрешен[оаы]?|возможност[ьи]\s+\w+ть(?:ся)?|"
                   r"имеет\s+право|имеют\s+право|есть\s+право|управомочен\w*|можно|"
                   r"возможно|позволен\w*|"
                   r"may|can|could|might|allow(?:s|ed)|permit(?:s|ted)|permissible|entitled|free\s+to|"
                   r"at\s+\w+\s+discretion|"
                   r"empowered|(?:has|have)\s+the\s+(?:right|power|option)|is\s+open\s+to"),
    ("voluntary", r"добровольн\w*|по\s+желанию|по\s+(?:своему\s+)?усмотрению|факультативн\w*|"
                  r"optional\w*|voluntar\w+"),
    ("advice", r"рекоменду\w+|желательн\w*|желателен|целесообразн\w*|should|recommend(?:s|ed)?|"
               r"encourag(?:es|ed|ing|e)|"
               r"advis(?:ed|able|es)|desirable|preferabl[ey]|поощря\w+"),
    ("duty", r"обязан\w*|обязать|обязыва\w+|обяжет|обязательн\w*|должн[аоы]?|должен|долженствует|"
             r"необходим[оыа]?|"
             r"надлежит|подлежит|подлежат|требу[ею]тся|требует|требуют|следует(?!\s+из)|нужно|нужен|"
             r"нужна|нужны|"
             r"надо|возлага\w+|возложен\w*|возложить|"
             r"shall|must|required?|requires|requiring|oblig(?:ed?|es|ations?|atory)|obligated|"
             r"mandatory|mandates?|"
             r"(?:has|have|had)\s+to|need(?:s|ed)?\s+to|necessary|compulsory|bound\s+to|"
             r"(?:is|are|was|were)\s+to(?=\s+[a-z])|duty|duties"),
)  # fmt: skip
_FORCE = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FORCES) + r")(?!\w)", re.IGNORECASE
)

# «не только», "without delay" and the like negate nothing.
_HARMLESS = re.compile(
    r"(?<!\w)(?:тем\s+не\s+менее|не\s+(?:менее|более|меньше|больше|ниже|выше|реже|чаще)|не\s+зависимо|"
    r"без\s+(?:неоправданн\w+\s+)?(?:промедлени\w+|задерж\w+|"
    r"задержек)|"
    r"without\s+(?:undue\s+|unreasonable\s+)?delay|without\s+prejudice(?:\s+to)?|без\s+ущерба(?:\s+для)?|"
    r"no\.?\s?\d[\w./-]*|(?:no|not)\s+(?:later|earlier|sooner)|не\s+(?:позднее|позже|ранее|раньше)|"
    r"whether\s+or\s+not|или\s+нет|не\s+только|not\s+(?:only|merely|just))(?!\w)",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"(?<!\w)(?:не|ни|нет|нельзя|невозможн\w*|недопустим\w*|запре[щт]\w+|без|отсутств\w+|"
    r"not|no|never|nor|neither|none|cannot|without|prohibit\w*|ban(?:s|ned)?|forbid\w*|forbidden|"
    r"absen(?:ce|t))(?!\w)|n['’]t(?!\w)",
    re.IGNORECASE,
)
_JOINED_NEGATION = re.compile(
    r"(?<!\w)(?:и|или|либо|and|or|nor)\s+(?:не|not)(?!\w)", re.IGNORECASE
)  # «не А и не Б»
_OPTION = re.compile(
    r"(?<!\w)(?:способн\w*|и\s+\(или\)|и/или|capable|and/or|enforceable)(?!\w)", re.IGNORECASE
)
_POSSIBLE = re.compile(r"(?<!\w)(?:может|могут)\s+(?:повлечь|быть\s+(?:нанес|причин))", re.IGNORECASE)
# What may stand for a negation in other words, but need not be one.
_SOFT = re.compile(
    r"(?<!\w)(?:не(?!обходим|скольк|дел|медлен|посредств|гатив|йро|фт|дв|сущ|сет|которы|т\b)[а-яё]{4,}|"
    r"утра[тч]\w+|прекра[щт]\w+|отмен\w+|истек\w+|исключ\w+|кроме|помимо|освобожд\w+|отказ\w*|огранич\w+|"
    r"препятств\w+|лиш[аеи]\w+|избе[гж]\w+|предотвращ\w+|уклон\w+|"
    r"un(?!der|it|io|iq|iv|an|til|less)[a-z]{4,}|non[- ]?\w+|in(?:valid|admiss|eligib|dependen|"
    r"sufficien|complet)\w*|"
    r"unless|until|except\w*|exclud\w*|exempt\w*|cease[sd]?|repeal\w*|lack\w*|refus\w+|fail\w*|"
    r"avoid\w*|prevent\w*|agnostic|object\w*)(?!\w)",
    re.IGNORECASE,
)
# Words that limit, and so may stand for a negation of all else.
_LIMIT = re.compile(
    r"(?<!\w)(?:только|лишь|пока|против|вместо|свобод\w+|only|solely|other\s+than|rather\s+than|instead|"
    r"outside)(?!\w)",
    re.IGNORECASE,
)
# The word a negation bears on: the next one that is no auxiliary.
_HEAD = re.compile(
    r"(?<!\w)(?:не|not|never)\s+(?:(?:быть|был\w*|будет|будут|является|являются|могут|может|be|been|"
    r"being|have|has|yet|so|"
    r"to|a|an|the|any|in|on|of|for|at|by|as|only|also|in\s+any)\s+)*(?P<head>[^\W\d_]{3,})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Modality:
    """What a text does.

    forces: the kinds of modal words in it. negations: how many words negate, those of an exemption («не
    обязан») left out. soft, limits: how many words may express a negation otherwise. option: whether it has
    words that may express a permission. possible: whether it speaks of what may happen. heads: stems of the
    words that negations bear on; plain: of all the others.
    """

    forces: frozenset[str]
    negations: int
    soft: int
    limits: int
    option: bool
    possible: bool
    heads: frozenset[str]
    plain: frozenset[str]


def modality(text: str, skip: Sequence[tuple[int, int]] = ()) -> Modality:
    """Read a text. ``skip``: spans read already, such as bounds of numbers («не более 5»)."""
    plain = _without(text, [*skip, *(match.span() for match in _HARMLESS.finditer(text))])
    found = list(_FORCE.finditer(plain))
    rest = _without(plain, [match.span() for match in found if match.lastgroup in ("exemption", "unbanned")])
    return Modality(
        frozenset("permission" if match.lastgroup == "unbanned" else str(match.lastgroup) for match in found),
        len(NEGATION.findall(_JOINED_NEGATION.sub("\0", rest))) or len(NEGATION.findall(rest)),
        len(_SOFT.findall(plain)),
        len(_LIMIT.findall(plain)),
        bool(_OPTION.search(plain)),
        bool(_POSSIBLE.search(plain)),
        frozenset(stem(fold(match["head"])) for match in _HEAD.finditer(plain)),
        frozenset(stems(_without(plain, [match.span("head") for match in _HEAD.finditer(plain)]))),
    )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\0" * (end - start)
    return "".join(letters)


def changed_forces(said: Modality, meant: Modality, narrowed: bool) -> list[str]:
    """The forces of a claim that its quotation does not have. ``narrowed``: both say "only"."""
    changed = []
    for force in said.forces - meant.forces:
        if force == "duty" and not meant.forces - {"advice"} and "advice" not in meant.forces:
            continue  # the present tense of a rule
        if force == "permission" and (
            narrowed
            or meant.possible
            or (meant.option and "duty" not in meant.forces)
            or meant.forces & {"voluntary", "exemption"}
        ):
            continue
        if force == "voluntary" and meant.forces & {"permission", "exemption"}:
            continue
        if force == "exemption" and (meant.forces & {"voluntary"} or meant.negations or _only_permits(meant)):
            continue
        if force == "ban" and (meant.negations or narrowed or "exemption" in meant.forces):
            continue
        changed.append(force)
    return sorted(changed)


def negation_differs(said: Modality, meant: Modality) -> bool:
    """Whether one of the two texts negates and the other has nothing that could say so."""
    flipped = (said.heads & meant.plain) - meant.heads if "ban" not in meant.forces else frozenset()
    dropped = (meant.heads & said.plain) - said.heads if "ban" not in said.forces else frozenset()
    if flipped or dropped:
        return True
    if said.negations > meant.negations + meant.soft + meant.limits:
        return True
    return bool(meant.negations and not said.negations + said.soft and not said.forces & {"ban", "exemption"})


def _only_permits(meant: Modality) -> bool:
    """Whether who is free to do it is not obliged: no word of duty stands beside the permission."""
    return "permission" in meant.forces and "duty" not in meant.forces
