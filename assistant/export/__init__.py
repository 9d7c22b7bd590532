"""An answer, a conversation or a check -> DOCX, Markdown or PDF with full references and quotations.

>>> content = export_answer(assistant.ask("какие принципы развития ИИ названы в стратегии?"), "docx")
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.export.blocks import Document
from assistant.export.document import Checked, Exported, document
from assistant.export.formats import FORMATS, MEDIA_TYPES, Format, checked_format
from assistant.export.names import file_name
from assistant.export.reference import Style, reference

if TYPE_CHECKING:
    from assistant.eligibility.model import CheckResult
    from assistant.model import Answer, Lang

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "Checked",
    "Exported",
    "Format",
    "Style",
    "export_answer",
    "export_checks",
    "export_conversation",
    "file_name",
    "reference",
]


def export_answer(
    answer: Answer,
    format: str,  # noqa: A002
    lang: Lang | None = None,
    *,
    title: str = "",
    asked_at: datetime | str | None = None,
    made_at: datetime | None = None,
) -> bytes:
    """One answer as a file's bytes; ``lang``: of the document's own words, by default the answer's.

    Raises InputError for an unknown format, TypesettingError where a PDF cannot be made.
    """
    entries = [(answer.question, answer, asked_at)]
    return export_conversation(Exported(title, entries, made_at=made_at or datetime.now()), format, lang)


def export_conversation(
    exported: Exported,
    format: str,  # noqa: A002
    lang: Lang | None = None,
) -> bytes:
    """A conversation as a file's bytes; ``lang``: by default the first answer's, Russian where there is none.

    Raises InputError for an unknown format, TypesettingError where a PDF cannot be made.
    """
    wanted = checked_format(format)
    return _written(document(exported, lang or _spoken(exported)), wanted)


def export_checks(
    results: Sequence[CheckResult],
    format: str,  # noqa: A002
    lang: Lang | None = None,
    *,
    made_at: datetime | None = None,
) -> bytes:
    """Measures checked for a company as a file's bytes; ``lang``: of the document's own words, by default the
    first result's.

    Several begin with an overview. What is cited is numbered anew, each place once. Raises InputError for an
    unknown format or no results, TypesettingError where a PDF cannot be made.
    """
    from assistant.export.check import checks_document

    wanted = checked_format(format)
    if not results:
        raise InputError(
            "There is nothing to write: no measure was checked.",
            "Записывать нечего: ни одна мера не проверена.",
        )
    return _written(checks_document(results, lang or results[0].language, made_at or datetime.now()), wanted)


def _written(content: Document, wanted: Format) -> bytes:
    if wanted == "docx":
        from assistant.export.word import to_docx

        return to_docx(content)
    if wanted == "pdf":
        from assistant.export.pdf import to_pdf

        return to_pdf(content)
    from assistant.export.markdown import to_markdown

    return to_markdown(content)


def _spoken(exported: Exported) -> Lang:
    for _, answer, _ in exported.entries:
        return answer.language
    return "ru"
