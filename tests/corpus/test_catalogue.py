import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import corpus
from assistant.model import ActKind
from assistant.references_acts import act_id
from ingest.catalogue import load_catalogue
from tests.shared import ACTS, needs_acts

CATALOGUE = load_catalogue(Path(corpus.__file__).parent / "catalogue.yaml")

OFFICIAL_HOSTS = (
    "kremlin.ru", "pravo.gov.ru", "government.ru", "digital.gov.ru", "ai.gov.ru", "fasie.ru", "rfrit.ru",
    "cbr.ru", "europa.eu", "whitehouse.gov", "govinfo.gov", "federalregister.gov", "nist.gov", "oecd.org",
    "coe.int",
)  # fmt: skip


def test_official_addresses_are_those_of_official_bodies():
    for act in CATALOGUE.acts:
        if act.official_url:
            host = urlsplit(act.official_url).hostname or ""
            assert host.endswith(OFFICIAL_HOSTS), act.id


def test_a_numbered_act_has_the_id_its_kind_number_and_date_make():
    built = 0
    for act in CATALOGUE.acts:
        expected = act_id(ActKind(act.kind), act.number, act.date, act.jurisdiction, act.issuer)
        if expected and not act.id.startswith("eu-omnibus"):
            assert act.id == expected
            built += 1
    assert built >= 35


def test_every_act_has_a_name_in_each_language_of_its_own_script():
    for act in CATALOGUE.acts:
        assert re.search("[а-яё]", act.title_ru), act.id
        assert not re.search("[а-яё]", act.title_en), act.id


def test_issuers_are_spelled_one_way():
    pairs = {(act.issuer, act.issuer_en) for act in CATALOGUE.acts if act.issuer}
    assert len({ru for ru, _ in pairs}) == len(pairs) == len({en for _, en in pairs})


def test_what_has_ended_says_so_in_its_status():
    for act in CATALOGUE.acts:
        if act.in_force_to and act.in_force_to < "2026-11":
            assert act.status in ("repealed", "completed"), act.id
        if act.repealed_by:
            assert act.status == "repealed" and act.in_force_to, act.id


def test_nobody_claims_a_complete_list_of_amendments_without_a_reason():
    checked = {act.id: act.amendments_checked for act in CATALOGUE.acts if act.amendments_checked}
    assert checked == {"eu-reg-1689-2024": "2026-10", "us-eo-14110-2023": "2025-01-20"}


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("национальная стратегия", "ru-ukaz-490-2019"),
        ("Закон о персональных данных", "ru-fz-152-2006"),
        ("закон об информации", "ru-fz-149-2006"),
        ("EU AI Act", "eu-reg-1689-2024"),
        ("AI RMF", "us-nist-ai-100-1-2023"),
        ("принципы ОЭСР", "oecd-legal-0449-2019"),
        ("ИТ-ипотека", "ru-pp-805-2022"),
        ("strategy_ai_2030", "ru-ukaz-490-2019"),
    ],
)
def test_popular_names_lead_to_their_act(words, act):
    found = CATALOGUE.by_title(words)
    assert found and found.id == act


@pytest.mark.parametrize(
    ("heading", "act"),
    [
        ("НАЦИОНАЛЬНАЯ СТРАТЕГИЯ\nРАЗВИТИЯ ИСКУССТВЕННОГО ИНТЕЛЛЕКТА\nНА ПЕРИОД ДО 2030 ГОДА",
         "ru-ukaz-490-2019"),
        ("Нацстратегия 2024 [без правок].docx", "ru-ukaz-490-2019"),
        ("Федеральный закон «О персональных данных»", "ru-fz-152-2006"),
        ("Recommendation of the Council on\nArtificial Intelligence", "oecd-legal-0449-2019"),
        ("Artificial Intelligence Risk Management\nFramework (AI RMF 1.0)", "us-nist-ai-100-1-2023"),
        ("Commission Guidelines on prohibited artificial intelligence practices established by\n"
         "Regulation (EU) 2024/1689 (AI Act)", "eu-guidelines-prohibited-ai-2025"),
        ("REGULATION amending Regulations (EU) 2024/1689, (EU) 2018/1139 (Digital Omnibus on AI)",
         "eu-omnibus-ai-2026"),
        ("Executive Order on Advancing United States Leadership in Artificial Intelligence Infrastructure",
         "us-eo-14141-2025"),
    ],
)  # fmt: skip
def test_a_heading_without_a_number_leads_to_its_act(heading, act):
    found = CATALOGUE.by_title(heading)
    assert found and found.id == act


def test_the_strategy_is_the_first_attachment_of_decree_490():
    act = CATALOGUE.get("ru-ukaz-490-2019")
    assert act.attachment == 1
    assert "Национальная стратегия" in act.attachment_title


def test_the_ai_act_applies_in_stages():
    dates = {
        entry.provision: entry.in_force_from for entry in CATALOGUE.get("eu-reg-1689-2024").provision_dates
    }
    assert len([name for name in dates if re.fullmatch(r"art\d+", name)]) == 113
    assert dates["art5"] == "2025-02-02"
    assert dates["art53"] == dates["art99"] == "2025-08-02"
    assert dates["art50"] == dates["art101"] == dates["art6/5"] == "2026-08-02"


def test_the_dates_of_high_risk_rules_are_those_of_the_omnibus():
    dates = {
        entry.provision: entry.in_force_from for entry in CATALOGUE.get("eu-reg-1689-2024").provision_dates
    }
    assert {dates[f"art{n}"] for n in range(6, 28)} == {dates["annex3"]} == {"2027-12-02"}
    assert dates["art6/1"] == "2028-08-02"
    assert {dates[f"art{n}"] for n in range(102, 111)} == {"2026-07-27"}


@needs_acts
@pytest.mark.acts
def test_every_held_act_is_catalogued_with_the_later_amendments_its_sidecar_knows():
    for path in [*ACTS.glob("ru/*.json"), *ACTS.glob("bulk/*.json"), *ACTS.glob("en/us_eo*.json")]:
        side = json.loads(path.read_text(encoding="utf-8"))
        act = CATALOGUE.by_identity(None, side["number"], side["date"])
        assert act, path.name
        known = {entry.number for entry in act.amended_by}
        for line in side.get("known_later_amendments", []):
            assert line.split()[0] in known, (path.name, line)
