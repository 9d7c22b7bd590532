"""A question for what acts do not tell -> why not: what is still to be decided, what came of it, opinions.

Acts say what shall be done; who will be appointed, whether a term will be prolonged once more, how many were
really built, or which product is better they do not say. A question for what a plan sets is another matter,
and so is a year that the provisions quoted name themselves.
"""

from __future__ import annotations

import re
from datetime import date

from assistant.answer.evidence import later_years
from assistant.model import Lang

# Who will be chosen, what will be decided: «Кого назначат», "Will the EU postpone". «Кто утвердит порядок»
# is not among them: that an act tells.
_CHOSEN = re.compile(
    r"(?<!\w)(?:(?:кого|кому)(?!\w)[^.?!,;]*?(?<!\w)(?:назначат|изберут|выберут|поручат)|"
    r"(?:кто|какая|какой)(?!\w)[^.?!,;]*?(?<!\w)(?:возглавит|победит|выиграет|окажется)|"
    r"(?:что|как)(?!\w)[^.?!,;]*?(?<!\w)реш(?:ит|ат)|каким[и]?\s+окаж(?:ется|утся)|"
    r"какие(?!\w)[^.?!,;]*?(?<!\w)измен(?:ят|ит))(?!\w)|"
    r"(?:^|[.!?]\s+)will\s+(?:[\w’'-]+\s+){1,6}?(?:postpone|extend|prolong|uphold|abolish|repeal)\b|"
    r"\bgoing\s+to\s+(?:postpone|extend|prolong|uphold|abolish|repeal|introduce|adopt|ban)\b",
    re.IGNORECASE,
)
# «Продлят ли …», but not where the one who asks tells a case of their own.
_WHETHER = re.compile(
    r"(?:^|[.!?]\s+)(?:примут|примет|введут|введ[её]т|продлят|продлит|отменят|отменит|снизят|снизит|повысят|"
    r"повысит|достигнет|достигнут)\s+ли(?!\w)",
    re.IGNORECASE,
)
_OWN_CASE = re.compile(
    r"(?<!\w)(?:если|при|мы|нас|нам|наш\w*|я|мне|меня|мо[йюяеёи]\w{0,2})(?!\w)", re.IGNORECASE
)
# What is asked of a year to come, which a provision would have to name.
_AT_A_TIME = re.compile(
    r"(?<!\w)(?:как(?:ой|ая|ое|им|ую)|сколько|кого|что)(?!\w)[^.?!,;]*?(?<!\w)"
    r"(?:будет|будут|станет|составит|назначат|утверд(?:ят|ит)|реш(?:ит|ат)|примут|измен(?:ят|ит)|запуст(?:ят|ит)|"
    r"подтверд(?:ят|ит)|получ(?:ат|ит)|достигнет|введут|выделят)(?!\w)|"
    r"(?:^|[.!?]\s+)(?:who|how\s+(?:many|much)|what|which)\b[^.?!,]*?\bwill\b",
    re.IGNORECASE,
)
# What a plan or an act sets for a time to come.
_SET = re.compile(
    r"(?<!\w)(?:план\w*|по\s+(?:\w+\s+)?(?:стратегии|программе|закону|указу|постановлению)|задума\w*|"
    r"предусмотрен\w*)(?!\w)",
    re.IGNORECASE,
)
# How things turned out: «сколько фактически», "how many actually".
_TURNED_OUT = re.compile(
    r"(?<!\w)(?:сколько(?!\w)[^.?!]*?(?<!\w)(?:фактически|реально|на\s+самом\s+деле)|чем\s+(?:за)?кончил\w+)(?!\w)|"
    r"\bhow\s+(?:many|much)\b[^.?!]*\b(?:actually|so\s+far|at\s+the\s+moment)\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"(?<!\w)(?:как\s+вы\s+(?:думаете|считаете|полагаете)|по[- ]вашему|на\s+ваш\s+взгляд|"
    r"не\s+слишком\s+ли\s+(?:мягк|ж[её]стк|строг)\w+|"
    r"посоветуй(?:те)?|(?:что|кто|как(?:ой|ая|ое|ие))\s+(?:[^\W\d_]+\s+){0,2}лучше(?!\w)|"
    r"как(?:ой|ая)\s+(?:[^\W\d_]+\s+){1,4}сам(?:ый|ая)\s+(?:мощн|популярн|лучш)\w+|"
    r"in\s+your\s+(?:opinion|view)|do\s+you\s+think|what\s+is\s+your\s+(?:opinion|view)|"
    r"(?:which|what)\s+(?:[\w-]+\s+){1,2}is\s+(?:the\s+)?(?:best|better)|(?:too|overly)\s+(?:strict|lenient|soft)|"
    r"according\s+to\s+(?:leading\s+)?(?:researchers|experts|analysts)|по\s+мнению\s+(?:экспертов|аналитиков))(?!\w)",
    re.IGNORECASE,
)
_UNTOLD: dict[Lang, str] = {
    "ru": "Тексты говорят, что установлено, а не что будет решено или что вышло на деле: об этом в них нет.",
    "en": "Texts say what is laid down, not what will be decided or what came of it: they do not tell this.",
}
_NO_OPINION: dict[Lang, str] = {
    "ru": "Это вопрос о мнении или оценке; тексты актов её не дают.",
    "en": "This asks for an opinion or an appraisal, which the texts of acts do not give.",
}


def beyond_acts(question: str, said: str, today: date, lang: Lang) -> str:
    """Why texts do not tell it, in the reader's language; empty where they may.

    said: the provisions quoted. today: years from this one on are still to come.
    """
    later = later_years(question, [said], today.year)
    chosen = bool(_CHOSEN.search(question)) and not _SET.search(question)
    whether = bool(_WHETHER.search(question)) and not _OWN_CASE.search(question)
    at_a_time = bool(later) and bool(_AT_A_TIME.search(question))
    if chosen or whether or at_a_time or _TURNED_OUT.search(question):
        return _UNTOLD[lang]
    return _NO_OPINION[lang] if _OPINION.search(question) else ""
