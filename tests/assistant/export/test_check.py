"""A check as a document: what it says, how it is numbered, and that foreign text stays text in every format."""

import io
import re
import zipfile
from datetime import datetime

import docx
import pypdfium2
import pytest
from markdown_it import MarkdownIt

from assistant.eligibility.facts import facts
from assistant.eligibility.model import CheckResult
from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.export import export_checks, reference
from assistant.export.check_words import TEXT
from assistant.export.plain import clean
from assistant.library import Library
from assistant.settings import Settings
from ingest.embedded import embedded_catalogue, ingest_embedded, put_catalogue
from tests.assistant.export.made_up import HOSTILE, citation, flat
from tests.assistant.export.test_markdown import OURS, rendered, tokens

MADE = datetime(2026, 11, 29, 14, 5)
DAY = "2026-11-29"
ROSE = {
    "name": "ООО «Роза»",
    "accredited": True,
    "it_income_share_tax": "60 %",
    "federation_share": 0,
    "reorganised_since_july_2022": False,
    "staff": 12,
}
TABLES = {"table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open",
          "tr_close", "th_open", "th_close", "td_open", "td_close"}  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    """Over the embedded corpus, without indexes: a check searches for nothing."""
    settings = Settings(home=tmp_path_factory.mktemp("checked"), lang="ru")
    library = Library(settings.library_url)
    put_catalogue(library, embedded_catalogue())
    ingest_embedded(library, embedded_catalogue())
    yield Assistant(settings, library=library)
    library.close()


def markdown(results, lang=None):
    return export_checks(results, "md", lang, made_at=MADE).decode()


def word(results, lang=None):
    return docx.Document(io.BytesIO(export_checks(results, "docx", lang, made_at=MADE)))


def shown_in_word(document):
    """Paragraphs and tables in the order of the page."""
    return "\n".join(
        piece.text
        if hasattr(piece, "text")
        else "\n".join(cell.text for row in piece.rows for cell in row.cells)
        for piece in document.iter_inner_content()
    )


def pages(results, lang=None):
    document = pypdfium2.PdfDocument(export_checks(results, "pdf", lang, made_at=MADE))
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()


def shown(results, form, lang=None):
    """What a reader sees of the document, without the differences that line breaking makes."""
    if form == "md":
        return flat(rendered(MarkdownIt("gfm-like", {"linkify": False}), markdown(results, lang)))
    if form == "docx":
        return flat(shown_in_word(word(results, lang)))
    bare = (page.rstrip().rpartition("\n")[0] for page in pages(results, lang))  # without the page's number
    return flat("".join(bare).replace("\ufffe", "-").replace("\xad", ""))


def cited(result):
    told = [*result.criteria, *result.gives, *result.documents, *result.apply]
    return [each for part in told for each in part.citations]


# ── what it says ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("form", ["docx", "md", "pdf"])
@pytest.mark.parametrize("measure", ["profit_tax_5", "it_accreditation", "duty_recommender"])
def test_whatever_a_check_says_stands_in_its_document(assistant, measure, form, lang):
    result = assistant.check(measure, ROSE, as_of=DAY, lang=lang)
    text = shown([result], form)
    said = [result.title, result.company, result.about, result.summary, result.notice, result.library_version]
    said += [*result.because, *result.warnings]
    for each in result.criteria:
        said += [each.rule, each.check, each.note, each.warning]
        said += [] if form == "pdf" else [each.reason]  # a page's end may stand inside a row
    said += [each.text for each in (*result.gives, *result.documents, *result.apply)]
    said += [part for fact in result.profile for part in (fact.label, fact.value)]
    for each in cited(result):
        said += [reference(each, lang), each.quote, each.note]
    missing = [each for each in said if each and flat(each) not in text]
    assert missing == []


