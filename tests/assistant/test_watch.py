"""What is watched is compared after every change of the library; only what changed is told."""

from datetime import date

import pytest

from assistant.errors import InputError, NotHeldError
from assistant.library.drafts import ActDraft, RelationDraft
from assistant.watch import observe
from tests.builders import WATER_LAW, edition_draft

LAW = "ru-fz-1-2020"


def reissue(garden, old="300 литров", new="450 литров", edition="2024-03-01"):
    assert len(old) == len(new)
    garden.library.put_edition(edition_draft(edition=edition, text=WATER_LAW.replace(old, new), path="b.txt"))


def told(changes):
    return [(change.kind, change.ref) for change in changes]


def test_nothing_is_told_while_nothing_changes(garden):
    garden.watch(LAW)
    assert observe(garden.library) == [] and garden.changes() == []


def test_a_changed_provision_of_a_watched_act_is_told_once(garden):
    watch = garden.watch(LAW)
    reissue(garden)
    assert told(observe(garden.library)) == [("text_changed", f"{LAW}#st1/ch2/p2")]
    assert observe(garden.library) == []
    assert told(garden.changes()) == [("text_changed", f"{LAW}#st1/ch2/p2")]
    assert [each.unseen for each in garden.watches()] == [1]
    assert garden.mark_seen() == 1 and garden.changes() == []
    assert [change.watch for change in garden.changes(unseen=False)] == [watch.id]


def test_a_publishers_typography_is_no_change(garden):
    garden.watch(LAW)
    garden.library.put_edition(
        edition_draft(
            edition="2024-03-01", text=WATER_LAW.replace("300 литров", "300\u00a0литров"), path="b.txt"
        )
    )
    assert observe(garden.library) == []


def test_a_new_edition_is_told_with_both_dates(garden):
    garden.watch(LAW)
    reissue(garden, edition="2026-02-01")
    changes = observe(garden.library, date(2026, 6, 1))
    assert ("new_edition", LAW) in told(changes)
    edition = next(change for change in changes if change.kind == "new_edition")
    assert (edition.before, edition.after) == ("2024-03-01 official", "2026-02-01 official")


def test_a_watched_provision_is_not_disturbed_by_its_neighbours(garden):
    watch = garden.watch(f"{LAW}#ч. 1 ст. 1")
    assert watch.target == f"{LAW}#st1/ch1"
    reissue(garden)
    assert observe(garden.library) == []
    reissue(garden, old="поливать розы", new="подрезать роз")
    assert told(observe(garden.library)) == [("text_changed", f"{LAW}#st1/ch1")]


def test_a_saved_answer_whose_words_changed_is_told(garden):
    answer = garden.ask("Когда садовник обязан поливать розы?")
    saved = garden.save_answer(answer)
    watch = garden.watch(saved.id)
    assert (watch.kind, watch.label) == ("answer", "Когда садовник обязан поливать розы?")
    reissue(garden, old="поливать розы", new="подрезать роз")
    assert "quotation_gone" in {change.kind for change in observe(garden.library)}


def test_an_amendment_that_becomes_known_changes_what_an_answer_rests_on(garden):
    garden.watch(garden.save_answer(garden.ask("Когда садовник обязан поливать розы?")).id)
    act = ActDraft(
        id=LAW, kind="federal_law", title_ru="О поливе роз", number="1-ФЗ", date="2020-01-01", status="in_force",
        amendments_checked="2026-05", in_catalogue=True,
    )  # fmt: skip
    garden.library.put_catalogue(
        [act], [RelationDraft("ru-fz-9-2026", "amends", LAW, "2026-01-01")], "amended"
    )
    changed = [change for change in observe(garden.library) if change.kind == "citation_changed"]
    assert changed and "amended_text_not_held" in changed[0].after


def test_an_answer_printed_to_a_file_can_be_watched(garden, tmp_path):
    file = tmp_path / "answer.json"
    file.write_text(garden.ask("Когда садовник обязан поливать розы?").model_dump_json(), encoding="utf-8")
    assert garden.watch(str(file)).target == "answer-1"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no answer"):
        garden.watch(str(file))


def test_watching_the_same_twice_is_one_watch_and_it_can_be_ended(garden):
    first, second = garden.watch(LAW), garden.watch("закон о поливе")
    assert first.id == second.id
    garden.unwatch(first.id)
    assert garden.watches() == []
    with pytest.raises(NotHeldError):
        garden.unwatch(first.id)


@pytest.mark.parametrize("what", ["ru-fz-99-1999", "answer-7", f"{LAW}#ст. 99", "ru-pp-5-2023"])
def test_what_is_not_there_cannot_be_watched(garden, what):
    with pytest.raises(NotHeldError):
        garden.watch(what)
