"""The words by which a question shows that it goes on from an earlier one. Reviewed data, no logic.

Patterns match text with «ё» written «е», at its beginning unless said otherwise.
"""

from __future__ import annotations

import re


def _start(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{pattern})(?!\w)", re.IGNORECASE)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split())})(?!\w)", re.IGNORECASE)


# «а», «а как насчёт», "and what about": what links a follow-up to the question before.
MARKER = _start(
    r"(?:ну,?\s+)?(?:а|и)\s+(?:(?:что|как)\s+)?(?:насчет|по\s+поводу)|(?:что|как)\s+насчет|как\s+быть\s+с"
    r"|(?:ну,?\s+)?(?:а|и|но)(?:\s+вот|\s+еще)?(?=\s)|ну\s+а|также|еще(?=\s)"
    r"|(?:and\s+|but\s+|so\s+)?(?:what|how)\s+about|(?:and|but|also)(?:\s+then)?(?=\s)"
)
SMALL_TALK = re.compile(
    r"(?:[\s,.!?)(:;]|(?:спасибо|благодарю|большое|огромное|привет\w*|здравствуй\w*|добр\w+\s+(?:день|вечер|утро)"
    r"|понятно|ясно|ок|окей|хорошо|ладно|да|нет|отлично|супер|пока|до\s+свидания|все|всё|вам|тебе|это|за"
    r"|ответ|помощь|а|и|thanks?|thank\s+you|you|so|very|much|a|lot|hello|hi|hey|bye|goodbye|ok|okay|great"
    r"|good|morning|day|evening|got\s+it|i\s+see|fine|yes|no|cheers|for|the|that|answer|help|your)(?!\w))+",
    re.IGNORECASE,
)
NEW_TOPIC = re.compile(
    r"(?<!\w)(?:друг(?:ой|им)\s+вопрос\w*|друг(?:ая|ую)\s+тем\w|смен(?:им|ю)\s+тему|нов(?:ый|ая)\s+(?:вопрос|тема)"
    r"|теперь\s+о\s+другом|о\s+другом|(?:another|different|new|unrelated|separate)\s+(?:question|topic|subject)"
    r"|chang\w+\s+(?:the\s+)?(?:topic|subject)|on\s+another\s+note)(?!\w)",
    re.IGNORECASE,
)
INTERROGATIVE = _whole(
    r"что чего чему чем кто кого кому кем где когда куда откуда почему зачем сколько скольких как какой какая"
    r" какое какие какого каком какому каким какими каких какую каков какова каково каковы чей чья чье чьи ли"
    r" what who whom whose which where when why how"
)
AUXILIARY = _whole(
    "is are was were does do did must can could may might shall should will would has have applies apply"
    " можно нужно надо обязан обязана обязано обязаны должен должна должно должны вправе"
)
# Of the third person only, and demonstratives; «свой» has its antecedent beside it.
PRONOUN = re.compile(
    r"(?<![\w-])(?:он|она|оно|они|его|него|ее|нее|их|них|ему|нему|ей|ней|им|ним|ими|ними|нем|этого|этому|этим|этом|это"
    r"|эт(?:от|а|и|у|ой|их|ими)|так(?:ой|ая|ое|ие|ого|ому|ую|их|им|ими)(?=\s+\w)|там|туда|тогда|it|they|them|he|she"
    r"|this|these|those|(?:(?<=\bis )|(?<=\bdoes )|(?<=\babout )|(?<=\bfor )|(?<=\bof )|(?<=\bunder ))that"
    r"|its|their|there(?!\s+(?:is|are|any|an?|be)\b))(?![\w-])",
    re.IGNORECASE,
)
POSSESSIVE = _whole("its their")
NOT_A_PRONOUN = re.compile(
    r"(?<!\w)(?:(?:что|кто|каков\w*)\s+так(?:ое|ой|ая|ие)|(?:is|are|was|were)\s+there|там\s+же|и\s+так\w*)(?!\w)"
    r"|(?<!\w)(?:is|was|would|will)\s+(?:it|this)\s+(?:be\s+)?(?:legal|lawful|illegal|allowed|permitted|prohibited|forbidden"
    r"|banned|possible|necessary|required|mandatory|true|obligatory|ok)\s+(?:for\s+[\w\s-]{2,40}\s+)?(?:to|that)\s+\w+"
    r"\s+\w+",
    re.IGNORECASE,
)
# Where another clause begins, a pronoun has its antecedent in the clause before.
CLAUSE = re.compile(
    r",|;|(?<!\w)(?:если|когда|котор\w+|чтобы|поскольку|пока|if|when|which|that|whether|because|before|after"
    r"|while|unless|where)(?!\w)",
    re.IGNORECASE,
)
DEFINITION = _start(
    r"что\s+(?:такое|значит|означает)|кто\s+так(?:ой|ая|ие)|what\s+(?:is|are|does)(?!\s+(?:the|it|this|that|its|their)\b)"
    r"|who\s+(?:is|are)(?!\s+(?:the|it|they)\b)"
)
# What begins a question and is no part of its topic.
LEAD = _start(
    r"(?:(?:скажите|подскажите|расскажите|напомните)(?:,?\s+пожалуйста)?,?\s+)?(?:"
    r"(?:за|через|в\s+течение|на|до|к|с|со|в|во)\s+(?:сколько|скольки\w+|как(?:ого|ом|ому|им|их|ой|ую|ое|ие|ой))\s+\w+"
    r"|(?:за|через|в\s+течение|на|до|к|с|со|в|во|по|о|об|от|из|для|у|под|при)?\s*(?:"
    r"сколько(?:\s+времени)?|скольки\w+|как(?:ой|ая|ое|ие|ого|ом|ому|им|ими|их|ую)|каков[аоы]?|что(?:\s+такое|\s+значит)?"
    r"|чего|чему|чем|кто(?:\s+так\w+)?|кого|кому|кем)|где|когда|куда|почему|зачем|как"
    r"|(?:within|for|by|since)\s+(?:how\s+many|what|which)\s+\w+|(?:within|for|by|since|at|in|on|under|to|from|of|with)?\s*(?:what|which|who|whom|whose|how\s+(?:many|much|long|often|soon)|how"
    r"|where|when|why)|(?:do|does|did|is|are|was|were|must|shall|should|can|may|has|have|will|would)"
    r"|what\s+(?:is|are))"
)
LEAD_VERB = _start(
    r"(?:обязан\w*|должн\w+|должен)\s+(?:сделать|делать|предпринять|быть|стать)|требует\w*|говор\w+|написано|сказано|гласит"
    r"|(?:был|была|было|были|есть|бывают|создан\w*)|(?:do|does|did|is|are|was|were|must|shall|should|can|may|has|have"
    r"|will|would)|say\w*|о"
)
# Verbs and nouns that say nothing of a topic.
GENERIC = _set(
    "говорит говорится сказано написано сказать гласит требует быть был была было были будет будут бывает "
    "бывают именно конкретно ещё еще дальше далее точно текст содержание насчёт насчет случае относится "
    "касается можно нужно надо такое таком say says said state states stated text exactly else more "
    "further precisely still within many much long often soon content provide provides yes also there"
)
NOW = re.compile(
    r"\s*(?<!\w)(?:сейчас|сегодня|на\s+сегодня(?:шний\s+день)?|в\s+настоящее\s+время|теперь|today|now|currently|at\s+present)"
    r"(?!\w)",
    re.IGNORECASE,
)
NEXT = re.compile(r"(?<!\w)(?:следующ\w+|next|following)(?!\w)", re.IGNORECASE)
PREVIOUS = re.compile(r"(?<!\w)(?:предыдущ\w+|предшествующ\w+|previous|preceding)(?!\w)", re.IGNORECASE)
# What asks of an act as such: whether and since when it applies.
VALIDITY = re.compile(
    r"(?<!\w)(?:отмен\w+|утратил\w*|в\s+силу|в\s+силе|действует|действовал\w*|принят\w*|подписа\w+|in\s+(?:force|effect)"
    r"|repeal\w*|revok\w+|rescind\w+|adopted|signed|amended|mandatory|binding)(?!\w)",
    re.IGNORECASE,
)
PREPOSITIONS_RU = _set(
    "в во на о об обо к ко с со у по от до из для за под при без через между над про против среди после "
    "перед согласно кроме вместо ради около"
)
PREPOSITIONS_EN = _set(
    "in on of to for under by with from at within about against between without through during"
)
PREPOSITIONS = PREPOSITIONS_RU | PREPOSITIONS_EN
SAME_PREPOSITION = {"во": "в", "об": "о", "обо": "о", "ко": "к", "со": "с"}
ACT_PREPOSITION = re.compile(
    r"(?<!\w)(?:(?:по|в|во|из|к|согласно|от|на\s+основании|в\s+соответствии\s+с)\s+"
    r"|(?:(?:according\s+to|under|in|by|per)\s+)(?:the\s+)?)$",
    re.IGNORECASE,
)
# Those whom law addresses: one stands for another as the subject of a question.
ACTORS = _set(
    "оператор банк поставщик провайдер разработчик владелец организатор субъект орган госорган "
    "предприятие гражданин компания организация регион пользователь студент вуз юрлицо предприниматель "
    "производитель импортер дистрибьютор работодатель работник государство агрегатор пользователи "
    "операторы банки поставщики разработчики владельцы органы госорганы предприятия граждане компании "
    "организации импортеры дистрибьюторы регионы вузы"
)
# Words a finite verb or an infinitive ends like, and nouns that end so too.
VERB = re.compile(
    r"(?:[а-я]{2,}(?:ет|ит|ют|ут|ят|ат|ется|ится|ются|утся|ятся|атся|лся|лась|лось|лись|ешь|ать|ять|ить|еть|ться"
    r"|ал[аои]?|ял[аои]?|ил[аои]?|ен[оы]|ан[оы]|ено|дет|дут)|есть|был[аои]?|быть|нести|вести|мочь|может|могут)"
)
NOUNS_LIKE_VERBS = _set(
    "сеть сети печать кредит бюджет запрет совет комитет аудит штат формат стандарт институт результат "
    "аппарат атрибут лимит дефицит пакет отчет отчёт учет учёт предмет объект субъект приоритет авторитет "
    "университет факультет кабинет интернет проект депутат сертификат мандат агент память часть паритет "
    "суверенитет сайт транзит профит вычет расчет расчёт счет счёт адресат экспонат реферат материал "
    "материалы материала персонал капитал канал каналы сигнал сигналы правила правило сила силы портал "
    "портала филиал филиала планы органы страны экраны закон законы акты файл файлы правил сил"
)
ADJECTIVE = re.compile(
    r"[А-Яа-яё-]{3,}(?P<ending>ые|ие|ый|ий|ой|ая|яя|ое|ее|ых|их|ого|его|ому|ему|ым|им|ую|юю)"
)
REGION = re.compile(
    r"(?<!\w)(?:[А-ЯЁ][а-яё-]+(?:ск|цк)(?:ой|ая|ого|ому|ом|ую|ий|им)(?:\s+(?:област\w+|кра[йюяе]\w*|республик\w+"
    r"|автономн\w+\s+округ\w*))?|(?:республик\w+\s+)[А-ЯЁ][а-яё]+|Москв[аеыу]|Санкт-Петербург\w*|Севастопол\w+"
    r"|Татарстан\w*|Башкортостан\w*|[A-Z]\w+\s+(?:Region|Oblast|Krai|Republic)|Moscow|Saint\s+Petersburg|Tatarstan)(?!\w)"
)

