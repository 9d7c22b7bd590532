"""Page images -> blocks through tesseract; without it, a clear error."""

from __future__ import annotations

import io
import subprocess
from typing import Any

import pytest
from PIL import Image

from assistant.errors import ReadError
from ingest.document import Block
from ingest.readers import scan
from tests.shared import ACTS, needs_acts

needs_tesseract = pytest.mark.skipif(not scan.is_available(), reason="tesseract is not installed")

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def picture(frames: int = 1, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    page = Image.new("L", (1240, 1754), 255)
    page.save(out, kind, dpi=(150, 150), **({"save_all": True, "append_images": [page] * (frames - 1)}))
    return out.getvalue()


def table(*words: tuple[int, int, int, int, str]) -> str:
    """Tesseract's answer for words given as (line, left, top, confidence, text) on a 150 dpi page."""
    rows = [HEAD, "1\t1\t0\t0\t0\t0\t0\t0\t1240\t1754\t-1\t\n"]
    for line, left, top, sure, text in words:
        rows.append(f"5\t1\t1\t1\t{line}\t1\t{left}\t{top}\t{14 * len(text)}\t18\t{sure}\t{text}\n")
    return "".join(rows)


@pytest.fixture
def tesseract(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Stands in for the program; answers with the table put into the list and keeps the calls."""
    calls: list[Any] = []
    answer: list[Any] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        calls.append((command, options))
        if isinstance(answer[0], Exception):
            raise answer[0]
        code, out, err = answer[0]
        return subprocess.CompletedProcess(command, code, out.encode(), err.encode())

    monkeypatch.setattr(scan.shutil, "which", lambda name: "/usr/bin/tesseract")
    monkeypatch.setattr(scan.subprocess, "run", run)
    answer.append(
        (0, table((1, 130, 200, 95, "Первая"), (1, 260, 201, 95, "строка."), (2, 130, 320, 5, "~|")), "")
    )
    answer.append(calls)
    return answer


def test_words_become_lines_and_specks_are_left_out(tesseract: list[Any]) -> None:
    document = scan.read(picture(), "scan.png")
    assert [block.text for block in document.blocks] == ["Первая строка."]
    assert document.blocks[0].pages == ((0, 1),)
    assert (document.media_type, document.page_count) == ("image/png", 1)
    assert "OCR" in document.warnings[0]


def test_tesseract_is_called_without_a_shell_for_both_languages_and_with_a_time_limit(
    tesseract: list[Any],
) -> None:
    scan.read(picture(), "scan.png")
    command, options = tesseract[1][0]
    assert command[command.index("-l") + 1] == "rus+eng"
    assert options["timeout"] == scan.TIMEOUT_SECONDS
    assert not options.get("shell")


def test_every_frame_of_a_tiff_is_a_page(tesseract: list[Any]) -> None:
    document = scan.read(picture(3, "TIFF"), "scan.tiff")
    assert document.page_count == 3
    assert document.media_type == "image/tiff"
    assert len(tesseract[1]) == 3


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (subprocess.TimeoutExpired("tesseract", 1), "took longer"),
        ((1, "", "Error: Failed loading language 'rus'"), "tesseract-ocr-rus"),
        ((1, "", "Image too small"), "Image too small"),
        ((0, table(), ""), "no text"),
    ],
)
def test_failures_are_named(tesseract: list[Any], outcome: Any, said: str) -> None:
    tesseract[0] = outcome
    with pytest.raises(ReadError) as caught:
        scan.read(picture(), "scan.png")
    assert said in caught.value.en
    assert "scan.png" in caught.value.ru


def test_without_tesseract_the_debian_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan.shutil, "which", lambda name: None)
    with pytest.raises(ReadError, match="tesseract-ocr tesseract-ocr-rus"):
        scan.read(picture(), "scan.png")


def test_list_letters_misread_as_digits_are_put_back_by_their_turn() -> None:
    texts = ["|. Общее", "а) один;", "6) два;", "в) три;", "6) шесть", "1) раз", "3) три"]
    blocks = [Block(text) for text in texts]
    scan.mend_markers(blocks)
    assert [block.text for block in blocks] == [
        "I. Общее", "а) один;", "б) два;", "в) три;", "6) шесть", "1) раз", "3) три",
    ]  # fmt: skip


@needs_tesseract
@needs_acts
@pytest.mark.acts
def test_a_scanned_page_of_the_strategy_gives_its_points() -> None:
    path = ACTS / "scans" / "nsrii-01.png"
    texts = [block.text for block in scan.read(path.read_bytes(), path.name).blocks]
    markers = [text.split(" ")[0] for text in texts]
    assert [marker for marker in markers if marker[:1].isdigit()] == ["1.", "2.", "3.", "4."]
    assert [marker for marker in markers if marker.endswith(")")] == [f"{letter})" for letter in "абвгдеж"]
