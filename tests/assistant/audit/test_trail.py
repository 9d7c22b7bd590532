"""The audit trail: tied entry by entry, written by several processes, pruned by the month, told when touched."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.access.notices import Notice, tell
from assistant.audit import Trail, door, noting, verify
from assistant.audit import trail as trail_module
from assistant.audit.chain import BEGINNING, Entry
from assistant.audit.verify import read_entries
from assistant.errors import LibraryError
from assistant.model import IngestReport, PathReason
from assistant.settings import AuditSettings, Settings
from tests.assistant.api.serving import bare, listening
from tests.assistant.web.standin import StandIn
from tests.sample_home import ai_policy


@pytest.fixture
def trail(tmp_path):
    return Trail(tmp_path / "audit")


def entries(trail):
    return [entry for _, entry in read_entries(trail) if entry is not None]


def only_file(trail):
    (path,) = trail.files()
    return path


def fill(trail, count=5):
    for number in range(count):
        trail.note("asked", f"user:{number}", question=f"Вопрос {number}?", status="answered")


def rewritten(trail, change):
    """Change the lines of the only file."""
    path = only_file(trail)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")


def test_entries_are_numbered_and_each_holds_the_hash_of_the_one_before(trail):
    fill(trail)
    found = entries(trail)
    assert [entry.seq for entry in found] == [1, 2, 3, 4, 5]
    assert [entry.prev for entry in found] == [BEGINNING, *(entry.hash for entry in found[:-1])]
    assert all(entry.computed() == entry.hash for entry in found)
    verdict = verify(trail)
    assert (verdict.whole, verdict.entries, verdict.head) == (True, 5, found[-1].hash)


def test_an_empty_trail_is_whole(trail):
    assert verify(trail).whole
    assert not verify(trail, head="a" * 64).whole


def changed(lines):
    return [line.replace("Вопрос 2?", "Вопрос 9?") for line in lines]


def forged(lines):
    """An entry rewritten with a hash that fits it."""
    data = json.loads(lines[2]) | {"actor": "user:other"}
    return [*lines[:2], Entry(**data).sealed().line(), *lines[3:]]


@pytest.mark.parametrize(
    "harm",
    [
        changed,
        forged,
        lambda lines: lines[:2] + lines[3:],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [*lines[:3], lines[2], *lines[3:]],
        lambda lines: [*lines[:2], "{}", *lines[3:]],
        lambda lines: [*lines[:2], lines[2][:40], *lines[3:]],
    ],
    ids=["changed", "forged", "left out", "first one left out", "swapped", "doubled", "emptied", "cut short"],
)
def test_whatever_is_done_to_an_entry_is_told(trail, harm):
    fill(trail)
    rewritten(trail, harm)
    verdict = verify(trail)
    assert not verdict.whole
    assert verdict.problems


def test_an_end_that_was_cut_off_is_told_by_the_hash_that_was_kept(trail):
    fill(trail)
    head = verify(trail).head
    fill(trail, 1)
    assert verify(trail, head=head).whole, "what came later does not matter"
    rewritten(trail, lambda lines: lines[:3])
    assert verify(trail).whole, "the rest is tied as it should be"
    assert not verify(trail, head=head).whole


def test_a_line_that_a_crash_cut_off_is_passed_over_and_noted(trail):
    fill(trail)
    with only_file(trail).open("ab") as file:
        file.write(b'{"seq": 6, "at": "2026-')
    assert verify(trail).whole
    assert verify(trail).notes
    fill(trail, 2)
    verdict = verify(trail)
    assert (verdict.whole, verdict.entries, verdict.last, len(verdict.notes)) == (True, 7, 7, 1)


@given(st.lists(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=4), max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_told_of_an_event_stays_one_line_and_whole(tmp_path_factory, told):
    trail = Trail(tmp_path_factory.mktemp("any") / "audit")
    for about in told:
        trail.note("administered", "user:a\nb", about=about)
    assert verify(trail).whole
    assert len(entries(trail)) == len(told)


def test_a_long_text_is_cut_and_what_cannot_be_written_is_replaced(trail):
    trail.note("asked", "local", question="я" * 9000 + "\ud800", more=[{1, 2}, object])
    (entry,) = entries(trail)
    assert len(entry.about["question"]) < 4100
    assert verify(trail).whole


@pytest.mark.parametrize(
    ("kept", "names"), [("text", {"question"}), ("hash", {"question_sha256"}), ("none", set())]
)
def test_a_question_is_kept_as_the_settings_say(tmp_path, kept, names):
    trail = Trail(tmp_path / "audit", questions=kept)
    trail.note("asked", "local", question="Мой номер 8-900?", status="answered")
    (entry,) = entries(trail)
    assert entry.about.keys() == names | {"status"}
    assert ("8-900" in only_file(trail).read_text(encoding="utf-8")) == (kept == "text")


def at(monkeypatch, year, month):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(year, month, 15, tzinfo=UTC)

    monkeypatch.setattr(trail_module, "datetime", Clock)


def test_months_have_files_of_their_own_and_old_ones_go_with_a_word_of_where_they_ended(
    tmp_path, monkeypatch
):
    trail = Trail(tmp_path / "audit", days=62)
    for month in (1, 2, 3):
        at(monkeypatch, 2026, month)
        fill(trail, 2)
    assert [path.name for path in trail.files()] == ["2026-01.jsonl", "2026-02.jsonl", "2026-03.jsonl"]
    at(monkeypatch, 2026, 5)
    fill(trail, 2)
    assert [path.name for path in trail.files()] == ["2026-03.jsonl", "2026-05.jsonl"]
    pruned = [entry.about["file"] for entry in entries(trail) if entry.event == "pruned"]
    assert pruned == ["2026-01.jsonl", "2026-02.jsonl"]
    assert verify(trail).whole
    trail.files()[0].unlink()  # by somebody else
    assert not verify(trail).whole


def test_a_clock_set_back_does_not_tear_the_chain(trail, monkeypatch):
    at(monkeypatch, 2026, 6)
    fill(trail, 2)
    at(monkeypatch, 2026, 2)
    fill(trail, 2)
    assert [path.name for path in trail.files()] == ["2026-06.jsonl"]
    assert (verify(trail).whole, verify(trail).entries) == (True, 4)


WRITER = """
import sys
from pathlib import Path
from assistant.audit import Trail
trail = Trail(Path(sys.argv[1]))
for number in range(40):
    trail.note("asked", sys.argv[2], number=number)