def test_the_verdict_comes_first_and_the_sources_last(assistant):
    result = assistant.check("profit_tax_5", ROSE, as_of=DAY)
    text = markdown([result])
    parts = ("# Проверка условий: Налог на прибыль 5 %", "**Компания:** ООО «Роза»", "на 29.11.2026", "## Вывод",
             f"**{result.summary}**", "Почему вывод предварительный", "**Внимание:**", "## Условия",
             "## Что изменило бы вывод", "сейчас 60 %, нужно не менее 70 %", "## Что даёт", "## Куда и когда",
             "## Сведения, по которым проверено", "| Число работников | 12 чел. |",
             "## Источники", "Документ составлен 29.11.2026 14:05", "не юридическая консультация")  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_criteria_carry_their_marks_and_those_that_decide_are_bold(assistant):
    result = assistant.check("profit_tax_5", ROSE, as_of=DAY)
    table = word([result]).tables[0]
    rows = {row.cells[1].paragraphs[0].text: row for row in table.rows[1:]}
    assert {row.cells[0].text for row in rows.values()} == {"✓", "✗"}
    for each in result.criteria:
        row = rows[each.rule]
        assert row.cells[0].text == {"met": "✓", "not_met": "✗", "unknown": "?"}[each.state]
        assert bool(row.cells[1].paragraphs[0].runs[0].bold) == each.decisive
        assert row.cells[3].paragraphs[0].text == "По сообщениям прессы"
    assert sum(each.decisive for each in result.criteria) == 1


def test_what_is_not_known_is_asked_for_with_the_answers_that_decide(assistant):
    result = assistant.check("it_accreditation", {}, as_of=DAY)
    text = markdown([result])
    yes, no = text.index("Ответ будет «да», если:"), text.index("Ответ будет «нет», если:")
    leading = [each for each in result.missing if each.leads_to == "eligible"]
    assert text[yes:no].count("\n- ") == 4
    assert f"… и ещё вариантов: {len(leading) - 3}" in text[yes:no]
    for name in leading[0].facts:
        assert facts()[name].ru in rendered(MarkdownIt("commonmark"), text[yes:no])
    assert "Сведений не указано." in text


def test_documents_are_a_list_with_boxes(assistant):
    result = assistant.check("it_accreditation", ROSE, as_of=DAY)
    count = len(result.documents)
    assert count == 4
    assert markdown([result]).count("\n- [ ] ") == count
    boxes = [each.text for each in word([result]).paragraphs if each.text.startswith("☐")]
    assert len(boxes) == count and clean(result.documents[0].text) in boxes[0]
    assert "".join(pages([result])).count("☐") == count


def test_a_duty_is_told_as_one(assistant):
    told = {"recommends_by_preferences": True, "state_system_operator": False}
    result = assistant.check("duty_recommender", told, as_of=DAY, lang="en")
    text = markdown([result])
    assert result.verdict == "eligible" and f"**{result.summary}**" in text
    for part in ("## Whether the duty applies", "## Whether the duty is fulfilled",
                 "## What would decide whether the duty is fulfilled", "## Procedure and deadlines"):  # fmt: skip
        assert part in text
    assert "## Conditions" not in text and "provisional" not in text


def test_the_documents_own_words_can_be_in_another_language(assistant):
    result = assistant.check("vat_exemption", ROSE, as_of=DAY, lang="ru")
    text = markdown([result], "en")
    assert "Check of the conditions: Освобождение от НДС" in text and "As of 29 November 2026" in text
    assert "## Sources" in text and clean(result.summary) in text


# ── the sources ───────────────────────────────────────────────────────────────────────────────────


def test_every_number_leads_to_the_quotation_and_every_place_has_one_number(assistant):
    result = assistant.check("it_accreditation", ROSE, as_of=DAY)
    tables = word([result]).tables
    sources = {row.cells[0].text: row.cells[1].text for row in tables[-1].rows[1:]}
    assert list(sources) == [f"[{number}]" for number in range(1, len(sources) + 1)]
    places = {(each.ref, each.start, each.end) for each in cited(result)}
    assert len(sources) == len(places) < len(cited(result))
    rows = {row.cells[1].paragraphs[0].text: row for table in tables[:-1] for row in table.rows}
    for each in result.criteria:
        numbers = re.findall(r"\[\d+\]", rows[each.rule].cells[4].text)
        assert len(numbers) == len(each.citations)
        for number, source in zip(numbers, each.citations, strict=True):
            assert flat(source.quote) in flat(sources[number])
            assert flat(reference(source, "ru")) in flat(sources[number])


