"""References stand as lawyers write them; what a citation lacks is left out."""

import pytest

from assistant.errors import InputError
from assistant.export import reference
from assistant.export.reference import label_in
from tests.assistant.export.made_up import COMMISSION, LAW, RULE, citation

MARK = "own-0123456789abcdef-"  # of a signed-in user's own act
OWN = {"act": f"{MARK}ru-fz-149-2006", "authority": "user", "edition": None}
STRATEGY = "Национальная стратегия развития искусственного интеллекта на период до 2030 года"


@pytest.mark.parametrize(
    ("fields", "lang", "style", "written"),
    [
        ({}, "ru", "gost",
         'Указ Президента Российской Федерации от 10.10.2019 № 490 "О развитии искусственного интеллекта в '
         'Российской Федерации" (в ред. от 15.02.2024), прил., п. 27, подп. "в", с. 12'),
        ({}, "ru", "short",
         'Указ Президента РФ от 10.10.2019 № 490 (в ред. от 15.02.2024), прил., п. 27, подп. "в", с. 12'),
        ({"title": "On the Development of Artificial Intelligence"}, "en", "gost",
         "Decree of the President of the Russian Federation No. 490 of 10 October 2019 “On the Development of "
         "Artificial Intelligence” (as amended on 15 February 2024), annex, point 27(в), p. 12"),
        ({"title": STRATEGY}, "ru", "gost",
         f'"{STRATEGY}" (утв. Указом Президента Российской Федерации от 10.10.2019 № 490; '
         'в ред. от 15.02.2024), п. 27, подп. "в", с. 12'),
        (LAW, "ru", "gost",
         'Федеральный закон от 27.07.2006 № 149-ФЗ "Об информации, информационных технологиях и о защите '
         'информации" (в ред. от 12.12.2023), ст. 10.2-2, ч. 1, п. 3, с. 31'),
        (LAW, "en", "short",
         "Federal Law (Russia) No. 149-FZ of 27 July 2006 (as amended on 12 December 2023), "
         "Article 10.2-2, part 1, point 3, p. 31"),
        ({**LAW, "label": "подп. «а»–«в» п. 2 ст. 3", "edition": None, "page": None}, "ru", "short",
         'Федеральный закон от 27.07.2006 № 149-ФЗ, ст. 3, п. 2, подп. "а"–"в"'),
        ({**LAW, "act": "ru-fz-197-2001", "number": "197-ФЗ", "date": "2001-12-30", "edition": "2001-12-30",
          "title": "Трудовой кодекс Российской Федерации", "label": "ст. 1"}, "ru", "gost",
         "Трудовой кодекс Российской Федерации от 30.12.2001 № 197-ФЗ, ст. 1, с. 31"),
        ({"act": "ru-prikaz-fstek-239-2017", "number": "239", "date": "2017-12-25", "edition": None,
          "title": "Об утверждении Требований", "provision": "att1/att1/ИАФ.1", "page": None,
          "label": "ИАФ.1 прил. к Требованиям"}, "ru", "gost",
         'Приказ ФСТЭК России от 25.12.2017 № 239 "Об утверждении Требований", прил. к Требованиям, ИАФ.1'),
        ({"act": "ru-prikaz-unheard-7-2020", "number": "7", "date": "2020-01-02", "edition": None,
          "title": "О лейках", "provision": "p1", "label": "п. 1", "page": None}, "ru", "gost",
         'Приказ от 02.01.2020 № 7 "О лейках", п. 1'),
        (RULE, "en", "gost",
         "Regulation (EU) 2024/1689 of 13 June 2024 laying down harmonised rules on artificial intelligence, "
         "Article 5(1)(f), p. 51"),
        (RULE, "ru", "gost",
         "Regulation (EU) 2024/1689 of 13 June 2024 laying down harmonised rules on artificial intelligence, "
         "Article 5(1)(f), p. 51"),
        ({**RULE, "title": "Регламент (ЕС) 2024/1689 об искусственном интеллекте"}, "ru", "gost",
         "Регламент (ЕС) 2024/1689 от 13.06.2024 об искусственном интеллекте, ст. 5(1)(f), с. 51"),
        (COMMISSION, "ru", "gost",
         '"О Комиссии по развитию искусственного интеллекта Калининградской области", 06.2026 (изложение '
         'наше, не официальный текст; составлено 11.2026), раздел изложения "создание"'),
        ({**LAW, "authority": "digest", "edition": "2026-11", "label": "наше изложение: п. 1 Положения",
          "page": None}, "ru", "short",
         "Федеральный закон от 27.07.2006 № 149-ФЗ (изложение наше, не официальный текст; составлено "
         "11.2026), п. 1 Положения"),
        ({**LAW, **OWN, "title": f"{MARK}ru-fz-149-2006"}, "ru", "gost",
         'Федеральный закон от 27.07.2006 № 149-ФЗ (файл пользователя), ст. 10.2-2, ч. 1, п. 3, с. 31'),
        ({**OWN, "act": f"{MARK}doc-zametki-1a2b3c4d", "title": "заметки", "number": None, "date": None,
          "provision": "abz2", "label": "абз. 2", "page": None}, "ru", "gost",
         '"заметки" (файл пользователя), абз. 2'),
        ({**OWN, "act": f"{MARK}doc-zametki-1a2b3c4d", "title": "notes", "number": None, "date": None,
          "provision": "abz2", "label": "абз. 2", "page": None}, "en", "gost",
         "“notes” (the user's file), paragraph 2"),
        ({**RULE, "title": "Регламент (ЕС) 2024/1689 об искусственном интеллекте", "label": "Preamble"}, "ru",
         "gost", "Регламент (ЕС) 2024/1689 от 13.06.2024 об искусственном интеллекте, преамбула, с. 51"),
        ({**LAW, "authority": "user"}, "ru", "short",
         "Федеральный закон от 27.07.2006 № 149-ФЗ (файл пользователя; в ред. от 12.12.2023), "
         "ст. 10.2-2, ч. 1, п. 3, с. 31"),
        ({**LAW, "currency": "repealed"}, "ru", "short",
         "Федеральный закон от 27.07.2006 № 149-ФЗ (в ред. от 12.12.2023; утратил силу), "
         "ст. 10.2-2, ч. 1, п. 3, с. 31"),
    ],
)  # fmt: skip
def test_a_reference_is_written_as_lawyers_write_it(fields, lang, style, written):
    assert reference(citation(**fields), lang, style) == written


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_what_is_not_known_is_left_out(lang):
    bare = citation(number=None, date=None, edition=None, title="", label="", page=None, provision="")
    bare = bare.model_copy(update={"act": "ru-ukaz-490-2019"})
    assert reference(bare, lang) == "ru-ukaz-490-2019"
    undated = citation(date=None, edition=None, page=None, label="преамбула", provision="pre")
    assert reference(undated, "ru", "short") == "Указ Президента РФ № 490, преамбула"