"""


def test_several_processes_write_one_chain(tmp_path):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "audit"), f"user:{name}"])
        for name in range(4)
    ]
    assert [writer.wait(180) for writer in writers] == [0] * 4
    trail = Trail(tmp_path / "audit")
    verdict = verify(trail)
    assert (verdict.whole, verdict.entries, verdict.last) == (True, 160, 160)
    for name in range(4):
        assert [entry.about["number"] for entry in entries(trail) if entry.actor == f"user:{name}"] == [
            *range(40)
        ]


def test_a_trail_that_cannot_be_written_stops_what_must_be_noted_and_nothing_else(tmp_path, caplog):
    (tmp_path / "audit").write_text("a file where the folder should be", encoding="utf-8")
    Trail(tmp_path / "audit").note("asked", "local")
    assert "cannot be written" in caplog.text
    Trail(tmp_path / "audit").note("asked", "local")
    assert caplog.text.count("cannot be written") == 1  # once, not with every question
    with pytest.raises(LibraryError, match="audit trail"):
        Trail(tmp_path / "audit", mode="required").note("asked", "local")
    Trail(tmp_path / "audit", mode="off").note("asked", "local")
    (tmp_path / "audit").unlink()
    for _ in range(2):
        Trail(tmp_path / "audit").note("asked", "local")
    assert caplog.text.count("is written again") == 1


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX systems")
def test_nobody_else_may_read_it(trail):
    fill(trail, 1)
    assert only_file(trail).stat().st_mode & 0o077 == 0
    assert trail.folder.stat().st_mode & 0o077 == 0


def test_settings_decide(tmp_path):
    said = Settings(home=tmp_path, audit=AuditSettings(mode="off"))
    Trail.of(said).note("asked", "local")
    assert not (tmp_path / "audit").exists()


# ── the command line ──────────────────────────────────────────────────────────────────────────────


def test_the_command_line_verifies_and_exports(tmp_path):
    home = tmp_path / "home"
    trail = Trail(home / "audit")
    assert ai_policy(home, "audit", "verify", AI_POLICY_LANG="en").out.strip() == "The audit trail is empty."
    fill(trail, 3)
    trail.note("removed", "os:=cmd", what="ru-fz-1-2020")
    told = ai_policy(home, "audit", "verify", "--json")
    assert (told.status, told.json["entries"], told.json["problems"]) == (0, 4, [])
    head = told.json["head"]
    lines = ai_policy(home, "audit", "export", "--event", "asked", "--actor", "user:1").out.splitlines()
    assert [json.loads(line)["about"]["question"] for line in lines] == ["Вопрос 1?"]
    table = ai_policy(home, "audit", "export", "--to", "csv").out
    assert len(table.splitlines()) == 5
    assert not ai_policy(home, "audit", "export", "--until", "2020-01-01").out
    rewritten(trail, lambda found: found[:2])
    assert ai_policy(home, "audit", "verify").status == 0
    assert ai_policy(home, "audit", "verify", "--head", head).status == 1


# ── what is noted where ───────────────────────────────────────────────────────────────────────────


def test_the_door_is_written_down_and_names_no_secret(tmp_path):
    home = Settings(home=tmp_path)
    deaf = door.listening(home)
    tell(Notice("sign_in_failed", who="anna", address="10.0.0.9", status=401))
    tell(Notice("signed_in", who="user:anna", address="10.0.0.9"))
    tell(Notice("user_added", about="user:boris"))
    deaf()
    tell(Notice("signed_out", who="user:anna"))
    found = entries(Trail.of(home))
    assert [(entry.event, entry.actor) for entry in found] == [
        ("refused", "anna"), ("signed_in", "user:anna"), ("administered", "user:boris"),
    ]  # fmt: skip
    assert found[0].about == {"what": "sign_in_failed", "address": "10.0.0.9", "status": 401}
    assert found[2].about == {"what": "user_added", "about": "user:boris"}


def test_what_is_given_on_the_command_line_is_given_by_the_person_at_the_machine(tmp_path):
    home = Settings(home=tmp_path)
    deaf = door.listening(home, by="os:root")
    tell(Notice("token_created", who="user:anna", about="t1"))
    deaf()
    deaf = door.listening(home)
    tell(Notice("user_password", about="user:anna"))
    deaf()
    assert [entry.actor for entry in entries(Trail.of(home))] == ["os:root", "user:anna"]


def test_a_crowd_of_unknown_callers_does_not_fill_the_trail(tmp_path):
    home = Settings(home=tmp_path)
    deaf = door.listening(home)
    for _ in range(500):
        tell(Notice("refused", about="/api/v1/acts", address="10.0.0.9", status=401))
    tell(Notice("refused", who="user:anna", about="/metrics", address="10.0.0.9", status=403))
    deaf()
    found = entries(Trail.of(home))
    assert len(found) <= 2 * door.A_MINUTE + 1  # a minute may end meanwhile
    assert found[-1].actor == "user:anna"


@pytest.mark.parametrize("what", ["sign_in_throttled", "rate_limited"])
def test_those_turned_away_as_too_many_do_not_fill_the_trail(tmp_path, what):
    home = Settings(home=tmp_path)
    deaf = door.listening(home)
    for number in range(300):
        who = f"typed{number}" if what == "sign_in_throttled" else "user:boris"
        tell(Notice(what, who=who, address="10.0.0.9", status=429))
    tell(Notice(what, who="user:anna", address="10.0.0.7", status=429))
    deaf()
    found = entries(Trail.of(home))
    assert len(found) <= 2 * door.A_MINUTE + 1  # a minute may end meanwhile
    assert found[-1].actor == "user:anna"


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
def test_a_disk_that_takes_half_a_line_has_acknowledged_nothing(tmp_path):
    script = """