def test_the_result_keeps_its_own_numbers(assistant):
    result = assistant.check("it_accreditation", ROSE, as_of=DAY)
    before = result.model_dump_json()
    markdown([result])
    assert result.model_dump_json() == before


# ── several measures ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def every(assistant):
    return assistant.check_all(ROSE, as_of=DAY)


def test_several_measures_begin_with_an_overview_and_share_their_sources(every):
    document = word(every)
    assert document.paragraphs[0].text == "Проверка мер поддержки и обязанностей: ООО «Роза»"
    overview = document.tables[0]
    assert [row.cells[1].text for row in overview.rows[1:]] == [each.title for each in every]
    verdicts = {row.cells[1].text: row.cells[2].text for row in overview.rows[1:]}
    for each in every:
        mark = {"eligible": "✓", "not_eligible": "✗", "insufficient": "?"}[each.verdict]
        assert verdicts[each.title].startswith(mark)
        assert ("предварительно" in verdicts[each.title]) == each.provisional
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    titles = [f"{place}. {each.title}" for place, each in enumerate(every, 1)]
    assert headings == ["Обзор", "Сведения, по которым проверено", *titles, "Источники"]
    places = {(c.ref, c.start, c.end, c.gloss.ref if c.gloss else None) for r in every for c in cited(r)}
    assert len(document.tables[-1].rows) == len(places) + 1


def test_the_overview_says_what_to_find_out_and_what_is_against(every):
    next_step = {row.cells[1].text: row.cells[3].text for row in word(every).tables[0].rows[1:]}
    assert next_step["Налог на прибыль 5 %"].startswith("Не выполнено: Доходы от ИТ-деятельности")
    assert next_step["Освобождение от НДС"].startswith("Узнать: Есть программа в реестре")
    for each in every:
        unsure = each.open == "unconfirmed" and each.verdict != "not_eligible"
        assert ("Открыт ли приём заявок, не подтверждено." in next_step[each.title]) == unsure


def test_profiles_that_differ_stand_with_their_measures(assistant):
    both = [
        assistant.check("profit_tax_5", ROSE, as_of=DAY),
        assistant.check("profit_tax_5", {**ROSE, "name": "АО «Пион»", "staff": 700}, as_of="2024-05-06"),
    ]
    document = word(both)
    assert document.paragraphs[0].text == "Проверка мер поддержки и обязанностей"
    assert "По состоянию на 29.11.2026, 06.05.2024." in [each.text for each in document.paragraphs]
    levels = [each.style.name for each in document.paragraphs if each.text == TEXT["ru"]["profile"]]
    assert levels == ["Heading 2", "Heading 2"]


# ── the page ──────────────────────────────────────────────────────────────────────────────────────


def test_long_tables_go_on_over_pages_under_their_headings(assistant):
    result = assistant.check("it_accreditation", ROSE, as_of=DAY)
    criteria = word([result]).tables[0]
    assert "w:tblHeader" in criteria.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in criteria.rows[1:])
    columns = sum(column.width.cm for column in criteria.columns)
    assert 16.4 < columns < 16.6
    under = [page for page in pages([result]) if "Что указано и что" in page]
    assert len(under) >= 3


def test_a_row_longer_than_a_page_is_whole(assistant):
    result = assistant.check("profit_tax_5", ROSE, as_of=DAY)
    result.criteria[1].reason = "Садовник поливает розы утром. " * 300
    assert shown([result], "pdf").count("поливает") == 300


def test_nothing_stands_outside_the_page(every):
    document = pypdfium2.PdfDocument(export_checks(every, "pdf", made_at=MADE))
    for page in document:
        width, _ = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_rect(number) for number in range(text.count_rects())]
        assert boxes and all(box[0] > 60 and box[2] < width - 36 for box in boxes)
        text.close()
        page.close()
    document.close()