def test_old_wording_is_never_referred_to_as_current():
    for standing in ("amended_text_not_held", "superseded", "repealed", "not_yet_in_force"):
        for lang in ("ru", "en"):
            for style in ("gost", "short"):
                plain = reference(citation(), lang, style)
                assert len(reference(citation(currency=standing), lang, style)) > len(plain) + 8


def test_a_reference_is_one_line_without_control_characters():
    written = reference(citation(title="О\nрозах\x00\u202e", label="ст. 1\n\x07"), "ru")
    assert written.isprintable() and '"О розах"' in written


def test_an_unknown_style_is_refused():
    with pytest.raises(InputError, match="gost or short"):
        reference(citation(), "ru", "apa")


@pytest.mark.parametrize(
    ("label", "lang", "written"),
    [
        ("Article 112(4)(b)", "ru", "ст. 112(4)(b)"),
        ("Preamble", "ru", "преамбула"),
        ("п. 3 ч. 1 ст. 10.2-2", "en", "Article 10.2-2, part 1, point 3"),
        ("п. 3 ч. 1 ст. 10.2-2", "ru", "п. 3 ч. 1 ст. 10.2-2"),
        ("положение p9", "en", "положение p9"),
    ],
)
def test_a_label_by_itself_is_put_in_the_readers_language(label, lang, written):
    assert label_in(label, lang) == written
