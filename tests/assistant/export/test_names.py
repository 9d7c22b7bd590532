"""Names of files are short, keep Cyrillic and lead nowhere."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.export import file_name


def test_letters_of_any_script_stay():
    assert file_name("Что сказано в п. 27 Стратегии?", "docx") == "Что-сказано-в-п-27-Стратегии.docx"


@pytest.mark.parametrize("title", ["", "...", "../..", "CON", "nul", "\x00", "///"])
def test_what_is_no_name_gets_one(title):
    assert file_name(title, "pdf").startswith("answer")


@given(st.text(max_size=300))
def test_a_name_is_safe_and_short_on_every_system(title):
    name = file_name(title, "md")
    assert name == PurePosixPath(name).name == PureWindowsPath(name).name
    assert name.isprintable() and not name.startswith((".", "-")) and name.endswith(".md")
    assert not PureWindowsPath(name).is_reserved()
    assert len(name) <= 70 and len(name.encode()) <= 255


def test_a_long_title_is_cut_between_words():
    assert file_name("слово " * 40, "pdf") == "-".join(["слово"] * 10) + ".pdf"


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match="docx, md, pdf"):
        file_name("x", "exe")
