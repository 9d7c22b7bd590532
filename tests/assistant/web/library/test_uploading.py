"""Files over the tab's own routes: taken in step by step, refused with a reason, and nobody else's."""

import json
import threading
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, update

from assistant.engine import Assistant
from assistant.errors import NotHeldError
from assistant.export import export_answer
from assistant.library.schema import RenditionRow
from assistant.model import Authority
from assistant.records import uploads
from assistant.records.owner import LOCAL, Owner, own_prefix
from assistant.records.schema import UploadRow
from assistant.web.library import UPLOADS, home, jobs, uploading
from assistant.web.library import act as act_page
from assistant.web.library.line import line_of
from assistant.web.library.reach import reach_of
from assistant.web.library.taking import Brought, delete, take_in, undo
from ingest.run import ingest_paths
from tests.assistant.web.library.conftest import HEADER

LAW = """УКАЗ

ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ

О САДАХ {word}

от 5 марта 2021 г. N {number}

1. Садовникам поливать розы утром {word}.

2. Создать комиссию по садам.
"""
ANNA, BORIS = Owner("user:anna", "anna"), Owner("user:boris", "boris")


def send(address, *files, lang="en", **headers):
    sent = [
        ("files", (name, content if isinstance(content, bytes) else content.encode()))
        for name, content in files
    ]
    return httpx.post(f"{address}{UPLOADS}?lang={lang}", files=sent, headers=headers, timeout=180)


class PageOf(HTMLParser):
    """The words that the zone hands to its script."""

    words = ""

    def __init__(self, source):
        super().__init__()
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.words = dict(attrs).get("data-words") or self.words


def pictures(address, job, **headers):
    """What the stream of progress says until the job has ended."""
    found = []
    with httpx.stream("GET", f"{address}{UPLOADS}/{job}/events", headers=headers, timeout=120) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        for line in reply.iter_lines():
            if line.startswith("data:"):
                found.append(json.loads(line.removeprefix("data:")))
    assert found[-1]["done"]
    return found


def taken(address, *files, lang="en", **headers):
    """The files of an upload as they ended."""
    reply = send(address, *files, lang=lang, **headers)
    assert reply.status_code == 202, reply.text
    return pictures(address, reply.json()["job"], **headers)[-1]["files"]


def test_good_and_bad_files_go_their_ways_and_each_says_why(served):
    address, assistant = served
    reply = send(address, ("a.txt", LAW.format(word="и парках", number=701)), ("empty.pdf", b""),
                 ("program.exe", b"MZ\x00\x00" * 40), ("заметки.txt", "日本語の文書\n" * 3))  # fmt: skip
    said = pictures(address, reply.json()["job"])
    stages = [picture["files"][0]["stage"] for picture in said]
    assert stages[-1] == "added"
    assert "index" in stages
    good, empty, program, notes = said[-1]["files"]
    assert good["act"] == "ru-ukaz-701-2021"
    assert empty["stage"] in ("failed", "skipped")
    assert program["stage"] in ("failed", "skipped")
    for each in (empty, program):
        assert each["reason"]
        assert str(assistant.settings.home) not in each["reason"]
    assert notes["stage"] == "added"
    assert notes["act"].startswith("doc-zametki-")
    assert notes["reason"] == "taken in as a document of its own"
    row = assistant.view.of_act("ru-ukaz-701-2021")[0]
    assert row.authority == Authority.USER
    assert assistant.indexes.complete_for(assistant.library)
    assert [hit.act for hit in assistant.search("Садовникам поливать розы утром", k=1)] == [
        "ru-ukaz-701-2021"
    ]
    names = {upload.file_name for upload in uploads.listed(assistant.library, LOCAL).items}
    assert {"a.txt", "заметки.txt"} <= names
    assert not list((assistant.settings.home / "uploads").rglob("*.*"))


