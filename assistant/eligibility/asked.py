"""A question -> whether it asks if a company can have a measure, which one, and what it says of the company.

«Может ли компания с долей ИТ-доходов 40 % получить аккредитацию?» asks for a verdict, «Какие условия у
аккредитации?» for the rules: only the first is a check. It has to ask whether something is possible or owed,
to name a measure, or support in general, and to say something of a company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.answer.named_places import REGION, places_in
from assistant.answer.verify.lexicon import Matcher, words_of
from assistant.eligibility.described import Described, described
from assistant.eligibility.measures import measures

MOST_MEASURES = 3  # of one question
_SHORT = 6  # letters of a name in one word that a question may use in passing («Старт»)
# «может ли …», «можем … получить …», "can … qualify": whether something is possible, owed or applies.
_WHETHER = (
    "может можем могу могут можно смогла смогли сможет сможем смогу вправе имеет имеем имею имеют положен "
    "положена положено положены доступен доступна доступно доступны подходит подходим подходят подойдет "
    "подойдёт соответствует соответствуем соответствую отвечает отвечаем дадут получит получим получу "
    "получат проходит проходим прохожу пройдет пройдёт пройдем пройдём пройду распространяется "
    "распространяются касается касаются обязан обязана обязано обязаны должен должна должно должны нужно "
    "надо применяется применима применим светит хватит достаточно потеряет потеряем лишится лишимся "
    "сохранит сохраним"
)
_WISHED = (
    "получить претендовать рассчитывать применять применить пользоваться воспользоваться использовать "
    "попасть участвовать оформить взять аккредитоваться войти включить внести платить подтвердить "
    "сохранить"
)
_WISHED_EN = (
    "get obtain receive qualify eligible apply applies entitled accredited benefit use enter join have "
    "exempt claim pay meet keep lose comply"
)
_ASKS = re.compile(
    rf"(?<!\w)(?:(?:{'|'.join(_WHETHER.split())})\s+ли"
    rf"|(?:может|можем|могу|могут|можно|сможем|смогу)(?:\s+[^\s?.!]+){{0,12}}?"
    rf"\s+(?:{'|'.join(_WISHED.split())})"
    r"|прав[оа]\s+на|подходим|подпада(?:ет|ем|ю)|претендовать"
    r"|(?:can|could|may|might|does|do|is|are|will|would|must|should)(?:\s+[^\s?.!]+){0,25}?"
    rf"\s+(?:{'|'.join(_WISHED_EN.split())})"
    r"|eligible|qualify|entitled)(?!\w)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?<!\w)(?:мы|нас|нам|нами|наш\w*|моя|моей|мою|мо[йём]|моего|у меня|я|компани[ияюей]\w*|организаци\w*"
    r"|стартап\w*|фирм\w*|предприяти\w+|ооо|ао|ип|юрлиц\w*|вуз\w*|работник\w*|сотрудник\w*|"
    r"we|our|us|my|i|company|firm|start-?up|organi[sz]ation|employee|university)(?!\w)",
    re.IGNORECASE,
)
_ANY_SUPPORT = re.compile(
    r"(?<!\w)(?:(?:на\s+)?как(?:ие|ая|ую|ой|их)\s+(?:\w+\s+){0,3}?"
    r"(?:мер\w*|льгот\w*|поддержк\w*|господдержк\w*|грант\w*|субсиди\w*|преференци\w*)"
    r"|(?:what|which)\s+(?:\w+\s+){0,3}?(?:support|measures?|benefits?|reliefs?|grants?|subsid\w+))(?!\w)",
    re.IGNORECASE,
)
_CAN_HAVE = re.compile(
    r"(?<!\w)(?:доступн\w*|положен\w*|получить|подход\w*|претендовать|рассчитывать|воспользоваться|применить"
    r"|полагаетс?я?\w*|"
    r"can|could|get|eligible|available|qualify|entitled|apply)(?!\w)",
    re.IGNORECASE,
)


# What asks for a figure, a person or a reason, whatever else it says.
_ASKS_MORE = re.compile(
    r"(?<!\w)(?:сколько|когда|почему|зачем|кто|как\w*\s+(?:срок|порядок|документ)\w*"
    r"|how\s+(?:many|much|long)|when|why|who)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CheckAsked:
    """A check that a question asks for. measures: ids; empty for all of them. said: of the company."""

    measures: tuple[str, ...]
    said: Described


def check_asked(question: str, today: date) -> CheckAsked | None:
    """What a question asks to be checked; None where it asks for something else."""
    if any(not place.startswith(REGION) and place != "ru" for place in places_in(question)):
        return None  # what is asked of another country is not answered by measures of this one
    every = bool(_ANY_SUPPORT.search(question)) and bool(_CAN_HAVE.search(question))
    if not every and not _ASKS.search(question):
        return None
    named = tuple(_named(question))
    if (not named and not every) or (not every and _ASKS_MORE.search(question)):
        return None
    said = described(question, today)
    telling = [each for each in said.found if each.fact.id != "org_form"]
    if every and not named:
        return CheckAsked((), said) if telling and _COMPANY.search(question) else None
    if len(named) > MOST_MEASURES or not (telling or _OURS.search(question)):
        return None
    return CheckAsked(named, said)


_OURS = re.compile(
    r"(?<!\w)(?:мы|нас|нам|нами|наш\w*|моя|моей|мою|мо[йём]|моего|we|our|us|my|мне|у меня)(?!\w)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _matcher() -> Matcher:
    forms = {}
    for each in measures().values():
        names = (each.title.ru, each.title.en, *each.aliases)
        forms[each.id] = [*(name for name in names if _telling(name)), *each.words]
    return Matcher.of(forms)


def _telling(name: str) -> bool:
    """Whether a name is one that a question does not use in passing."""
    return " " in name or "-" in name or name.isupper() or len(name) >= _SHORT


def _named(question: str) -> Iterator[str]:
    """The measures a question names, in its order; «аккредитована» is said of a company and is no name."""
    seen = set()
    for found in _matcher().find(words_of(question)):
        if found.id not in seen and not _STATED.search(question[found.start : found.end]):
            seen.add(found.id)
            yield found.id


_STATED = re.compile(r"аккредитован[аоы]?\w*(?<!ться)$", re.IGNORECASE)
