"""Whoever cites a text that is not simply current is told why, and what stands in its place."""

from datetime import date

import pytest

from assistant.library.drafts import ActDraft, RelationDraft
from assistant.library.view import LibraryView
from assistant.model import Currency
from assistant.naming import act_reference
from assistant.standing import why
from tests.builders import edition_draft

LAW = "ru-fz-1-2020"
TODAY = date(2026, 6, 1)


def stored(garden, *relations, edition="2020-01-01", **fields):
    """The standing of the sample law's edition after a catalogue with these relations was stored."""
    act = ActDraft(
        id=LAW, kind="federal_law", title_ru="О поливе роз", title_en="On watering", number="1-ФЗ",
        date="2020-01-01", jurisdiction="ru", in_catalogue=True, **{"status": "in_force", "amendments_checked": "2026-05", **fields},
    )  # fmt: skip
    garden.library.put_catalogue([act], list(relations), f"{relations}{fields}")
    view = LibraryView(garden.library)
    row = next(row for row in view.of_act(LAW) if row.edition == edition)
    return view, row


def amendment(**fields):
    return RelationDraft(
        **{
            "source": "ru-fz-568-2025",
            "kind": "amends",
            "target": LAW,
            "date": "2025-12-29",
            "number": "568-ФЗ",
            **fields,
        }
    )


@pytest.fixture
def latest(garden):
    return max(row.edition for row in garden.view.of_act(LAW))


def test_a_missing_amendment_is_named_with_the_day_it_applies_from(garden, latest):
    view, row = stored(garden, amendment(in_force_from="2026-03-01"), edition=latest)
    assert view.currency(row.id, TODAY) == Currency.AMENDED_TEXT_NOT_HELD
    assert why(view, row.id, TODAY, None, "ru") == (
        "в акт позднее внесены изменения (Федеральный закон от 29.12.2025 № 568-ФЗ, действует с 01.03.2026); "
        "новой редакции в библиотеке нет"
    )
    assert "Federal Law (Russia) No. 568-ФЗ of 2025-12-29, in force from 2026-03-01" in why(
        view, row.id, TODAY, None, "en"
    )


def test_an_amendment_that_does_not_apply_yet_leaves_the_text_current(garden, latest):
    view, row = stored(garden, amendment(in_force_from="2026-09-01"), edition=latest)
    assert view.currency(row.id, TODAY) == Currency.CURRENT
    assert why(view, row.id, TODAY, None, "ru") is None
    assert view.currency(row.id, date(2026, 9, 1)) == Currency.AMENDED_TEXT_NOT_HELD


def test_a_superseded_edition_names_the_later_one(garden, latest):
    view, row = stored(garden)
    assert view.currency(row.id, TODAY) == Currency.SUPERSEDED
    assert why(view, row.id, TODAY, None, "en") == f"superseded by the edition of {latest}"


def test_a_repealed_act_names_what_repealed_it(garden, latest):
    repeal = RelationDraft("ru-ukaz-5-2021", "repeals", LAW)
    view, row = stored(garden, repeal, edition=latest, in_force_to="2026-02-01", repealed_by="ru-ukaz-5-2021")
    said = why(view, row.id, TODAY, None, "ru")
    assert said == "утратило силу с 01.02.2026: Указ Президента РФ от 03.02.2021 № 5"


def test_a_provision_repealed_by_a_stub_names_the_law_and_its_neighbours_stay(garden):
    draft = edition_draft(edition="2025-01-01", path="c.txt")
    stub = next(node for node in draft.provisions if node.parent is None)
    stub.repealed = True
    draft.relations = [
        RelationDraft(
            "ru-fz-276-2017", "repeals", LAW, "2017-07-29", number="276-ФЗ", provision=stub.id, origin="text"
        )
    ]
    garden.library.put_edition(draft)
    view, row = stored(garden, edition="2025-01-01")
    said = why(view, row.id, TODAY, stub, "ru")
    assert said == "утратило силу: Федеральный закон от 29.07.2017 № 276-ФЗ"
    other = next(node for node in draft.provisions if node.parent is None and node.id != stub.id)
    assert why(view, row.id, TODAY, other, "ru") is None


def test_a_change_the_text_announces_touches_only_the_provision_it_names(garden):
    draft = edition_draft(edition="2025-01-01", path="c.txt")
    first, second, *_ = [node for node in draft.provisions if node.parent is None]
    draft.relations = [
        RelationDraft(
            "ru-fz-9-2023", "amends", LAW, "2023-12-01", in_force_from="2025-09-01", number="9-ФЗ",
            provision=first.id, origin="text",
        )
    ]  # fmt: skip
    garden.library.put_edition(draft)
    view, row = stored(garden, edition="2025-01-01")
    assert view.currency(row.id, TODAY, first) == Currency.AMENDED_TEXT_NOT_HELD
    assert view.currency(row.id, TODAY, second) == Currency.CURRENT
    assert view.currency(row.id, date(2025, 8, 31), first) == Currency.CURRENT


def test_an_act_repealed_by_the_text_of_a_held_one_has_ended(garden, latest):
    repealing = edition_draft("ru-ukaz-7-2022", "2022-02-03", path="d.txt")
    repealing.relations = [RelationDraft("ru-ukaz-7-2022", "repeals", LAW, provision="st1", origin="text")]
    garden.library.put_edition(repealing)
    view = garden.view
    row = next(row for row in view.of_act(LAW) if row.edition == latest)
    assert view.currency(row.id, TODAY) == Currency.REPEALED
    assert "Указ Президента РФ от 03.02.2022 № 7" in why(view, row.id, TODAY, None, "ru")


def test_the_answer_and_the_shown_text_say_why(garden, latest):
    stored(garden, amendment(in_force_from="2026-03-01"))
    shown = garden.show(LAW, as_of=TODAY)
    assert shown.standing and "568-ФЗ" in shown.standing
    answer = garden.ask("Когда садовник обязан поливать розы?", as_of=TODAY)
    cited = [citation for citation in answer.citations if citation.act == LAW]
    assert cited and all("568-ФЗ" in citation.standing for citation in cited)
    assert "568-ФЗ, действует с 01.03.2026" in answer.answer


def test_an_act_known_by_its_id_alone_is_named_by_kind_and_number():
    assert (
        act_reference("ru-pp-5-2020", None, "ru", date="2020-02-01")
        == "Постановление Правительства РФ от 01.02.2020 № 5"
    )
    assert act_reference("ru-fz-7-2001", None, "en") == "Federal Law (Russia) No. 7 of 2001"
    assert act_reference("us-eo-1-2020", None, "en") == "us-eo-1-2020"