def test_every_stage_of_a_file_is_told_as_it_begins(served, tmp_path):
    _, assistant = served
    told = []
    (tmp_path / "stage").mkdir()
    file = tmp_path / "stage" / "original.txt"
    file.write_text(LAW.format(word="и ступенях", number=716), encoding="utf-8")
    ended = take_in(
        assistant.settings, LOCAL, [Brought(file, "a.txt")], "en",
        lambda place, stage, share: told.append(stage), lambda place, taken: told.append(taken.outcome),
    )  # fmt: skip
    assert [each.outcome for each in ended] == ["added"]
    assert list(dict.fromkeys(told)) == ["read", "structure", "store", "embed", "index", "added"]
    words = json.loads(PageOf(uploading.zone_html(assistant.settings, "ru")).words)
    assert len({words[stage] for stage in told[:-1]}) == 5


def test_the_same_file_again_is_unchanged_and_recorded_once(served):
    address, assistant = served
    text = LAW.format(word="и прудах", number=702)
    assert taken(address, ("once.txt", text))[0]["stage"] == "added"
    assert taken(address, ("twice.txt", text))[0]["stage"] == "unchanged"
    names = [upload.file_name for upload in uploads.listed(assistant.library, LOCAL).items]
    assert names.count("once.txt") == 1
    assert "twice.txt" not in names


def test_a_reason_is_in_the_readers_language(served):
    address, _ = served
    ended = taken(address, ("битый.pdf", b"%PDF-1.7 nothing"), lang="ru")[0]
    assert ended["stage"] == "failed"
    assert "битый.pdf" in ended["reason"]
    assert any("а" <= char <= "я" for char in ended["reason"].replace("битый.pdf", ""))


def test_a_file_is_deleted_brought_back_and_deleted_for_good(served):
    address, assistant = served
    act = taken(address, ("gone.txt", LAW.format(word="и рощах", number=703)))[0]["act"]
    found = next(
        each for each in uploads.listed(assistant.library, LOCAL).items if each.file_name == "gone.txt"
    )
    gone = delete(assistant, LOCAL, found.id)
    assert gone.state == "deleted"
    assert gone.undo_until
    assert not assistant.view.of_act(act)
    back = undo(assistant, LOCAL, found.id, "en")
    assert back.state == "held"
    row = assistant.view.of_act(act)[0]
    assert (row.authority, row.edition) == (found.authority, found.edition)
    assert assistant.view.acts[act].number == "703"
    assert delete(assistant, LOCAL, found.id).state == "deleted"
    assert not assistant.view.of_act(act)


def test_a_file_uploaded_under_two_names_is_out_when_it_is_deleted(served, signed):
    for (address, assistant), owner, headers in (
        (served, LOCAL, {}),
        (signed, ANNA, {HEADER: "anna"}),
    ):
        text = LAW.format(word="и оврагах", number=709)
        act = taken(address, ("first.txt", text), **headers)[0]["act"]
        taken(address, ("second.md", text), ("third.txt", text), **headers)
        found = uploads.listed(assistant.library, owner).items
        mine = next(each for each in found if each.file_name == "first.txt")
        assert delete(assistant, owner, mine.id).state == "deleted"
        assert not assistant.seen_by(owner).view.of_act(act)
        undo(assistant, owner, mine.id, "en")
        assert assistant.seen_by(owner).view.of_act(act)


def test_a_file_brought_to_a_machine_with_another_home_is_out_when_it_is_deleted_here(served):
    """Machines that share a library each have a home; the library names files as the one that took them did."""
    address, assistant = served
    act = taken(address, ("far.txt", LAW.format(word="и степях", number=711)))[0]["act"]
    here, there = str(assistant.settings.home.resolve()), "/srv/another/home"
    with assistant.library.session() as session:
        for table in (RenditionRow, UploadRow):
            changed = update(table).values(path=func.replace(table.path, here, there))
            session.execute(changed.where(table.path.startswith(here)))
        session.commit()
    assert any(row.path.startswith(there) for row in assistant.library.renditions())
    listed = uploads.listed(assistant.library, LOCAL).items
    found = next(each for each in listed if each.file_name == "far.txt")
    delete(assistant, LOCAL, found.id)
    assert not assistant.view.of_act(act)
    undo(assistant, LOCAL, found.id, "en")
    assert assistant.view.of_act(act)


