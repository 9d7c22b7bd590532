"""PDF: its text can be selected and is the answer's, word for word."""

import io
import sys
from datetime import datetime

import pytest
from pypdf import PdfReader

from assistant.export import export_answer, reference
from assistant.export.pdf import TypesettingError
from assistant.export.plain import clean
from tests.assistant.export.made_up import HOSTILE, answer, citation, flat, full_answer, hostile_answer

MADE = datetime(2026, 11, 29, 14, 5)


def opened(made, **fields):
    return PdfReader(io.BytesIO(export_answer(made, "pdf", made_at=MADE, **fields)))


def text(reader):
    """The text of all pages without their footers."""
    pages = (page.extract_text().rstrip().rsplit("\n", 1) for page in reader.pages)
    return flat("".join(page[0] for page in pages))


def links(reader):
    notes = (note.get_object() for page in reader.pages for note in page.get("/Annots", ()))
    return {note["/A"]["/URI"] for note in notes}


def test_questions_statements_and_quotations_can_be_selected_word_for_word(corpus_answers, garden):
    for made in [*corpus_answers, garden.ask("Когда садовник обязан поливать розы?"), full_answer()]:
        shown = text(opened(made))
        assert flat(made.question) in shown
        for cited in made.citations:
            marks = "«{}»" if made.language == "ru" else "“{}”"
            assert flat(marks.format(cited.quote)) in shown
            assert flat(reference(cited, made.language)) in shown
        for claim in made.claims:
            assert flat(claim.text + "".join(f"[{number}]" for number in claim.citations)) in shown


def test_pages_are_a4_and_numbered_and_the_title_is_known():
    reader = opened(
        answer(*(citation(n, quote=f"цитата {n} " * 60) for n in range(1, 9))), title="Справка о розах"
    )
    assert reader.metadata.title == "Справка о розах"
    assert reader.trailer["/Root"]["/Lang"] == "ru"
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) == (210, 297)
    assert len(reader.pages) > 1
    last = reader.pages[-1].extract_text().rstrip().rsplit("\n", 1)[1]
    assert flat(last) == f"{len(reader.pages)}из{len(reader.pages)}"
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == ["Вопрос"]


def test_the_letters_are_inside_the_file():
    fonts = [
        font.get_object()
        for page in opened(full_answer()).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert any(key.startswith("/FontFile") for key in descriptor) and "/ToUnicode" in font


def test_only_https_addresses_of_citations_are_links():
    made = full_answer()
    made.citations[0].quote = "см. https://evil.example/ и www.evil.example"
    assert links(opened(made)) == {"https://www.kremlin.ru/acts/bank/44731"}
    assert "http://press.example/1" in text(opened(made))


def test_a_hostile_answer_is_shown_as_it_is_and_runs_nothing():
    content = export_answer(hostile_answer(), "pdf", made_at=MADE)
    reader = PdfReader(io.BytesIO(content))
    shown = text(reader)
    for each in (HOSTILE[0], HOSTILE[1], HOSTILE[3], HOSTILE[4], HOSTILE[8], HOSTILE[12]):
        assert flat(clean(each)) in shown
    assert all(target.startswith("https://evil.example/") for target in links(reader))
    root = reader.trailer["/Root"]
    assert "/OpenAction" not in root and "/AA" not in root and "/AcroForm" not in root
    assert not any("root:" in page.extract_text() for page in reader.pages)


def test_very_long_words_stay_on_the_page():
    reader = opened(answer(citation(quote="д" * 2000)))
    lines = [line for page in reader.pages for line in page.extract_text().split("\n") if "дддд" in line]
    assert len(lines) > 20 and max(map(len, lines)) < 100


def test_a_long_quotation_is_whole():
    quote = "Садовник поливает розы утром. " * 400
    assert flat(quote) in text(opened(answer(citation(quote=quote))))


def test_the_same_answer_gives_the_same_bytes():
    assert export_answer(full_answer(), "pdf", made_at=MADE) == export_answer(
        full_answer(), "pdf", made_at=MADE
    )


def test_without_the_typesetter_the_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(TypesettingError, match="pip install typst") as raised:
        export_answer(full_answer(), "pdf")
    assert "docx или md" in raised.value.message("ru")
