"""Answers of our own with every field filled, friendly and hostile."""

from assistant.model import Answer, Citation, Claim, Gloss, Option, Withheld

HOSTILE = (
    "<script>alert(1)</script>",
    "[жми](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    '=HYPERLINK("https://evil.example","жми")',
    "https://evil.example/a_b и www.evil.example, a@evil.example",
    "# не заголовок\n- не список\n1. не список\n> не цитата\n---\n===\n```\nне код\n```\n    не код",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]> &e; &amp; <w:fldSimple w:instr='DATE'/>",
    '#link("https://evil.example")[x] $a^2$ #read("/etc/passwd") *b* _c_ `d` ~~e~~ @f \\[g\\]',
    "слово\x00\x07\x1b[31mкрасное\x0b\x0cещё",
    "право\u202eолево\u202c и \u2066изоляция\u2069 \u200fметка\ufeff",
    "одиночный\ud800суррогат и \ufffe не знак",
    "{ INCLUDETEXT x } { PAGE } _x000D_ {{7*7}} ${7*7}",
    "д" * 700,
)


def citation(number=1, /, **fields):
    """A citation of the decree on AI, of the strategy it approves."""
    known = {
        "id": number,
        "ref": "ru-ukaz-490-2019#att1/p27/в",
        "act": "ru-ukaz-490-2019",
        "title": "О развитии искусственного интеллекта в Российской Федерации",
        "number": "490",
        "date": "2019-10-10",
        "edition": "2024-02-15",
        "currency": "current",
        "authority": "official",
        "confidence": None,
        "provision": "att1/p27/в",
        "label": "подп. «в» п. 27 Стратегии",
        "page": 12,
        "start": 0,
        "end": 10,
        "quote": "поливать розы утром, не допуская засухи;",
        "url": "https://www.kremlin.ru/acts/bank/44731",
    }
    return Citation(**{**known, **fields})


LAW = {
    "act": "ru-fz-149-2006",
    "ref": "ru-fz-149-2006#st10.2-2/ch1/p3",
    "title": "Об информации, информационных технологиях и о защите информации",
    "number": "149-ФЗ",
    "date": "2006-07-27",
    "edition": "2023-12-12",
    "provision": "st10.2-2/ch1/p3",
    "label": "п. 3 ч. 1 ст. 10.2-2",
    "page": 31,
}
RULE = {
    "act": "eu-reg-1689-2024",
    "ref": "eu-reg-1689-2024#art5/1/f",
    "title": "Regulation (EU) 2024/1689 laying down harmonised rules on artificial intelligence",
    "number": "2024/1689",
    "date": "2024-06-13",
    "edition": "2024-06-13",
    "provision": "art5/1/f",
    "label": "Article 5(1)(f)",
    "page": 51,
}
COMMISSION = {
    "act": "ru-kaliningrad-ai-commission-2026",
    "ref": "ru-kaliningrad-ai-commission-2026#digest/1/ru",
    "title": "О Комиссии по развитию искусственного интеллекта Калининградской области",
    "number": None,
    "date": "2026-06",
    "edition": "2026-11",
    "authority": "digest",
    "confidence": "press",
    "provision": "digest/1/ru",
    "label": "наше изложение: создание",
    "page": None,
    "url": "http://press.example/1",
}


def answer(*citations, **fields):
    """An answer whose claims are its quotations; other fields as given."""
    claims = [Claim(text=cited.quote, citations=[cited.id], support="verbatim") for cited in citations]
    known = {
        "status": "answered",
        "language": "ru",
        "question": "Когда поливать розы?",
        "answer": "\n\n".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims),
        "claims": claims,
        "citations": list(citations),
        "as_of": "2026-11-29",
        "library_version": "8ea91d5dc704",
        "backend": "extractive",
    }
    return Answer(**{**known, **fields})


def full_answer():
    """Every kind of source and remark."""
    cited = [
        citation(1),
        citation(
            2, **LAW, quote="владелец обязан «не допускать»\nзасухи", currency="amended_text_not_held",
            standing="в акт позднее внесены изменения (Федеральный закон от 29.12.2025 № 568-ФЗ)",
        ),
        citation(
            3, **RULE, quote="Gardeners shall not let “roses” dry.", url=None,
            gloss=Gloss(text="Розы нельзя сушить.", by="digest", ref="x#1", confidence="text"),
        ),
        citation(4, **COMMISSION, quote="Комиссию возглавит садовник.", note="Номер акта не известен."),
        citation(5, authority="user", quote="из файла", currency="repealed", url="javascript:alert(1)"),
        citation(
            6, currency="unknown", quote="перевод", gloss=Gloss(text="a translation", by="llm", ref="x#2")
        ),
    ]  # fmt: skip
    made = answer(
        *cited,
        corrections=["Стратегия утверждена в 2019, а не в 2020 году."],
        conflicts=["Тексты [1] и [2] расходятся: 300 и 200 литров."],
        notes=["Модель недоступна; ответ составлен из выдержек."],
        withheld=[
            Withheld(text="planted words", reason="числа нет в цитате"),
            Withheld(text="more planted words", reason="числа нет в цитате"),
            Withheld(text="and more", reason="цитата не найдена"),
        ],
        rewritten="Когда поливать розы по Стратегии?",
        carried=["Стратегия"],
        missing=["ru-fz-243-2026"],
    )
    made.claims[2].support = "entailed"
    return made


def hostile_answer():
    """Everything that can be hostile is."""
    cited = [
        citation(number, quote=text, title=text, label=text, note=text, standing=text, currency="repealed",
                 url="https://evil.example/" + text.split("\n", 1)[0][:40],
                 gloss=Gloss(text=text, by="llm", ref="x#1"))
        for number, text in enumerate(HOSTILE, 1)
    ]  # fmt: skip
    return answer(
        *cited,
        question=" ".join(HOSTILE),
        corrections=list(HOSTILE),
        conflicts=list(HOSTILE),
        notes=list(HOSTILE),
        nearest=list(HOSTILE),
        missing=list(HOSTILE),
        options=[Option(label=text, question=text[::-1]) for text in HOSTILE],
        withheld=[Withheld(text=text, reason=text) for text in HOSTILE],
        library_version=HOSTILE[0],
        backend=HOSTILE[1],
        rewritten=HOSTILE[2],
    )


def flat(text):
    """Text without the differences that line breaking makes, and without marks nobody sees."""
    return "".join(text.replace("\u200b", "").split())