def test_bytes_that_the_command_line_took_in_too_stay_when_the_upload_is_deleted(served, tmp_path):
    address, assistant = served
    text = LAW.format(word="и холмах", number=712)
    act = taken(address, ("hill.txt", text))[0]["act"]
    file = tmp_path / "hill.txt"
    file.write_text(text, encoding="utf-8")
    ingest_paths([file], settings=assistant.settings)
    listed = uploads.listed(assistant.library, LOCAL).items
    delete(assistant, LOCAL, next(each for each in listed if each.file_name == "hill.txt").id)
    (row,) = [row for row in assistant.library.renditions() if Path(row.path).name == "hill.txt"]
    assert row.path == str(file) and assistant.view.of_act(act)


def test_what_can_no_longer_come_back_is_really_removed(served):
    address, assistant = served
    taken(address, ("over.txt", LAW.format(word="и дворах", number=710)))
    listed = uploads.listed(assistant.library, LOCAL).items
    found = next(each for each in listed if each.file_name == "over.txt")
    settings = assistant.settings
    uploads.remove(
        assistant.library, LOCAL, found.id, lambda _upload: None, files=settings.files_path,
        kept=settings.home / "deleted", undo=timedelta(seconds=-1),
    )  # fmt: skip
    kept = settings.home / "deleted" / found.id
    assert kept.exists()
    assert "over.txt" not in home.made(assistant, LOCAL, "en").mine
    assert not kept.exists()


def test_two_owners_may_bring_the_same_law_and_neither_sees_the_others(signed):
    address, assistant = signed
    text = LAW.format(word="и лугах", number=704)
    acts = {}
    for owner in (ANNA, BORIS):
        ended = taken(address, ("law.txt", text), **{HEADER: owner.name})[0]
        assert ended["stage"] == "added"
        acts[owner] = ended["act"]
        assert acts[owner] == f"{own_prefix(owner)}ru-ukaz-704-2021"
    view = assistant.seen_by(ANNA).view
    assert view.acts[acts[ANNA]].number == "704"
    assert not reach_of(view, ANNA).known(acts[BORIS])
    assert acts[BORIS] not in view.acts
    assert not {acts[ANNA], acts[BORIS]} & assistant.view.acts.keys()
    assert [each.act for each in uploads.listed(assistant.library, BORIS).items] == [acts[BORIS]]
    other = LAW.format(word="и полях", number=704).replace("1. Садовникам", "1. Лесникам сеять\n\n1.1. Им")
    again = taken(address, ("law2.txt", other), **{HEADER: ANNA.name})[0]
    assert again["stage"] in ("added", "linked", "updated")
    assert again["act"].startswith(own_prefix(ANNA))
    mine = next(each for each in uploads.listed(assistant.library, ANNA).items if each.file_name == "law.txt")
    delete(assistant, ANNA, mine.id)
    assert reach_of(assistant.seen_by(BORIS).view, BORIS).editions(acts[BORIS])
    undo(assistant, ANNA, mine.id, "ru")
    assert reach_of(assistant.seen_by(ANNA).view, ANNA).editions(acts[ANNA])


def test_a_private_text_answers_its_owner_alone(signed):
    address, assistant = signed
    text = LAW.format(word="и болотах", number=712)
    own = taken(address, ("secret.txt", text), **{HEADER: "anna"})[0]["act"]
    question = "Что сказано о садах и болотах?"
    assert own in {hit.act for hit in assistant.seen_by(ANNA).search(question, k=50)}
    answered = assistant.seen_by(ANNA).ask("Когда садовникам поливать розы?", act=own)
    assert {cited.act for cited in answered.citations} == {own}
    written = export_answer(answered, "md", "ru").decode()
    assert "файл пользователя" in written
    assert "own-" not in written
    for other in (assistant, assistant.seen_by(BORIS), assistant.seen_by(LOCAL)):
        assert own not in {hit.act for hit in other.search(question, k=200)}
        assert own not in {act.act for act in other.acts(catalogue=True)}
        with pytest.raises(NotHeldError):
            other.show(own)
        found = other.ask(question, llm="extractive")
        assert own not in {citation.act for citation in found.citations}
        assert not any(own in ref for ref in found.nearest)


