"""Page images -> blocks, through the tesseract program (Russian and English).

Tesseract is called as a child process with a time limit; absent, it is named with the Debian packages that
bring it. Its words are laid out by the same rules as those of a PDF.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers.pdf_lines import Line, PageText, Piece, make_line

LANGUAGES = "rus+eng"
PACKAGES = "tesseract-ocr tesseract-ocr-rus"
TIMEOUT_SECONDS = 180
MAX_PIXELS = 120_000_000
MAX_PAGES = 500
DPI = 300
_MIN_CONFIDENCE = 15  # of 100: below it tesseract reads specks and rules as letters
_LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"
# What OCR takes a list's letter for.
_ALIKE = {"б": "6", "з": "3З", "д": "AАД", "о": "0OoО", "в": "8B", "ч": "4", "е": "eE", "г": "rг", "и": "nu"}
_MARKER = re.compile(r"(\w)\)\s")
_ROMAN_BARS = re.compile(r"^([|l]{1,3})\.(?=\s[А-ЯЁA-Z])")
_USUAL_DPI = 200  # taken where an image names no resolution


def _nobody(on: bool) -> None:
    """Nobody wants to know."""


# Called when the recognition of a page begins (True) and has ended (False): it takes its own time.
RECOGNISING: ContextVar[Callable[[bool], None]] = ContextVar("RECOGNISING", default=_nobody)


def read(data: bytes, name: str) -> Document:
    """Read a PNG, JPEG or TIFF image of one or more pages. Raises ReadError."""
    from ingest.readers.pdf import blocks_of_pages

    images, media_type = _images(data, name)
    pages = [read_page(image, number, dpi, name) for number, (image, dpi) in enumerate(images, start=1)]
    blocks: list[Block] = blocks_of_pages(pages)
    if not blocks:
        raise ReadError(
            f"{name}: no text was found in the image. Scan it anew at 300 dpi or more.",
            f"{name}: на изображении не найден текст. Отсканируйте его заново с разрешением от 300 dpi.",
        )
    mend_markers(blocks)
    return Document(blocks, media_type, len(pages), warnings=[_warning(name)])


def mend_markers(blocks: Sequence[Block]) -> None:
    """Give list letters back where OCR read a sign that looks like the one whose turn it is."""
    turn = 0
    for block in blocks:
        block.text = _ROMAN_BARS.sub(lambda found: "I" * len(found[1]) + ".", block.text)
        found = _MARKER.match(block.text)
        if not found:
            continue
        if found[1] in _LETTERS[:1]:
            turn = 1
        elif turn and turn < len(_LETTERS) and found[1] in (_LETTERS[turn], *_ALIKE.get(_LETTERS[turn], "")):
            block.text = _LETTERS[turn] + block.text[1:]
            turn += 1
        else:
            turn = 0


def is_available() -> bool:
    """Whether the tesseract program can be called."""
    return shutil.which("tesseract") is not None


def missing(name: str) -> ReadError:
    """The error for a scan that cannot be read without tesseract."""
    return ReadError(
        f"{name} is a scan: its pages are images. Install tesseract with Russian "
        f"(Debian: apt-get install {PACKAGES}) and add the file again.",
        f"{name} — скан: его страницы — изображения. Установите tesseract с русским языком "
        f"(Debian: apt-get install {PACKAGES}) и добавьте файл снова.",
    )


@contextmanager
def _recognising() -> Iterator[None]:
    tell = RECOGNISING.get()
    tell(True)
    try:
        yield
    finally:
        tell(False)


def read_page(png: bytes, page: int, dpi: float, name: str) -> PageText:
    """One page image as lines in points. Raises ReadError where tesseract is absent or fails."""
    with _recognising():
        said = _run(png, dpi, name)
    rows = list(csv.DictReader(io.StringIO(said), delimiter="\t", quoting=csv.QUOTE_NONE))
    scale = 72 / dpi
    width, height = 0.0, 0.0
    grouped: dict[tuple[str, ...], list[tuple[Piece, float]]] = {}
    for row in rows:
        left, top, across, down = (float(row[key]) * scale for key in ("left", "top", "width", "height"))
        if row["level"] == "1":
            width, height = across, down
        text = (row.get("text") or "").strip()
        if row["level"] != "5" or not text or float(row["conf"]) < _MIN_CONFIDENCE:
            continue
        key = tuple(row[each] for each in ("block_num", "par_num", "line_num"))
        piece = Piece(text, left, left + across, height - top - down, down, bold=False, glued=False)
        grouped.setdefault(key, []).append((piece, down))
    size = _type_size([down for words in grouped.values() for _, down in words])
    lines = [_line([piece for piece, _ in words], size, page) for words in grouped.values()]
    return PageText(page, width, height, sorted(lines, key=lambda line: -line.y))


def _line(pieces: list[Piece], size: float, page: int) -> Line:
    """A line of one size on one baseline: letters with tails make tesseract's boxes uneven."""
    baselines = sorted(piece.y for piece in pieces)
    for piece in pieces:
        piece.size = size
        piece.y = baselines[len(baselines) // 2]
    return make_line(sorted(pieces, key=lambda piece: piece.x0), page)


def _type_size(heights: Sequence[float]) -> float:
    # The box of a usual word, ascender or tail included, is about three quarters of the type size.
    ordered = sorted(heights)
    return round(ordered[len(ordered) // 2] / 0.75, 1) if ordered else 10.0


def _run(png: bytes, dpi: float, name: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise missing(name)
    with tempfile.TemporaryDirectory(prefix="ai-policy-") as folder:
        image = Path(folder) / "page.png"
        image.write_bytes(png)
        options = ["-l", LANGUAGES, "--dpi", str(round(dpi)), "--psm", "3", "tsv"]
        command = [program, str(image), "stdout", *options]
        try:
            # The program's path comes from PATH, the arguments are ours, no shell is in between.
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise ReadError(
                f"{name}: reading a page took longer than {TIMEOUT_SECONDS} s. Split the scan.",
                f"{name}: распознавание страницы шло дольше {TIMEOUT_SECONDS} с. Разделите скан на части.",
            ) from None
        except OSError:
            raise missing(name) from None
    if done.returncode:
        raise _failed(name, done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace")


def _failed(name: str, said: str) -> ReadError:
    if "rus" in said and ("load" in said or "language" in said):
        return ReadError(
            f"{name}: tesseract has no Russian data. Install the Debian package tesseract-ocr-rus.",
            f"{name}: у tesseract нет русского языка. Установите пакет Debian tesseract-ocr-rus.",
        )
    last = said.strip().splitlines()[-1] if said.strip() else "?"
    return ReadError(
        f"{name}: tesseract could not read the page ({last}). Check the image and add it again.",
        f"{name}: tesseract не смог прочитать страницу ({last}). Проверьте изображение и добавьте его снова.",
    )


def _warning(name: str) -> str:
    return f"{name}: read by OCR; compare quotations with the image."


def too_many_pixels(name: str) -> ReadError:
    """The error for an image or page that is too large to be recognised."""
    return ReadError(
        f"{name}: the image is larger than {MAX_PIXELS // 1_000_000} megapixels. Make it smaller.",
        f"{name}: изображение больше {MAX_PIXELS // 1_000_000} мегапикселей. Уменьшите его.",
        reason="too_large",
    )


def _images(data: bytes, name: str) -> tuple[list[tuple[bytes, float]], str]:
    """Every frame as PNG with its resolution, and the media type."""
    from PIL import Image, ImageSequence, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        opened = Image.open(io.BytesIO(data))
        if opened.width * opened.height > MAX_PIXELS:
            raise too_many_pixels(name)
        media_type = Image.MIME.get(opened.format or "", "image/png")
        frames: list[tuple[bytes, float]] = []
        for frame in ImageSequence.Iterator(opened):
            if len(frames) >= MAX_PAGES:
                break
            out = io.BytesIO()
            dpi = float(frame.info.get("dpi", (0, 0))[0])
            frame.convert("L").save(out, "PNG")
            frames.append((out.getvalue(), dpi if 70 <= dpi <= 1200 else float(_USUAL_DPI)))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise ReadError(
            f"{name} cannot be opened as an image: it is cut short or damaged. Copy it again.",
            f"{name} не открывается как изображение: файл оборван или повреждён. Скопируйте его заново.",
        ) from None
    except Image.DecompressionBombError:
        raise too_many_pixels(name) from None
    return frames, media_type
