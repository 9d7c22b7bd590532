import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library import Library
from assistant.model import Authority, Identity
from ingest.catalogue import Catalogue
from ingest.pipeline import Ingest, Options

LAW = """УКАЗ

ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ

О САДАХ

от {date} г. N {number}

1. Садовникам поливать розы утром.

2. Создать комиссию по садам:

а) из трёх садовников;

б) из одного агронома.
"""


def law(number="777", date="5 марта 2021", extra=""):
    return LAW.format(number=number, date=date) + extra


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "acts"
    made.mkdir()
    return made


@pytest.fixture
def take(library, tmp_path):
    def run(*paths, **options):
        return Ingest(library, Catalogue(acts=[]), tmp_path / "files", Options(**options)).run(list(paths))

    return run


def test_a_file_becomes_an_act_with_provisions(take, folder, library):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    report = take(folder)
    assert report.added == ["ru-ukaz-777-2021"]
    assert not report.failed
    key = library.editions()[0].id
    outline = {node.id: node for node in library.provisions(key)}
    text = library.text(key)
    assert {"p1", "p2", "p2/а", "p2/б"} <= outline.keys()
    assert text[outline["p2/б"].start : outline["p2/б"].end] == "б) из одного агронома."


def test_the_same_bytes_are_left_alone(take, folder, library):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    take(folder)
    generation = library.generation
    again = take(folder)
    assert again.unchanged == ["ru-ukaz-777-2021"]
    assert (again.added, again.updated, again.chunks) == ([], [], 0)
    assert library.generation == generation


def test_a_changed_file_updates_its_edition(take, folder, library):
    file = folder / "ukaz.txt"
    file.write_text(law(), encoding="utf-8")
    take(folder)
    file.write_text(law(extra="\n3. Вступает в силу сразу.\n"), encoding="utf-8")
    assert take(folder).updated == ["ru-ukaz-777-2021"]
    assert len(library.editions()) == 1
    assert len(library.renditions()) == 1


def test_a_second_file_of_an_edition_is_linked_not_a_new_edition(take, folder, library):
    (folder / "a.txt").write_text(law(), encoding="utf-8")
    (folder / "b.txt").write_text(law() + "\n", encoding="utf-8")
    report = take(folder)
    assert report.added == ["ru-ukaz-777-2021"]
    assert [entry.path for entry in report.skipped] == [str(folder / "b.txt")]
    assert "another rendition" in report.skipped[0].reason
    assert sorted(row.is_primary for row in library.renditions()) == [False, True]
    again = take(folder)
    assert again.unchanged == ["ru-ukaz-777-2021"]
    assert len(again.skipped) == 1
    assert len(library.editions()) == 1


def test_a_better_format_takes_over_the_canonical_text(take, folder, library):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    take(folder)
    paragraphs = "".join(f"<p>{line}</p>" for line in law().splitlines() if line)
    page = folder / "ukaz2.html"
    page.write_text(
        f"<html><head><meta charset='utf-8'></head><body>{paragraphs}</body></html>", encoding="utf-8"
    )
    assert take(page).updated == ["ru-ukaz-777-2021"]
    primary = next(row for row in library.renditions() if row.is_primary)
    assert primary.path == str(page.resolve())
    assert len(library.renditions()) == 2
    assert take(folder).updated == []


def test_a_new_edition_closes_the_earlier_one(take, folder, library):
    for edition in ("2021-03-05", "2023-01-01"):
        file = folder / f"{edition}.txt"
        file.write_text(law(extra=f"\n3. Редакция {edition}.\n"), encoding="utf-8")
        take(file, identity=Identity(act="ru-ukaz-777-2021", edition=edition))
    assert {row.edition: row.valid_to for row in library.editions()} == {
        "2021-03-05": "2023-01-01",
        "2023-01-01": None,
    }


def test_a_sidecar_names_the_act_and_is_not_a_document(take, folder, library):
    (folder / "strategy.txt").write_text(
        "О стратегии\n\n1. Цели ясны.\n\n2. Задачи определены.\n", encoding="utf-8"
    )
    sidecar = {
        "title": "О стратегии садов",
        "number": "12",
        "date": "2020-02-03",
        "kind": "presidential decree (указ)",
    }
    (folder / "strategy.json").write_text(json.dumps(sidecar), encoding="utf-8")
    report = take(folder)
    assert report.added == ["ru-ukaz-12-2020"]
    assert [entry.reason for entry in report.skipped] == ["sidecar"]
    assert library.editions()[0].provenance["number"] == "sidecar"


