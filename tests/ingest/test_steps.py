"""Where a file is on its way in, and the last word on a draft before it is stored."""

from dataclasses import replace

import pytest

from assistant.errors import IdentityError
from assistant.library import Library
from assistant.model import Authority
from ingest.catalogue import Catalogue
from ingest.pipeline import AnotherTextError, Ingest, Options
from tests.ingest.test_pipeline import law


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def stages(library, tmp_path):
    """Takes one file in; returns its steps as (stage, kind of error) and the last step."""

    def run(path, **options):
        steps = []
        made = Options(told=steps.append, **options)
        Ingest(library, Catalogue(acts=[]), tmp_path / "files", made).run([path])
        assert {step.path for step in steps} == {path}
        return [step.stage for step in steps], steps[-1]

    return run


def test_a_file_is_read_stored_and_added_then_unchanged(stages, tmp_path, library):
    path = tmp_path / "a.txt"
    path.write_text(law(), encoding="utf-8")
    said, last = stages(path)
    assert said == ["read", "structure", "store", "added"]
    assert last.edition == library.editions()[0].id
    said, last = stages(path)
    assert said == ["unchanged"]
    assert last.edition == library.editions()[0].id
    path.write_text(law(extra="\n3. Поливать пионы.\n"), encoding="utf-8")
    assert stages(path)[0] == ["read", "structure", "store", "updated"]


def test_a_second_file_of_an_edition_is_linked_and_another_text_fails(stages, tmp_path):
    for name, extra in (("a.txt", ""), ("b.txt", "\n3. Поливать пионы.\n")):
        (tmp_path / name).write_text(law(extra=extra), encoding="utf-8")
    stages(tmp_path / "a.txt")
    said, last = stages(tmp_path / "b.txt")
    assert said == ["read", "structure", "store", "linked"]
    assert last.edition is not None
    other = law().split("1. Садовникам")[0] + "\n".join(f"{n}. Другое слово {n}." for n in range(1, 30))
    (tmp_path / "c.txt").write_text(other, encoding="utf-8")
    said, last = stages(tmp_path / "c.txt")
    assert said == ["read", "structure", "store", "failed"]
    assert isinstance(last.error, AnotherTextError)


def test_a_file_nobody_can_name_or_read_says_why(stages, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("日本語の文書\n" * 3, encoding="utf-8")
    said, last = stages(path)
    assert said[-1] == "failed"
    assert isinstance(last.error, IdentityError)
    (tmp_path / "b.exe").write_bytes(b"MZ\x00\x01" * 50)
    said, last = stages(tmp_path / "b.exe")
    assert said[-1] in ("skipped", "failed")
    assert last.error is not None
    assert stages(tmp_path / "none.txt")[0] == ["failed"]


def test_a_draft_can_be_given_another_act_and_the_same_bytes_may_then_be_two_acts(stages, tmp_path, library):
    path = tmp_path / "a.txt"
    path.write_text(law(), encoding="utf-8")
    stages(path)

    def settle(draft):
        draft.act = replace(draft.act, id=f"own-1-{draft.act.id}")

    copy = tmp_path / "copy.txt"
    copy.write_bytes(path.read_bytes())
    assert stages(copy, settle=settle, authority=Authority.USER)[0] == ["read", "structure", "store", "added"]
    assert {row.act_id for row in library.editions()} == {"ru-ukaz-777-2021", "own-1-ru-ukaz-777-2021"}
