"""A restored home is searched as the one that was backed up, and nothing of what it replaced is found."""

from __future__ import annotations

import pytest

from assistant.engine import Assistant
from assistant.errors import HomeBusyError, InputError, ModelError
from assistant.index.indexes import Indexes
from assistant.library.backup import back_up
from assistant.settings import Settings
from assistant.writer_lock import write_lock
from ingest import doctor
from ingest.backup import refuse_elsewhere, restore_home
from tests.ingest.homes import ACT, OTHER, ask, take
from tests.killing import text_of


def test_a_restored_home_is_in_order_and_finds_the_same(tmp_path, settings):
    back_up(settings.home, tmp_path / "kept.zip")
    other = Settings(home=tmp_path / "other")
    made, chunks, why = restore_home(tmp_path / "kept.zip", settings=other)
    assert (made.acts, why) == (1, None) and chunks > 0
    assert ask(other) == ask(settings) != []
    assert doctor.examine(settings=other)["ok"] is True


def test_a_reader_sees_what_a_restore_put_in_place_and_no_more_what_was_there(tmp_path, settings):
    back_up(settings.home, tmp_path / "kept")
    take(tmp_path, settings, ACT, 2)
    take(tmp_path, settings, OTHER, 3)
    reading = Assistant(settings)
    assert {act.act for act in reading.acts()} == {ACT, OTHER}
    restore_home(tmp_path / "kept", replace=True, settings=settings)
    assert {act.act for act in reading.acts()} == {ACT}
    assert reading.show(ACT).text == text_of(ACT, 1)
    (first, *_) = reading.search("подача 301 литров воды", act=ACT)
    assert "301" in first.text
    reading.library.close()
    assert doctor.examine(repair=True, settings=settings)["ok"] is True


def test_without_a_model_the_library_is_restored_and_the_rest_is_told(tmp_path, settings, monkeypatch):
    back_up(settings.home, tmp_path / "kept")

    def missing(_settings):
        raise ModelError("no model", "нет модели")

    monkeypatch.setattr(Indexes, "at", missing)
    other = Settings(home=tmp_path / "other")
    _, chunks, why = restore_home(tmp_path / "kept", settings=other)
    assert chunks == 0 and why.en == "no model"
    reading = Assistant(other)
    assert reading.show(ACT).text == text_of(ACT, 1)
    reading.library.close()


def test_a_restore_waits_for_a_writer_and_changes_nothing_when_it_does_not_end(tmp_path, settings):
    back_up(settings.home, tmp_path / "kept")
    impatient = settings.model_copy(update={"write_wait": 0.1})
    with write_lock(settings.home, 0), pytest.raises(HomeBusyError):
        restore_home(tmp_path / "kept", replace=True, settings=impatient)
    assert ask(settings) != []


def test_a_home_whose_originals_are_elsewhere_is_told_that_a_backup_would_lack_them(tmp_path, settings):
    back_up(settings.home, tmp_path / "kept")
    elsewhere = Settings(home=tmp_path / "other", files_url=str(tmp_path / "originals"))
    with pytest.raises(InputError, match=str(tmp_path / "originals")):
        restore_home(tmp_path / "kept", settings=elsewhere)
    with pytest.raises(InputError):
        refuse_elsewhere(elsewhere)
    assert not elsewhere.home.exists()
    refuse_elsewhere(settings)