def test_a_changed_sidecar_is_read_anew(take, folder):
    (folder / "a.txt").write_text("О садах\n\n1. Цели ясны.\n\n2. Задачи определены.\n", encoding="utf-8")
    sidecar = folder / "a.json"
    said = {"title": "О садах", "number": "12", "date": "2020-02-03", "kind": "presidential decree (указ)"}
    sidecar.write_text(json.dumps(said), encoding="utf-8")
    take(folder)
    sidecar.write_text(json.dumps({**said, "title": "О новых садах"}), encoding="utf-8")
    assert take(folder).updated == ["ru-ukaz-12-2020"]


def test_one_bad_file_costs_itself_only(take, folder, library):
    (folder / "good.txt").write_text(law(), encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (folder / "noise.pdf").write_bytes(os.urandom(4000))
    (folder / "broken.docx").write_bytes(b"PK\x03\x04" + os.urandom(500))
    (folder / "table.xlsx").write_bytes(b"PK\x05\x06" + bytes(18))
    (folder / "odd.txt").write_text("{", encoding="utf-8")
    (folder / "odd.json").write_text("{not json", encoding="utf-8")
    report = take(folder)
    assert report.added == ["ru-ukaz-777-2021"]
    bad = {Path(entry.path).name for entry in (*report.failed, *report.skipped)}
    assert {"empty.txt", "cut.pdf", "noise.pdf", "broken.docx", "odd.txt"} <= bad
    assert all(entry.reason for entry in report.failed)
    assert len(library.editions()) == 1
    assert len(library.renditions()) == 1


def test_a_folder_that_is_not_there_is_named(take, tmp_path):
    report = take(tmp_path / "nowhere")
    assert [entry.path for entry in report.failed] == [str(tmp_path / "nowhere")]
    assert "Check the path" in report.failed[0].reason


def test_reasons_come_in_the_users_language(take, tmp_path):
    report = take(tmp_path / "nowhere", lang="ru")
    assert "Проверьте путь" in report.failed[0].reason


def test_a_users_own_text_is_not_called_official(take, folder, library):
    (folder / "memo.md").write_text(
        "# Памятка о садах\n\nПоливать утром.\n\n## Розы\n\nНе вечером.\n", encoding="utf-8"
    )
    take(folder)
    assert [row.authority for row in library.editions()] == [Authority.USER]


def test_the_original_is_kept_by_its_hash(take, folder, library, tmp_path):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    take(folder)
    digest = library.renditions()[0].sha256
    kept = tmp_path / "files" / digest[:2] / digest
    assert kept.read_bytes() == (folder / "ukaz.txt").read_bytes()
    assert not list((tmp_path / "files").rglob("*.partial"))


def test_a_run_cut_off_between_files_goes_on_where_it_stopped(take, folder, library, monkeypatch):
    for number in ("701", "702", "703"):
        (folder / f"{number}.txt").write_text(law(number), encoding="utf-8")
    stored = library.put_edition

    def stop_at_second(draft, moved=()):
        if draft.act.id == "ru-ukaz-702-2021":
            raise KeyboardInterrupt
        return stored(draft, moved)

    monkeypatch.setattr(library, "put_edition", stop_at_second)
    with pytest.raises(KeyboardInterrupt):
        take(folder)
    monkeypatch.undo()
    report = take(folder)
    assert report.unchanged == ["ru-ukaz-701-2021"]
    assert report.added == ["ru-ukaz-702-2021", "ru-ukaz-703-2021"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(
        st.text("абвгде жз", min_size=3, max_size=40).filter(lambda text: len(text.split()) > 1),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_ingest_is_idempotent_and_offsets_round_trip(points, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    body = "\n\n".join(f"{number}. Садовнику {text.strip()}." for number, text in enumerate(points, 1))
    file = home / "ukaz.txt"
    file.write_text(law().split("1. ")[0] + body + "\n", encoding="utf-8")
    library = Library(f"sqlite:///{home / 'library.sqlite'}")
    runs = [Ingest(library, Catalogue(acts=[]), home / "files").run([file]) for _ in range(2)]
    assert (runs[0].added, runs[1].unchanged) == (["ru-ukaz-777-2021"],) * 2
    key = library.editions()[0].id
    text = library.text(key)
    found = {node.id: text[node.start : node.end] for node in library.provisions(key)}
    for number, point in enumerate(points, 1):
        assert found[f"p{number}"].split() == [f"{number}.", "Садовнику", *f"{point.strip()}.".split()]
    library.close()


def test_a_note_about_an_act_never_takes_the_place_of_its_text(take, folder, library):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    take(folder)
    before = library.text(library.editions()[0].id)
    memo = folder / "memo.html"  # a better format than the text's
    memo.write_text(
        "<html><body><p>УКАЗ ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ</p><p>от 5 марта 2021 г. N 777</p>"
        "<p>Наши мысли об этом указе: он хорош.</p></body></html>",
        encoding="utf-8",
    )
    report = take(memo)
    assert [entry.path for entry in report.failed] == [str(memo)]
    assert "not the one held" in report.failed[0].reason
    assert [library.text(row.id) for row in library.editions()] == [before]


@pytest.mark.parametrize("word", ["ОБЗОР", "Комментарий", "Памятка"])
def test_a_review_of_an_act_is_its_authors_text(take, folder, library, word):
    (folder / "review.txt").write_text(f"{word} к документу\n\n{law()}", encoding="utf-8")
    take(folder)
    assert [row.authority for row in library.editions()] == [Authority.USER]


def test_another_edition_saved_over_the_same_path_leaves_the_earlier_one(take, folder, library):
    file = folder / "law.txt"
    file.write_text(law(), encoding="utf-8")
    take(file, identity=Identity(edition="2021-03-05"))
    file.write_text(law(extra="\n3. Новый пункт.\n"), encoding="utf-8")
    take(file, identity=Identity(edition="2024-01-01"))
    assert [(row.edition, row.valid_to) for row in library.editions()] == [
        ("2021-03-05", "2024-01-01"),
        ("2024-01-01", None),
    ]


def test_a_corrected_identity_leaves_nothing_of_the_wrong_one(take, folder, library):
    (folder / "held.txt").write_text(law() + "\n", encoding="utf-8")
    take(folder / "held.txt", identity=Identity(edition="2021-03-05"))
    file = folder / "b.txt"
    file.write_text(law(), encoding="utf-8")
    take(file, identity=Identity(edition="2019-01-01"))
    assert len(library.editions()) == 2
    take(file, identity=Identity(edition="2021-03-05"))
    assert [row.edition for row in library.editions()] == ["2021-03-05"]
    assert sorted(row.is_primary for row in library.renditions()) == [False, True]


def test_an_error_nobody_foresaw_costs_one_file(take, folder, library, monkeypatch):
    for number in ("701", "702", "703"):
        (folder / f"{number}.txt").write_text(law(number), encoding="utf-8")
    stored = library.put_edition

    def fail_at_second(draft, moved=()):
        if draft.act.id == "ru-ukaz-702-2021":
            raise KeyError("a bug")
        return stored(draft, moved)

    monkeypatch.setattr(library, "put_edition", fail_at_second)
    report = take(folder)
    assert report.added == ["ru-ukaz-701-2021", "ru-ukaz-703-2021"]
    assert [Path(entry.path).name for entry in report.failed] == ["702.txt"]


def test_the_user_may_say_that_a_known_file_is_their_own(take, folder, library):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    take(folder)
    take(folder, authority=Authority.USER)
    assert [row.authority for row in library.editions()] == [Authority.USER]


def test_what_the_catalogue_newly_says_of_an_act_reaches_its_held_text(folder, library, tmp_path):
    from ingest.catalogue import CatalogueAct

    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    known = CatalogueAct(
        id="ru-ukaz-777-2021", title_ru="О садах", title_en="On gardens", jurisdiction="ru", kind="decree",
        number="777", date="2021-03-05",
    )  # fmt: skip
    for title in ("О садах", "О садах и огородах"):
        catalogue = Catalogue(acts=[known.model_copy(update={"title_ru": title})])
        Ingest(library, catalogue, tmp_path / "files").run([folder])
        assert [row.title for row in library.editions()] == [title]


@pytest.mark.parametrize(("lang", "said"), [("en", "invisible characters"), ("ru", "невидимые символы")])
def test_what_nobody_sees_is_reported_in_the_users_language_and_not_kept(take, folder, library, lang, said):
    (folder / "ukaz.txt").write_text(law(extra="\n3. Печатать\u200b жщь.\U000e0049\n"), encoding="utf-8")
    report = take(folder, lang=lang)
    assert [entry.path for entry in report.hidden] == [str(folder / "ukaz.txt")]
    assert report.hidden[0].reason.startswith(said)
    assert "[U+200B]" in report.hidden[0].reason
    assert "3. Печатать жщь." in library.text(library.editions()[0].id)


def test_a_file_that_hides_nothing_has_nothing_reported(take, folder):
    (folder / "ukaz.txt").write_text(law(), encoding="utf-8")
    assert take(folder).hidden == []
