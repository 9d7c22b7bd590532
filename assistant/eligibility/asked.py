"""A question -> whether it asks if a company can have a measure, which one, and what it says of the company.

«Может ли компания с долей ИТ-доходов 40 % получить аккредитацию?» asks for a verdict, «Какие условия у
аккредитации?» for the rules: only the first is a check. It has to ask whether something is possible or owed,
to name a measure, or support in general, and to say something of a company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.answer.named_places import names_another_country
from assistant.answer.verify.lexicon import Matcher, words_of
from assistant.eligibility.described import Described, described
from assistant.eligibility.measures import measure, measures
from assistant.eligibility.profile import Profile
from assistant.errors import InputError
from assistant.model import Lang

MOST_MEASURES = 3  # of one question
_SHORT = 6  # letters of a name in one word that a question may use in passing («Старт»)
# «может ли …», «можем … получить …», "can … qualify": whether something is possible, owed or applies.
_WHETHER = (
    "может можем могу могут можно смогла смогли сможет сможем смогу вправе имеет имеем имею имеют положен "
    "положена положено положены доступен доступна доступно доступны подходит подходим подходят подойдет "
    "подойдёт соответствует соответствуем соответствую отвечает отвечаем дадут включат внесут примут "
    "получит получим получу получат проходит проходим прохожу пройдет пройдёт пройдем пройдём пройду "
    "распространяется распространяются касается касаются обязан обязана обязано обязаны должен должна "
    "должно должны нужно надо применяется применима применим светит хватит достаточно потеряет потеряем "
    "лишится лишимся сохранит сохраним"
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
    """A check that a question asks for.

    measures: ids; empty for all of them. profile: what it says of the company; unread: what of that nobody
    could place.
    """

    measures: tuple[str, ...]
    profile: Profile
    unread: tuple[str, ...] = ()

    def question(self, lang: Lang) -> str:
        """The check as a question that stands by itself, which :func:`check_asked` reads back."""
        held = measures()
        titles = [held[name].title.in_(lang) for name in self.measures] or [_ALL[lang]]
        said = [f"{value.fact.in_(lang)} — {value.text}" for value in self.profile.values.values()]
        on_condition = _IF[lang] + "; ".join(said) if said else ""
        return f"{', '.join(titles)}: {_FULL[lang]}{on_condition}?"


_ALL: dict[Lang, str] = {"ru": "Меры поддержки", "en": "Support measures"}
_FULL: dict[Lang, str] = {"ru": "подходит ли компания", "en": "does the company qualify"}
_IF: dict[Lang, str] = {"ru": ", если ", "en": " if "}
_READ_BACK = re.compile(
    rf"(?P<titles>.+): (?:{'|'.join(_FULL.values())})(?:(?:{'|'.join(_IF.values())})(?P<facts>.+))?\?"
)


def _read_back(question: str) -> CheckAsked | None:
    """What :meth:`CheckAsked.question` wrote; None for anything else."""
    match = _READ_BACK.fullmatch(question.strip())
    if match is None:
        return None
    try:
        titles = [] if match["titles"] in _ALL.values() else match["titles"].split(", ")
        said = dict(part.split(" — ", 1) for part in (match["facts"] or "").split("; ") if " — " in part)
        return CheckAsked(tuple(measure(title).id for title in titles), Profile.of(said))
    except InputError:
        return None


def check_asked(question: str, today: date) -> CheckAsked | None:
    """What a question asks to be checked; None where it asks for something else."""
    full = _read_back(question)
    if full is not None:
        return full
    if names_another_country(question):
        return None  # what is asked of another country is not answered by measures of this one
    every = bool(_ANY_SUPPORT.search(question)) and bool(_CAN_HAVE.search(question))
    if _ELSEWISE.search(question) or (not every and (not _ASKS.search(question) or asks_more(question))):
        return None
    said = described(question, today)
    stated = [(each.start, each.end) for each in said.found if each.fact.type == "bool"]
    named = tuple(named_measures(question, stated))
    if every:
        told = bool(_telling(said, named)) and _COMPANY.search(question)
        return CheckAsked(named, said.profile(), said.unread) if told else None
    if not named or len(named) > MOST_MEASURES:
        return None
    if not _telling(said, named) and not _asks_for_us(question, named):
        return None
    return CheckAsked(named, said.profile(), said.unread)


def _telling(said: Described, named: Sequence[str]) -> list[str]:
    """The facts that say something of the company: its form only where a measure asks for that."""
    held = measures()
    asked = {each.test.fact for name in named for each in held[name].criteria}
    return [each.fact.id for each in said.found if each.fact.id != "org_form" or "org_form" in asked]


def _asks_for_us(question: str, named: Sequence[str]) -> bool:
    """Whether a question without facts asks if we can have support, or if a duty is ours."""
    if not _OURS.search(question):
        return False
    duty = any(measures()[name].kind == "duty" for name in named)
    return bool((_IS_OURS if duty else _WE_GET).search(question))


def asks_more(question: str) -> bool:
    """Whether a question asks for a figure, a person, a reason or a description, not for a yes or no."""
    return bool(_ASKS_MORE.search(question) or _DESCRIBES.search(question))


_DESCRIBES = re.compile(
    r"(?:^|[.!?;]\s+)\W*(?:а\s+|и\s+|и́\s+)?(?:как\w*|что|чем|где|куда|расскаж\w+|объясн\w+)(?!\w)"
    r"|(?<!\w)(?:what|which|where|how|explain|describe|tell)(?!\w)",
    re.IGNORECASE,
)
# What one may do beside having a measure: appeal, apply in some place, sign, tell somebody, teach a model.
_ELSEWISE = re.compile(
    r"(?<!\w)(?:обжал\w+|отказать|отказыва\w+|отозвать|аннулир\w+|подать\s+(?:заявлени|документ)\w+"
    r"|подписа\w+|уведом\w+|обуч\w+|без\s+согласия|каждый\s+год|ежегодно|регистрир\w+"
    r"|зарегистрировать\s+(?:модель|систем)\w*|правил\w*\s+(?:для|о)"
    r"|appeal|sign|notify|train|allowed\s+to\s+use|register\s+our|supplier|gdpr|revoke|refuse)(?!\w)",
    re.IGNORECASE,
)
_WE_GET = re.compile(
    r"(?<!\w)(?:получ\w+|претенд\w+|рассчитыва\w+|воспольз\w+|примен(?:ять|ить|им)|аккредитоваться"
    r"|положен\w*|доступн\w*"
    r"|подход\w*|прав[оа]\s+на|войти|попасть|включат|внесут|взять|оформить"
    r"|get|obtain|receive|qualify|eligible|entitled|benefit|join|accredited)(?!\w)",
    re.IGNORECASE,
)
_IS_OURS = re.compile(
    r"(?<!\w)(?:распространя\w+|каса\w+|подпада\w+|относ\w+|приме(?:няется|нима|ним)\w*"
    r"|выполнять|соблюдать"
    r"|appl(?:y|ies)|subject\s+to|comply|concern)(?!\w)",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?<!\w)(?:мы|нас|нам|нами|наш\w*|we|our|us"
    r"|(?:мо[яйеёию]\w*|my)\s+(?:компани|фирм|организаци|стартап|предприяти|сотрудник|company|firm|start)\w*)(?!\w)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _matcher() -> Matcher:
    forms = {}
    for each in measures().values():
        names = (each.title.ru, each.title.en, *each.aliases)
        forms[each.id] = [*(name for name in names if _distinct(name)), *each.words]
    return Matcher.of(forms)


def _distinct(name: str) -> bool:
    """Whether a name is one that a question does not use in passing."""
    return " " in name or "-" in name or name.isupper() or len(name) >= _SHORT


def named_measures(question: str, said: Sequence[tuple[int, int]] = ()) -> Iterator[str]:
    """The measures a question names, in its order.

    ``said``: places where it says something of the company: «если аккредитация есть» names no measure. Nor
    does «аккредитована».
    """
    seen = set()
    for found in _matcher().find(words_of(question)):
        stated = any(start < found.end and found.start < end for start, end in said)
        if found.id not in seen and not stated and not _STATED.search(question[found.start : found.end]):
            seen.add(found.id)
            yield found.id


def places_named(question: str) -> list[tuple[str, int, int]]:
    """(measure, start, end) of every place where a question names one."""
    return [(found.id, found.start, found.end) for found in _matcher().find(words_of(question))]


_STATED = re.compile(r"аккредитован[аоы]?\w*(?<!ться)$", re.IGNORECASE)
