"""What a site served -> the act in it: cut out of its pages, and checked to be the act that was asked for."""

from __future__ import annotations

import re

from lxml import etree, html

from assistant.errors import ReadError
from assistant.index.words import stems
from ingest.catalogue import CatalogueAct
from ingest.readers.html_encoding import decode

MIN_CHARS = 1_500  # a page with less is a notice, a captcha or an empty shell
MIN_TITLE_SHARE = 0.6  # of the stems of an act's title, those that its text must hold
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # lxml refuses decoded text that declares an encoding


def check_text(text: str, name: str, act: CatalogueAct) -> None:
    """Raise ReadError for a text that cannot be the act's: too short, or without its number or title."""
    title = set(stems(act.attachment_title or (act.title_en if _is_english(text) else act.title_ru)))
    held = set(stems(text))
    named = bool(act.number) and re.search(rf"(?<!\d){re.escape(_digits(act.number))}(?!\d)", text)
    alike = bool(title) and len(title & held) >= MIN_TITLE_SHARE * len(title)
    if len(text) < MIN_CHARS or not (named or alike):
        raise ReadError(
            f"{name} does not hold the text of {act.id} ({len(text)} characters): a notice or another page. "
            "It was not taken; open the address in a browser.",
            f"{name} не содержит текста {act.id} (знаков: {len(text)}): это сообщение или другая страница. "
            "Не загружено; откройте адрес в браузере.",
        )


def _digits(number: str | None) -> str:
    match = re.search(r"\d+(?:/\d+)?", number or "")
    return match.group() if match else "\0"


def _is_english(text: str) -> bool:
    return len(re.findall("[A-Za-z]", text[:20_000])) > len(re.findall("[А-Яа-яЁё]", text[:20_000]))


def cut(data: bytes, container: str, url: str) -> list[html.HtmlElement]:
    """The elements of a page that hold the act. Raises ReadError without one."""
    text, _ = decode(data, url)
    try:
        tree = html.document_fromstring(_DECLARATION.sub("", text))
    except (etree.ParserError, ValueError):
        found = []
    else:
        found = tree.xpath(container)
    if not found:
        raise ReadError(
            f"{url} is not built as its recorded shape says: the text of the act was not found in it. Open "
            "it in a browser and save the text.",
            f"{url} устроен не так, как записано: текст акта на странице не найден. Откройте адрес в "
            "браузере и сохраните текст.",
        )
    return list(found)


def joined(elements: list[html.HtmlElement]) -> bytes:
    """A page of the elements given, one after the other."""
    page = html.Element("html")
    page.append(html.Element("head"))
    page[0].append(html.fromstring('<meta charset="utf-8">'))
    body = html.Element("body")
    page.append(body)
    body.extend(elements)
    return b"<!DOCTYPE html>\n" + html.tostring(page, encoding="utf-8")


def goes_on(data: bytes, more: str, url: str) -> bool:
    """Whether a page says, in the words ``more``, that another one follows."""
    return more in decode(data, url)[0]