def test_a_private_text_without_a_title_is_called_by_its_files_name(signed):
    address, assistant = signed
    text = (
        "УКАЗ\n\nПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ\n\nот 5 марта 2021 г. N 714\n\n1. Поливать.\n\n2. Полоть.\n"
    )
    own = taken(address, ("Наш проект.txt", text), **{HEADER: "anna"})[0]["act"]
    assert own == f"{own_prefix(ANNA)}ru-ukaz-714-2021"
    seen = assistant.seen_by(ANNA)
    assert seen.view.title(own, "en") == "Наш проект"
    assert "own-" not in seen.show(own).label
    page = act_page.head_html(reach_of(seen.view, ANNA), seen.view.acts[own], None, "ru", date(2026, 11, 1))
    assert f">{own}<" not in page


def test_an_own_copy_of_a_catalogued_act_leaves_the_shared_one_alone(signed):
    address, assistant = signed
    known = next(
        act
        for act in assistant.view.acts.values()
        if act.in_catalogue and act.kind == "decree" and act.number
    )
    day = ".".join(reversed(known.date.split("-")))
    head = f"УКАЗ\n\nПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ\n\nот {day} г. N {known.number}\n\n"
    text = f"{head}1. Своими словами.\n\n2. И ещё.\n"
    before = [row.id for row in assistant.view.of_act(known.id)]
    ended = taken(address, ("copy.txt", text), **{HEADER: "anna"})[0]
    assert ended["act"] == f"{own_prefix(ANNA)}{known.id}"
    assert [row.id for row in assistant.view.of_act(known.id)] == before
    assert not assistant.seen_by(ANNA).view.acts[ended["act"]].in_catalogue


def test_what_a_private_text_says_it_repeals_leaves_the_shared_acts_standing(signed):
    address, assistant = signed
    before = {act.act: act.currency for act in assistant.acts(catalogue=True)}
    text = LAW.format(word="и островах", number=711).replace(
        "2. Создать",
        "2. Признать утратившим силу Федеральный закон от 27 июля 2006 г. N 152-ФЗ.\n\n3. Создать",
    )
    own = taken(address, ("bold.txt", text), **{HEADER: "boris"})[0]["act"]
    said = [row for row in assistant.view.relations if row.source == own]
    assert {row.kind for row in said} <= {"cites"}
    after = {act.act: act.currency for act in assistant.acts(catalogue=True)}
    assert {act: after[act] for act in before} == before


def test_a_local_users_upload_is_nobodys_once_users_sign_in_until_it_is_ingested(served, tmp_path):
    address, assistant = served
    text = LAW.format(word="и оранжереях", number=715)
    act = taken(address, ("Сады.txt", text))[0]["act"]
    question = "Что сказано о садах и оранжереях?"
    assert act in {hit.act for hit in assistant.search(question, k=50)}
    users = Assistant(assistant.settings.model_copy(update={"owner_header": HEADER}))
    for one in (users, users.seen_by(ANNA)):
        assert act not in {hit.act for hit in one.search(question, k=200)}
        assert act not in {each.act for each in one.acts(catalogue=True)}
        assert act not in {cited.act for cited in one.ask(question, llm="extractive").citations}
        with pytest.raises(NotHeldError):
            one.show(act)
    file = tmp_path / "Сады.txt"
    file.write_text(text, encoding="utf-8")
    report = ingest_paths([file], settings=users.settings)
    assert not report.failed
    assert users.seen_by(ANNA).show(act)
    assert act in {hit.act for hit in users.seen_by(ANNA).search(question, k=50)}
    users.library.close()


def test_progress_is_the_owners_and_a_request_without_an_owner_is_refused(signed):
    address, _ = signed
    job = send(address, ("p.txt", LAW.format(word="", number=705)), **{HEADER: "anna"}).json()["job"]
    theirs = httpx.get(f"{address}{UPLOADS}/{job}/events?lang=ru", headers={HEADER: "boris"})
    assert theirs.status_code == 404
    assert httpx.get(f"{address}{UPLOADS}/{'0' * 32}/events", headers={HEADER: "anna"}).status_code == 404
    assert httpx.get(f"{address}{UPLOADS}/{job}/events").status_code == 401
    assert send(address, ("p.txt", "x")).status_code == 401
    pictures(address, job, **{HEADER: "anna"})