def test_the_same_check_gives_the_same_bytes(assistant):
    result = assistant.check("duty_infosec_250", ROSE, as_of=DAY)
    for form in ("md", "pdf"):
        assert export_checks([result], form, made_at=MADE) == export_checks([result], form, made_at=MADE)


def test_nothing_to_write_and_another_format_are_refused(assistant):
    with pytest.raises(InputError, match="no measure was checked"):
        export_checks([], "md")
    with pytest.raises(InputError, match="xlsx"):
        export_checks([assistant.check("vat_exemption", {}, as_of=DAY)], "xlsx")


# ── foreign text ──────────────────────────────────────────────────────────────────────────────────


def hostile():
    """A check of which every text is hostile: names in profiles and quotations come from outside."""
    text = iter(HOSTILE * 40)

    def source(number):
        return citation(
            number, start=number, quote=next(text), title=next(text), label=next(text), note=next(text)
        )

    criteria = [
        {"id": f"c{number}", "rule": next(text), "fact": "staff", "state": state, "reason": next(text),
         "needs": next(text), "decisive": True, "part": part, "confidence": "press", "check": next(text),
         "note": next(text), "warning": next(text), "citations": [source(number)]}
        for number, (state, part) in enumerate(
            [("met", "validity"), ("not_met", "requires"), ("unknown", "shown")] * 5, 1
        )
    ]  # fmt: skip
    told = [{"text": next(text), "citations": [source(50 + number)], "state": "met", "confidence": "press"}
            for number in range(len(HOSTILE))]  # fmt: skip
    answers = {
        "facts": ["staff"],
        "to_check": ["c1"],
        "leads_to": "eligible",
        "answers": {"staff": next(text)},
    }
    change = {"fact": "staff", "label": next(text), "now": next(text), "needs": next(text), "lasting": True}
    return CheckResult.model_validate({
        "measure": "m", "title": next(text), "kind": "support", "about": next(text), "verdict": "insufficient",
        "summary": next(text), "provisional": True, "because": list(HOSTILE), "criteria": criteria,
        "missing": [answers], "ways": [{"changes": [change], "still_needed": ["revenue"]}], "gives": told,
        "documents": told, "apply": told, "warnings": list(HOSTILE), "company": next(text),
        "profile": [{"fact": "region", "label": next(text), "value": each} for each in HOSTILE],
        "notice": next(text), "as_of": DAY, "language": "ru", "library_version": next(text), "reviewed": DAY,
    })  # fmt: skip


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", ["commonmark", "gfm-like"])
def test_hostile_text_is_no_markup_in_markdown(name, count):
    parser = MarkdownIt(name, {"linkify": False, "html": True})
    text = markdown([hostile()] * count)
    found = list(tokens(parser, text))
    assert {token.type for token in found} <= OURS | TABLES | {"softbreak"}
    tables = sum(token.type == "table_open" for token in found)
    assert tables == (0 if name == "commonmark" else {1: 3, 2: 6}[count])
    shown = flat(rendered(parser, text))
    for each in HOSTILE:
        assert flat(clean(each)) in shown


def test_hostile_text_adds_no_field_link_or_markup_to_word():
    content = export_checks([hostile(), hostile()], "docx", made_at=MADE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower() or name.endswith(".bin")]
        body = archive.read("word/document.xml").decode()
    assert not re.search(r"<w:(fldSimple|fldChar|instrText|object|altChunk|script)", body)
    assert "<script" not in body and "<!ENTITY" not in body
    text = flat(shown_in_word(docx.Document(io.BytesIO(content))))
    for each in HOSTILE:
        assert flat(clean(each)) in text


def test_hostile_text_is_shown_as_it_is_in_pdf():
    content = export_checks([hostile()], "pdf", made_at=MADE)
    assert b"/OpenAction" not in content and b"/AcroForm" not in content
    text = shown([hostile()], "pdf")
    for each in (HOSTILE[0], HOSTILE[1], HOSTILE[3], HOSTILE[8], HOSTILE[12]):
        assert flat(clean(each)) in text
    assert "root:" not in text
