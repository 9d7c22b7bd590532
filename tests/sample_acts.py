"""Four small acts in our own words, written as PDF, DOCX, TXT and HTML files for tests of the front doors."""

from __future__ import annotations

import html
import io
from pathlib import Path

DECREE = "ru-ukaz-9123-2018"
LAW = "ru-fz-9601-2017"
ORDER = "ru-prikaz-mincifry-9310-2020"
REGULATION = "eu-reg-9345-2019"

# Fonts with Cyrillic letters, where a system has them; the PDF becomes a text file without one.
FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"),
    Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"),
    Path("/Library/Fonts/Arial Unicode.ttf"),
    Path("C:/Windows/Fonts/arial.ttf"),
)

DECREE_LINES = (
    "УКАЗ",
    "ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ",
    "О библиотеке учебных роботов",
    "В целях обучения школьников робототехнике постановляю:",
    "1. Создать библиотеку учебных роботов, которая:",
    "а) выдаёт учебных роботов школам на срок до 45 дней;",
    "б) чинит возвращённых роботов за счёт федерального бюджета;",
    "в) ведёт открытый список свободных роботов.",
    "2. Директор библиотеки назначается сроком на шесть лет и ежегодно публикует отчёт о работе библиотеки.",
    "3. Школа обязана вернуть робота в исправном состоянии. Повторная выдача должнику не допускается.",
    "4. Настоящий Указ вступает в силу со дня его подписания.",
    "Президент Российской Федерации",
    "Москва, Кремль",
    "12 апреля 2018 года",
    "№ 9123",
)

LAW_LINES = (
    "РОССИЙСКАЯ ФЕДЕРАЦИЯ",
    "ФЕДЕРАЛЬНЫЙ ЗАКОН",
    "О школьных метеостанциях",
    "Принят Государственной Думой 10 мая 2017 года",
    "Статья 1. Сфера действия настоящего Федерального закона",
    "1. Настоящий Федеральный закон регулирует отношения, возникающие при устройстве школьных метеостанций.",
    "2. Действие настоящего Федерального закона не распространяется на морские метеостанции.",
    "Статья 2. Основные понятия",
    "В настоящем Федеральном законе используются следующие понятия:",
    "1) школьная метеостанция - площадка при школе, на которой ученики измеряют погоду;",
    "2) погодный журнал - книга, в которую вносятся результаты измерений.",
    "Статья 3. Обязанности школы",
    "1. Школа обязана измерять температуру воздуха не реже {times} раз в сутки.",
    "2. Погодный журнал хранится двадцать лет.",
    "3. Школа передаёт результаты измерений в гидрометцентр до десятого числа каждого месяца.",
    "Президент Российской Федерации",
    "Москва, Кремль",
    "14 мая 2017 года",
    "№ 9601-ФЗ",
)

ORDER_LINES = (
    "МИНИСТЕРСТВО ЦИФРОВОГО РАЗВИТИЯ, СВЯЗИ И МАССОВЫХ КОММУНИКАЦИЙ РОССИЙСКОЙ ФЕДЕРАЦИИ",
    "ПРИКАЗ",
    "от 3 февраля 2020 г. № 9310",
    "Об утверждении Порядка ведения реестра говорящих справочников",
    "Приказываю:",
    "1. Утвердить прилагаемый Порядок ведения реестра говорящих справочников.",
    "2. Контроль за исполнением настоящего приказа оставляю за собой.",
    "Министр",
    "Приложение",
    "к приказу Министерства цифрового развития, связи и массовых коммуникаций Российской Федерации",
    "от 3 февраля 2020 г. № 9310",
    "ПОРЯДОК ВЕДЕНИЯ РЕЕСТРА ГОВОРЯЩИХ СПРАВОЧНИКОВ",
    "1. Реестр говорящих справочников ведётся в электронной форме на двух языках.",
    "2. Заявление о включении в реестр рассматривается в течение семи рабочих дней.",
    "3. Основанием для отказа является отсутствие у заявителя звукозаписи справочника.",
)

REGULATION_LINES = (
    "REGULATION (EU) 2019/9345 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL",
    "of 20 June 2019",
    "on talking vending machines",
    "THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,",
    "Whereas:",
    "(1) Talking vending machines have become common in railway stations of the Union.",
    "(2) Travellers should know whether they speak with a machine.",
    "HAVE ADOPTED THIS REGULATION:",
    "Article 1",
    "Subject matter",
    "1. This Regulation lays down rules on the voice of vending machines placed in railway stations.",
    "2. This Regulation does not apply to vending machines without a loudspeaker.",
    "Article 2",
    "Duties of operators",
    "1. Operators shall announce at the start of each conversation that the traveller speaks with a machine.",
    "2. Operators shall keep recordings of complaints for 90 days.",
    "Article 3",
    "Entry into force",
    "This Regulation shall enter into force on the twentieth day following its publication.",
)


def law_lines(times: str = "трёх") -> list[str]:
    """The law's lines; editions differ in how often the temperature is measured."""
    return [line.format(times=times) for line in LAW_LINES]


def write_text(path: Path, lines: tuple[str, ...] | list[str]) -> Path:
    """One paragraph a line."""
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_html(path: Path, lines: tuple[str, ...] | list[str]) -> Path:
    """One ``<p>`` a line."""
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    head = f'<meta charset="utf-8"><title>{html.escape(lines[0])}</title>'
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    path.write_text(page, encoding="utf-8")
    return path


def write_docx(path: Path, lines: tuple[str, ...] | list[str]) -> Path:
    """One paragraph a line."""
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def pdf_bytes(lines: tuple[str, ...] | list[str]) -> bytes | None:
    """One paragraph a line, long ones wrapped, five paragraphs a page; None without a Cyrillic font."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    font = next((path for path in FONTS if path.is_file()), None)
    if font is None:
        return None
    pdfmetrics.registerFont(TTFont("Sample", str(font)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for first in range(0, len(lines), 8):
        y = 780.0
        canvas.setFont("Sample", 12)
        for paragraph in lines[first : first + 8]:
            for number, line in enumerate(simpleSplit(paragraph, "Sample", 12, 440)):
                canvas.drawString(90 if number == 0 else 70, y, line)
                y -= 15
            y -= 9
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def write_acts(folder: Path) -> list[Path]:
    """The four acts as files of four formats."""
    folder.mkdir(parents=True, exist_ok=True)
    printed = pdf_bytes(DECREE_LINES)
    if printed is None:
        decree = write_text(folder / "decree.txt", DECREE_LINES)
    else:
        decree = folder / "decree.pdf"
        decree.write_bytes(printed)
    return [
        decree,
        write_docx(folder / "law.docx", law_lines()),
        write_text(folder / "order.txt", ORDER_LINES),
        write_html(folder / "regulation.html", REGULATION_LINES),
    ]
