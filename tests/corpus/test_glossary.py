import re

from assistant.glossary import GLOSSARY, load_glossary

TERMS = load_glossary(GLOSSARY).terms


def test_the_glossary_pairs_more_than_a_hundred_and_fifty_terms():
    assert len(TERMS) > 150
    assert len({term.id for term in TERMS}) == len(TERMS)


def test_written_forms_are_in_their_own_script():
    for term in TERMS:
        assert re.search("[а-яё]", term.ru[0]), term.id
        assert not any(re.search("[а-яё]", form) for form in term.en), term.id
        assert not any(re.search("[а-яё]", short) for short in term.abbr_en), term.id


def test_the_abbreviations_of_the_field_are_there():
    held = {short for term in TERMS for short in (*term.abbr_ru, *term.abbr_en)}
    assert {"ИИ", "ПДн", "КИИ", "ЭПР", "ГосИС", "ЦОД", "НДС", "БК", "НК", "ТК", "ГК"} <= held
    assert {"ФСИ", "РФРИТ", "ФСТЭК", "ФНС", "Минцифры", "РКН", "НСРИИ"} <= held
    assert {"AI", "GPAI", "RMF", "LLM"} <= held
