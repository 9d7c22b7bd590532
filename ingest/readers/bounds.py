"""What any document read stays within; beyond it lies no act, but a file made to wear the reader out."""

from __future__ import annotations

from assistant.errors import ReadError
from ingest.document import Document

MAX_PARAGRAPH = 1_000_000  # characters; the longest paragraph of the acts known has 20,000
MAX_TEXT = 50_000_000  # characters of a whole file; a large code has 3 million
MAX_DEPTH = 250  # elements within elements; the deepest page of the official sites has 60


def check_bounds(document: Document, name: str) -> None:
    """Raise ReadError for a document whose text or one of its paragraphs is too large to be one."""
    total = 0
    for block in document.blocks:
        total += len(block.text)
        if len(block.text) > MAX_PARAGRAPH or total > MAX_TEXT:
            raise ReadError(
                f"{name} holds a paragraph of more than {MAX_PARAGRAPH:,} characters, or more than "
                f"{MAX_TEXT:,} in all. Break it into paragraphs, or split the file.",
                f"{name}: абзац длиннее {MAX_PARAGRAPH} знаков или весь текст длиннее {MAX_TEXT}. Разбейте "
                "текст на абзацы или разделите файл.",
                reason="too_large",
            )


def too_deep(name: str) -> ReadError:
    """The error for markup nested deeper than any document."""
    return ReadError(
        f"{name}: the markup is nested too deep to be a document. Save the page as plain text or PDF.",
        f"{name}: разметка вложена слишком глубоко для документа. Сохраните страницу как текст или PDF.",
        reason="too_deep",
    )


def not_text(name: str) -> ReadError:
    """The error for text with NUL characters in it."""
    return ReadError(
        f"{name} holds NUL characters: it is no text, or damaged. Save it as UTF-8 and add it again.",
        f"{name} содержит нулевые символы: это не текст или файл повреждён. Сохраните его в UTF-8 и добавьте "
        "снова.",
    )
