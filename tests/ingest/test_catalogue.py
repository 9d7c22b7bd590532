import pytest
import yaml

from assistant.errors import InputError
from assistant.model import ActKind, RelationKind
from ingest.catalogue import UNIDENTIFIED, load_catalogue, normalise_number, normalise_title

LAW = {
    "id": "ru-fz-901-2031",
    "title_ru": "О розах",
    "title_en": "On Roses",
    "jurisdiction": "ru",
    "kind": "federal_law",
    "number": "901-ФЗ",
    "date": "2031-05-01",
    "aliases": ["закон о розах"],
}
DECREE = LAW | {
    "id": "ru-ukaz-901-2031",
    "title_ru": "О поливе",
    "title_en": "On Watering",
    "kind": "decree",
    "number": "901",
    "aliases": ["Указ о поливе"],
}


def write(tmp_path, *acts, **more):
    path = tmp_path / "catalogue.yaml"
    path.write_text(yaml.safe_dump({"acts": list(acts), **more}, allow_unicode=True), encoding="utf-8")
    return path


def test_an_act_is_found_by_its_id(tmp_path):
    catalogue = load_catalogue(write(tmp_path, LAW))
    assert catalogue.get("ru-fz-901-2031").title_ru == "О розах"
    assert catalogue.get("ru-fz-902-2031") is None
    assert catalogue.get(None) is None


def test_a_number_alone_identifies_nothing(tmp_path):
    catalogue = load_catalogue(write(tmp_path, LAW, DECREE))
    assert catalogue.by_identity(None, "901-ФЗ", None) is None
    assert catalogue.by_identity(None, "901", "2031-05-01") is None
    assert catalogue.by_identity(ActKind.FEDERAL_LAW, "N 901-ФЗ", "2031").id == LAW["id"]
    assert catalogue.by_identity("decree", "№ 901", "2031-05-01").id == DECREE["id"]
    assert catalogue.by_identity("decree", "901", "2032-05-01") is None


def test_a_title_two_acts_share_names_neither(tmp_path):
    twin = DECREE | {"title_ru": "О РОЗАХ"}
    catalogue = load_catalogue(write(tmp_path, LAW, twin))
    assert catalogue.by_title("О розах") is None
    assert catalogue.by_title("«Закон о розах»").id == LAW["id"]


def test_the_heading_of_an_amending_act_is_not_taken_for_the_amended_one(tmp_path):
    law = LAW | {"title_patterns": ["кодекс роз"]}
    catalogue = load_catalogue(write(tmp_path, law))
    assert catalogue.by_title("Российский КОДЕКС\nРОЗ").id == law["id"]
    assert catalogue.by_title("О внесении изменений в Кодекс роз") is None


def test_of_two_patterns_the_one_found_first_counts(tmp_path):
    law = LAW | {"title_patterns": ["кодекс роз"]}
    decree = DECREE | {"title_patterns": ["руководство"]}
    catalogue = load_catalogue(write(tmp_path, law, decree))
    assert catalogue.by_title("Руководство по применению: Кодекс роз").id == decree["id"]


def test_relations_are_stated_once_with_the_dates_of_the_amendment(tmp_path):
    law = LAW | {
        "amended_by": [
            {"act": "ru-ukaz-901-2031", "number": "901", "date": "2031-05-01", "in_force_from": "2031-09"},
            {"date": "2032", "note": "номер не известен"},
        ]
    }
    catalogue = load_catalogue(write(tmp_path, law, DECREE | {"amends": [LAW["id"]]}))
    first, second = catalogue.relations()
    assert (first.source, first.kind, first.target) == ("ru-ukaz-901-2031", RelationKind.AMENDS, LAW["id"])
    assert first.in_force_from == "2031-09"
    assert second.source == UNIDENTIFIED and second.date == "2032"


def test_a_draft_carries_what_the_library_stores(tmp_path):
    dated = LAW | {"provision_dates": [{"provision": "st2", "in_force_from": "2031-06"}]}
    (draft,) = load_catalogue(write(tmp_path, dated)).drafts()
    assert draft.in_catalogue and draft.kind == "federal_law"
    assert draft.provision_dates == [{"provision": "st2", "in_force_from": "2031-06"}]


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ([LAW, LAW | {"aliases": []}], "ru-fz-901-2031 stands twice"),
        ([LAW, DECREE | {"aliases": ["«Закон о Розах»"]}], "is also an alias of ru-fz-901-2031"),
        ([LAW | {"amends": ["ru-fz-1-1991"]}], "neither catalogued nor external"),
        ([LAW | {"repealed_by": "ru-fz-1-1991"}], "neither catalogued nor external"),
        ([LAW | {"id": "Федеральный закон 901"}], "acts.0.id"),
        ([LAW | {"date": "1 мая 2031"}], "acts.0.date"),
        ([LAW | {"title_patterns": ["(роз"]}], "acts.0.title_patterns.0"),
        ([LAW | {"official_url": "kremlin.ru"}], "acts.0.official_url"),
        ([LAW | {"colour": "red"}], "acts.0.colour"),
    ],
)
def test_a_faulty_catalogue_is_refused_with_the_file_and_the_field(tmp_path, acts, said):
    path = write(tmp_path, *acts)
    with pytest.raises(InputError) as error:
        load_catalogue(path)
    assert said in error.value.en and str(path) in error.value.en and str(path) in error.value.ru


def test_an_external_act_may_be_named(tmp_path):
    path = write(tmp_path, LAW | {"amends": ["ru-fz-1-1991"]}, external=["ru-fz-1-1991"])
    assert load_catalogue(path).relations()[0].target == "ru-fz-1-1991"


def test_a_missing_or_broken_file_is_a_typed_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_catalogue(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("acts: [", encoding="utf-8")
    with pytest.raises(InputError, match="not valid YAML"):
        load_catalogue(broken)


def test_a_changed_file_is_read_again(tmp_path):
    first = load_catalogue(write(tmp_path, LAW))
    assert load_catalogue(tmp_path / "catalogue.yaml") is first
    path = write(tmp_path, LAW, DECREE)
    assert len(load_catalogue(path).acts) == 2


def test_titles_and_numbers_compare_without_their_dress():
    assert normalise_title("  О  «Ёлках»\n и розах. ") == "о елках и розах"
    assert {normalise_number(text) for text in ("№ 149-ФЗ", "N 149-ФЗ", "149-ФЗ", "149")} == {"149"}
    assert normalise_number("NIST") == "nist"