import resource, signal, sys
from pathlib import Path
from assistant.audit import Trail
from assistant.errors import LibraryError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
trail = Trail(Path(sys.argv[1]), mode="required")
trail.note("asked", "local")
size = trail.files()[0].stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, size + 40))
try:
    trail.note("asked", "local", question="y" * 300)
except LibraryError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "audit")],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    assert done.stdout.strip() == "refused"
    trail = Trail(tmp_path / "audit")
    trail.note("asked", "local")
    assert (verify(trail).whole, verify(trail).entries) == (True, 2)


def test_a_question_over_the_api_is_written_down_with_the_editions_it_was_answered_from(tmp_path):
    assistant = StandIn(Settings(home=tmp_path, lang="en"))
    with listening(bare(assistant)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert client.post("/api/v1/ask", json={"question": "Who sits on the council?"}).status_code == 200
    (entry,) = entries(Trail.of(assistant.settings))
    assert (entry.event, entry.actor, entry.about["status"]) == ("asked", "local", "answered")
    assert entry.about["question"] == "Who sits on the council?"
    assert entry.about["editions"]
    assert all("@" in edition for edition in entry.about["editions"])


def test_an_ingest_that_changed_something_and_what_failed_are_written_down(tmp_path):
    home = Settings(home=tmp_path)
    changed = IngestReport(added=["ru-fz-2-2020"], failed=[PathReason(path="b.pdf", reason="no")])
    for report in (IngestReport(unchanged=["ru-fz-1-2020"]), changed):
        with Trail.of(home).changing("ingested", "os:a") as came:
            came |= noting.of_ingest(report)
    (entry,) = entries(Trail.of(home))
    assert entry.about == {"added": ["ru-fz-2-2020"], "updated": [], "failed": ["b.pdf"]}