# The units of provisions: pattern, forms in Russian (nominative, genitive, dative, accusative, instrumental,
# prepositional), name in English.
UNITS: dict[str, tuple[str, tuple[str, ...], str]] = {
    unit: (pattern, tuple(forms.split()), english)
    for unit, pattern, forms, english in (
        ("annex", r"приложени\w+|annex\w*|appendix",
         "приложение приложения приложению приложение приложением приложении", "Annex"),
        ("section", r"раздел\w*|sections?", "раздел раздела разделу раздел разделом разделе", "section"),
        ("chapter", r"глав\w{1,2}|chapters?", "глава главы главе главу главой главе", "chapter"),
        ("article", r"стат(?:ья|ьи|ье|ью|ьей|ей)|ст\.|articles?|art\.",
         "статья статьи статье статью статьей статье", "Article"),
        ("part", r"част(?:ь|и|ью)|ч\.|parts?", "часть части части часть частью части", "part"),
        ("paragraph", r"параграф\w*|paragraphs?|para\.?", "пункт пункта пункту пункт пунктом пункте",
         "paragraph"),
        ("point", r"пункт\w{0,2}|п\.|points?|subsections?", "пункт пункта пункту пункт пунктом пункте",
         "point"),
        ("subpoint", r"подпункт\w{0,2}|подп\.|sub-?points?|letter",
         "подпункт подпункта подпункту подпункт подпунктом подпункте", "point"),
        ("item", r"подпункт\w{0,2}", "подпункт подпункта подпункту подпункт подпунктом подпункте", "item"),
        ("subparagraph", r"абзац\w{0,2}|абз\.|subparagraphs?",
         "абзац абзаца абзацу абзац абзацем абзаце", "subparagraph"),
        ("recital", r"соображени\w+|recitals?",
         "соображение соображения соображению соображение соображением соображении", "recital"),
    )
}  # fmt: skip
# Kinds of acts: how any case form begins -> the nominative.
ACT_KINDS = (
    ("федеральн", "федеральный"), ("указ", "указ"), ("закон", "закон"), ("постановлени", "постановление"),
    ("распоряжени", "распоряжение"), ("приказ", "приказ"), ("регламент", "регламент"),
    ("национальн", "национальная"), ("стратеги", "стратегия"), ("исполнительн", "исполнительный"),
)  # fmt: skip