def test_a_page_opened_later_is_told_of_the_owners_uploads_alone(signed, monkeypatch):
    address, assistant = signed
    go = threading.Event()
    line_of(assistant).join(lambda: go.wait(120))

    def known(name):
        reply = httpx.get(f"{address}{UPLOADS}", headers={HEADER: name})
        return {job["job"]: job for job in reply.json()["jobs"]}

    try:
        job = send(address, ("later.txt", LAW.format(word="", number=717)), **{HEADER: "vera"}).json()["job"]
        assert known("vera")[job]["files"][0]["stage"] == "waiting"
        assert known("vera")[job]["before"] == 1
        assert known("boris").keys() & {job} == set()
    finally:
        go.set()
    pictures(address, job, **{HEADER: "vera"})
    assert known("vera")[job]["files"][0]["stage"] == "added"
    assert httpx.get(f"{address}{UPLOADS}").status_code == 401
    monkeypatch.setattr(jobs, "SHOWN_SECONDS", 0.0)
    assert known("vera") == {}, "what ended long ago is not shown for ever"


def test_the_outline_of_anothers_file_is_not_there(signed):
    address, assistant = signed
    act = taken(address, ("mine.txt", LAW.format(word="и горах", number=706)), **{HEADER: "anna"})[0]["act"]
    key = assistant.seen_by(ANNA).view.of_act(act)[0].id
    where = f"{address}/library/outline?edition={key}&parent=p1&level=2"
    assert httpx.get(where, headers={HEADER: "anna"}).status_code == 200
    assert httpx.get(where, headers={HEADER: "boris"}).status_code == 404
    assert httpx.get(where).status_code == 401


def test_uploads_wait_in_line_are_told_their_place_and_are_not_endless(served):
    address, assistant = served
    go = threading.Event()
    first = line_of(assistant).join(lambda: go.wait(120))
    try:
        jobs = [
            send(address, (f"{n}.txt", LAW.format(word="", number=720 + n))).json()["job"] for n in range(5)
        ]
        with httpx.stream("GET", f"{address}{UPLOADS}/{jobs[1]}/events", timeout=180) as reply:
            line = next(line for line in reply.iter_lines() if line.startswith("data:"))
        shown = json.loads(line.removeprefix("data:"))
        assert (shown["before"], shown["files"][0]["stage"]) == (2, "waiting")
        refused = send(address, ("6.txt", "x"))
        assert refused.status_code == 429
        assert "under way" in refused.json()["detail"]
    finally:
        go.set()
    first.result(60)
    assert [pictures(address, job)[-1]["files"][0]["stage"] for job in jobs] == ["added"] * 5


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "same-site"}])
def test_another_sites_page_cannot_upload(served, headers):
    reply = send(served[0], ("a.txt", "x"), **headers)
    assert reply.status_code == 403
    assert "own pages" in reply.json()["detail"]


def test_the_apps_own_page_can(served):
    address = served[0]
    reply = send(address, ("a.txt", LAW.format(word="", number=707)), origin=address)
    assert reply.status_code == 202
    pictures(address, reply.json()["job"])


def test_too_much_is_refused_with_the_limit_and_a_shut_server_takes_nothing(shut):
    small, none = shut
    large = send(small, ("a.txt", "я" * 1500), lang="ru")
    assert large.status_code == 413
    assert "МБ" in large.json()["detail"]
    many = send(small, *((f"{n}.txt", "x") for n in range(3)))
    assert many.status_code == 413
    assert "More than 2 files" in many.json()["detail"]
    assert send(small).status_code == 400
    refused = send(none, ("a.txt", "x"))
    assert refused.status_code == 403
    assert "AI_POLICY_API_INGEST" in refused.json()["detail"]


def test_a_name_that_leads_elsewhere_stays_in_its_folder(served):
    address, assistant = served
    ended = taken(address, ("../../../etc/дача.txt", LAW.format(word="и дачах", number=708)))[0]
    assert ended["name"] == "дача.txt"
    assert ended["stage"] == "added"
    edition = assistant.view.of_act("ru-ukaz-708-2021")[0].id
    paths = [row.path for row in assistant.library.renditions(edition)]
    assert [Path(path).name for path in paths] == ["original.txt"]
    assert paths[0].startswith(str(assistant.settings.home / "uploads"))
