import pytest

from assistant.answer.frames import frame
from assistant.library.schema import ActRow
from assistant.model import Citation
from assistant.naming import genitive


def act(**fields):
    values = {
        "id": "x",
        "kind": "federal_law",
        "number": "149-ФЗ",
        "date": "2006-07-27",
        "title_ru": None,
        "title_en": None,
    }
    return ActRow(**{**values, **fields})


def citation(**fields):
    values = {
        "id": 1, "ref": "x#y", "act": "x", "title": "Об информации", "number": None, "date": None, "edition": None,
        "currency": "current", "authority": "official", "confidence": None, "provision": "st1", "label": "ст. 1",
        "page": None, "start": 0, "end": 1, "quote": "а", "url": None,
    }  # fmt: skip
    return Citation(**{**values, **fields})


LAW = act(title_ru="Об информации", title_en="On Information")
DECREE = act(
    kind="decree", number="490", date="2019-10-10", title_ru="О развитии", title_en="On the Development"
)
RULES = act(
    kind="government_resolution",
    number="1119",
    date="2012-11-01",
    title_ru="Об утверждении требований к защите",
)
AI_ACT = act(
    kind="regulation", number="2024/1689", date="2024-06-13", title_ru="Регламент (ЕС) 2024/1689 об искусственном интеллекте",
    title_en="Regulation (EU) 2024/1689 laying down rules",
)  # fmt: skip
BIDEN = act(
    kind="executive_order", number="14110", date="2023-10-30", title_en="Executive Order 14110, Safe AI"
)
STRATEGY = citation(
    title="Национальная стратегия развития ИИ",
    label="подп. «в» п. 27 Стратегии",
    edition="2024-02-15",
    page=10,
)


@pytest.mark.parametrize(
    ("cited", "row", "lang", "said"),
    [
        (
            citation(label="ч. 1 ст. 10.2-2"), LAW, "ru",
            "Согласно ч. 1 ст. 10.2-2 Федерального закона от 27.07.2006 № 149-ФЗ «Об информации»:",
        ),
        (
            STRATEGY, DECREE, "ru",
            "Согласно подп. «в» п. 27 Национальной стратегии развития ИИ (утв. Указом Президента РФ от 10.10.2019 № 490,"
            " ред. от 15.02.2024; с. 10):",
        ),
        (
            citation(title=RULES.title_ru, label="п. 8 Требований"), RULES, "ru",
            "Согласно п. 8 Требований к защите (утв. постановлением Правительства РФ от 01.11.2012 № 1119):",
        ),
        (
            citation(title=AI_ACT.title_ru, label="Article 99(3)"), AI_ACT, "ru",
            "Согласно ст. 99(3) Регламента (ЕС) 2024/1689 об искусственном интеллекте:",
        ),
        (
            citation(title="Записка", label="п. 3"), act(kind="document", number=None), "ru",
            "Согласно документу «Записка», п. 3:",
        ),
        (
            citation(title=AI_ACT.title_en, label="Article 99(3)", page=115), AI_ACT, "en",
            "Under Article 99(3) of Regulation (EU) 2024/1689 laying down rules (p. 115):",
        ),
        (
            citation(title="On Information", label="ч. 1 ст. 19"), LAW, "en",
            "Under Article 19, part 1 of Russian Federal Law No. 149-FZ of 27 July 2006 “On Information”:",
        ),
        (
            STRATEGY, DECREE, "en",
            "Under point 27(в) of the Strategy (approved by Russian Presidential Decree No. 490 of 10 October 2019"
            " “On the Development”, as of 15 February 2024; p. 10):",
        ),
        (
            citation(title=AI_ACT.title_en, label="Recital 31"), AI_ACT, "en",
            "According to recital 31 of Regulation (EU) 2024/1689 laying down rules:",
        ),
    ],
)  # fmt: skip
def test_a_statement_is_led_in_as_a_lawyer_would(cited, row, lang, said):
    assert frame(cited, row, lang) == said


@pytest.mark.parametrize(
    ("cited", "row", "lang", "said"),
    [
        (citation(label="ч. 2 ст. 9"), LAW, "ru", "Согласно ч. 2 ст. 9 Федерального закона № 149-ФЗ:"),
        (STRATEGY, DECREE, "ru", "Согласно подп. «в» п. 27 Стратегии (с. 10):"),
        (
            citation(title=AI_ACT.title_ru, label="Annex III"),
            AI_ACT,
            "ru",
            "Согласно прил. III Регламента (ЕС) 2024/1689:",
        ),
        (
            citation(title=BIDEN.title_en, label="Sec. 4.2(a)(i)"),
            BIDEN,
            "en",
            "Under section 4.2(a)(i) of Executive Order 14110:",
        ),
    ],
)
def test_an_act_named_before_is_named_shortly(cited, row, lang, said):
    assert frame(cited, row, lang, again=True, edition_said=True) == said


@pytest.mark.parametrize("again", [False, True])
def test_every_frame_says_that_a_text_is_not_current(again):
    old = citation(currency="repealed", standing="утратило силу с 01.01.2025")
    assert "утратило силу с 01.01.2025" in frame(old, LAW, "ru", again=again)
    changed = citation(currency="amended_text_not_held", standing="в акт внесены изменения " + "очень " * 20)
    assert "акт позднее изменён" in frame(changed, LAW, "ru", again=again)


@pytest.mark.parametrize("again", [False, True])
def test_the_words_of_a_digest_are_never_said_to_be_the_act_s(again):
    ours = citation(authority="digest", confidence="press", label="наше изложение: п. 3")
    said = frame(ours, LAW, "ru", again=again)
    assert "Согласно" not in said
    assert "п. 3 (наше изложение, не текст акта, по сообщениям прессы):" in said
    assert "our summary, not the act's wording, from press reports" in frame(ours, LAW, "en", again=again)


def test_a_text_of_the_user_s_own_is_said_to_be_one():
    assert "текст загружен пользователем" in frame(citation(authority="user"), LAW, "ru")


@pytest.mark.parametrize(
    ("title", "declined"),
    [
        ("Национальная стратегия развития", "Национальной стратегии развития"),
        ("Руководящие указания Европейской комиссии", "Руководящих указаний Европейской комиссии"),
        ("Исполнительный указ № 14110", "Исполнительного указа № 14110"),
        ("О персональных данных", None),
        ("Поручение Президента", None),
    ],
)
def test_a_title_is_declined_only_where_it_is_known_how(title, declined):
    assert genitive(title) == declined
