import re

from assistant.web.ask.terms import annotated


def text_of(html):
    return re.sub(r"<[^>]+>", "", html)


def test_an_abbreviation_shows_what_it_stands_for_in_both_languages():
    html = annotated("Субъект КИИ хранит ПДн.", "ru")
    assert '<abbr class="short" title="персональные данные — personal data">ПДн</abbr>' in html
    assert 'title="субъект критической информационной инфраструктуры — subject of critical' in html
    assert text_of(html) == "Субъект КИИ хранит ПДн."


def test_a_term_shows_its_counterpart():
    html = annotated("Оператор персональных данных уведомляет надзор.", "ru")
    assert '<abbr class="term" title="personal data controller">Оператор персональных данных</abbr>' in html
    assert 'title="персональные данные"' in annotated("personal data are kept", "en")


def test_foreign_markup_around_a_term_stays_text():
    html = annotated('<b onclick="x">ИИ</b>', "ru")
    assert html.startswith("&lt;b onclick=&quot;x&quot;&gt;<abbr") and html.endswith("</abbr>&lt;/b&gt;")


def test_a_text_without_terms_is_only_escaped():
    assert annotated("Ничего здесь нет & всё", "ru") == "Ничего здесь нет &amp; всё"
