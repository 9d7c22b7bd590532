"""A required trail: every change is written down as intended before it is made, or is not made at all."""

from __future__ import annotations

import httpx
import pytest
from click.testing import CliRunner

import assistant as package
from assistant import cli
from assistant.access import passwords, sessions, tokens, users
from assistant.access.roles import Role, Scope
from assistant.audit import Trail, door, noting
from assistant.errors import InputError, LibraryError
from assistant.model import Authority
from assistant.records import uploads
from assistant.records.owner import Owner
from assistant.settings import AuditSettings, Settings, current_settings
from assistant.web.door.entering import enter
from assistant.web.door.shares import Tries
from assistant.web.library import taking
from assistant.web.library.jobs import Jobs
from assistant.web.library.taking import Brought
from tests.assistant.api.serving import bare, listening
from tests.assistant.audit.homes import content, events, unwritable
from tests.assistant.web.standin import StandIn
from tests.ingest.conftest import opened, settings  # noqa: F401 (a home with one act, and the stand-in for a model)
from tests.ingest.homes import ACT, OTHER
from tests.killing import text_of

PASSWORD = "correct horse battery"
REQUIRED = AuditSettings(mode="required")
ANNA = Owner("user:anna", "anna")


@pytest.fixture(scope="module")
def cheap():
    return passwords.hash_of(PASSWORD)


@pytest.fixture
def home(settings, monkeypatch, cheap, tmp_path):  # noqa: F811
    """A home with an act, a user, a token and a backup, whose trail is required."""
    from assistant.library import Library
    from assistant.library.backup import back_up

    monkeypatch.setattr(passwords, "hash_of", lambda _password: cheap)
    monkeypatch.setenv("AI_POLICY_HOME", str(settings.home))
    monkeypatch.setenv("AI_POLICY_AUDIT__MODE", "required")
    monkeypatch.setenv("AI_POLICY_LANG", "en")
    library = Library(settings.library_url)
    user = users.add(library, "anna", Role.EDITOR, PASSWORD)
    users.add(library, "gone", Role.READER, None)
    users.set_disabled(library, "gone", disabled=True)
    tokens.create(library, user, "first", [Scope.ASK], 5)
    library.close()
    back_up(settings.home, tmp_path / "kept")
    (tmp_path / f"{OTHER}.txt").write_text(text_of(OTHER, 1), encoding="utf-8")
    (tmp_path / "answer.json").write_text("[]", encoding="utf-8")
    current_settings.cache_clear()
    yield settings.model_copy(update={"audit": REQUIRED})
    current_settings.cache_clear()


@pytest.fixture
def run(home, tmp_path, monkeypatch):
    """Runs a command of the command line in this process; ``{}`` stands for the test's folder."""
    from assistant.engine import Assistant

    made = []
    monkeypatch.setattr(package, "default_assistant", lambda: made.append(Assistant(home)) or made[-1])

    def invoke(command, **given):
        words = [word.format(tmp_path, token=token_of(home)) for word in command.split()]
        return CliRunner().invoke(cli.cli, words, catch_exceptions=False, **given)

    yield invoke
    for one in made:
        one.library.close()


def token_of(home):
    from assistant.library import Library

    library = Library(home.library_url)
    try:
        return tokens.listed(library)[0].id
    finally:
        library.close()


OF_THE_LIBRARY = {
    f"ingest {{}}/{OTHER}.txt --act {OTHER} --edition 2020-01-01": "ingested",
    "backup {}/again": "backed_up",
    "doctor --repair": "repaired",
    f"remove {ACT}": "removed",
    "restore {}/kept --replace": "restored",
}
OF_USERS = dict.fromkeys(
    (
        "user add boris --no-password",
        "user role anna admin",
        "user password anna",
        "token create anna",
        "token revoke {token}",
        "user disable anna",
        "user enable gone",
        "group add legal",
        "group join legal anna",
        "group leave legal anna",
        "group remove legal",
        "user remove anna",
    ),
    "administered",
)


@pytest.mark.parametrize("changes", [OF_THE_LIBRARY, OF_USERS], ids=["library", "users"])
def test_a_command_changes_nothing_that_cannot_be_written_down_and_is_written_down_before(
    home, run, tmp_path, changes
):
    for command, event in changes.items():
        before = content(home)
        with unwritable(home), pytest.raises(LibraryError, match="without it nothing is done"):
            run(command, input=f"{PASSWORD}\n")
        assert content(home) == before, command
        assert event != "backed_up" or not (tmp_path / "again").exists()
        done = run(command, input=f"{PASSWORD}\n")
        assert done.exit_code == 0, done.output
        (intended, what), (made, about) = events(home)[-2:]
        assert (intended, what["of"], made) == ("intended", event, event), command
        if event != "administered":
            assert about["intended"] == len(events(home)) - 1
    assert "failed" not in [name for name, _ in events(home)]


def test_what_goes_out_or_takes_long_does_not_begin_unwritten(home, run, monkeypatch):
    def begun(*_given, **_named):
        raise AssertionError("it began")

    monkeypatch.setattr("ingest.sync.run.sync", begun)
    monkeypatch.setattr("evals.suite_run._run", begun)
    monkeypatch.setattr("evals.suites.SUITES", {"abstention": begun})
    for command in ("sync", "eval run answers", "eval bench abstention"):
        with unwritable(home), pytest.raises(LibraryError, match="without it nothing is done"):
            run(command)


def test_what_only_reads_is_not_handed_out_unwritten(home, run):
    reading = {
        f"search розы --act {ACT}": "searched",
        f"ask розы --act {ACT}": "asked",
        "check --all": "checked",
    }
    for command, event in reading.items():
        with unwritable(home), pytest.raises(LibraryError, match="without it nothing is done"):
            run(command)
        done = run(command)
        assert done.exit_code == 0
        assert done.output
        assert events(home)[-1][0] == event
    assert len(events(home)) == 3


def test_a_change_that_fails_or_is_cut_off_says_so_after_the_intention(home, run):
    with pytest.raises(Exception, match="ru-fz-99-2020"):
        run("remove ru-fz-99-2020")
    assert events(home) == [
        ("intended", {"of": "removed", "what": "ru-fz-99-2020"}),
        ("failed", {"what": "ru-fz-99-2020", "of": "removed", "error": "NotHeldError", "intended": 1}),
    ]
    with pytest.raises(KeyboardInterrupt), Trail.of(home).changing("ingested", "os:a") as came:
        came["added"] = [OTHER]
        raise KeyboardInterrupt
    assert events(home)[-1] == (
        "failed", {"added": [OTHER], "of": "ingested", "error": "KeyboardInterrupt", "intended": 3}
    )  # fmt: skip


def test_a_trail_that_breaks_during_a_change_leaves_the_intention_and_the_change(home, caplog):
    with Trail.of(home).changing("removed", "os:a", what="x") as came:
        came["acts"] = ["x"]
        (home.home / "audit").rename(home.home / "aside")
        (home.home / "audit").write_text("", encoding="utf-8")
    assert "has no end" in caplog.text
    (home.home / "audit").unlink()
    (home.home / "aside").rename(home.home / "audit")
    assert events(home) == [("intended", {"of": "removed", "what": "x"})]


def test_where_the_trail_is_not_required_nothing_is_intended_and_a_change_goes_on(home, caplog):
    usual = home.model_copy(update={"audit": AuditSettings()})
    with unwritable(home), Trail.of(usual).changing("removed", "os:a") as came:
        came["acts"] = ["x"]
    assert "cannot be written" in caplog.text
    with Trail.of(usual).changing("removed", "os:a") as came:
        came["acts"] = ["x"]
    assert events(usual) == [("removed", {"acts": ["x"]})]


# ── the page and the API ──────────────────────────────────────────────────────────────────────────


def test_nobody_is_signed_in_whose_sign_in_cannot_be_written_down_and_everybody_may_leave(
    tmp_path, cheap, monkeypatch
):
    home = Settings(home=tmp_path, audit=REQUIRED)
    library, lasting = StandIn(home).library, sessions.Lasting(60, 60)
    monkeypatch.setattr(passwords, "hash_of", lambda _password: cheap)
    users.add(library, "anna", Role.READER, PASSWORD)
    deaf = door.listening(home)
    try:
        with unwritable(home), pytest.raises(LibraryError, match="without it nothing is done"):
            enter(library, Tries(), lasting, "anna", PASSWORD, "10.0.0.9", "")
        with library.engine.connect() as connection:
            assert not connection.exec_driver_sql("SELECT * FROM sessions").all()
        secret = enter(library, Tries(), lasting, "anna", PASSWORD, "10.0.0.9", "")
    finally:
        deaf()
    deaf = door.listening(home)
    try:
        with unwritable(home):
            sessions.end(library, secret)
        assert sessions.found(library, secret, lasting) is None
    finally:
        deaf()
    assert [event for event, _ in events(home)] == ["intended", "signed_in"]


def test_files_are_not_taken_in_over_the_api_unwritten(tmp_path, monkeypatch):
    from assistant.model import IngestReport

    begun = []
    monkeypatch.setattr(
        "assistant.api.library.take", lambda *given: begun.append(given) or IngestReport(added=[ACT])
    )
    standin = StandIn(Settings(home=tmp_path, lang="en", audit=REQUIRED))
    files = {"files": ("a.txt", b"text")}
    with listening(bare(standin)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        with unwritable(standin.settings):
            reply = client.post("/api/v1/ingest", files=files)
            assert (reply.status_code, "audit trail" in reply.text) == (503, True)
        assert not begun
        assert client.post("/api/v1/ingest", files=files).status_code == 200
    assert [event for event, _ in events(standin.settings)] == ["intended", "ingested"]


def test_a_file_of_ones_own_is_not_brought_deleted_or_brought_back_unwritten(tmp_path):
    home = Settings(home=tmp_path, audit=REQUIRED)
    standin = StandIn(home)
    place = tmp_path / "uploads" / "x" / "part" / "a.txt"
    place.parent.mkdir(parents=True)
    place.write_text("О садах.", encoding="utf-8")
    with unwritable(home):
        job = Jobs(standin).begin(ANNA, [Brought(place, "a.txt")], "en")
        job.ticket.result(120)
    (state,) = job.files
    assert (state.stage, "audit trail" in state.reason) == ("failed", True)
    assert not standin.library.editions()
    held = uploads.record(
        standin.library, ANNA, act=ACT, edition=None, authority=Authority.USER, file_name="a.txt",
        path="/nowhere/a.txt", sha256="0" * 64, size=1,
    )  # fmt: skip
    for change in (
        lambda: taking.delete(standin, ANNA, held.id),
        lambda: taking.undo(standin, ANNA, held.id, "en"),
    ):
        with unwritable(home), pytest.raises(LibraryError, match="without it nothing is done"):
            change()
    assert uploads.get(standin.library, ANNA, held.id).state == "held"
    taking.delete(standin, ANNA, held.id)
    assert [event for event, _ in events(home)] == ["intended", "upload_deleted"]


def test_the_app_does_not_begin_with_settings_that_cannot_be_written_down(tmp_path):
    from assistant.web.listening import serve

    home = Settings(home=tmp_path, audit=REQUIRED, port=0)
    with unwritable(home), pytest.raises(LibraryError, match="without it nothing is done"):
        serve(home, assistant=StandIn(home))


def test_the_settings_the_app_began_with_are_written_down_without_secrets(tmp_path):
    home = Settings(
        home=tmp_path, llm_api_key="sesame", database_url="postgresql+psycopg://u:sesame@db/x", port=7,
        requests_per_minute=3,
    )  # fmt: skip
    noting.started(home)
    ((event, about),) = events(home)
    assert event == "started"
    assert about["settings"]["requests_per_minute"] == 3
    assert "sesame" not in str(about)
    assert "postgresql+psycopg://u:***@db/x" in str(about)


def test_an_export_of_the_command_line_is_written_down_before_the_file_is_there(home, run, tmp_path):
    from tests.assistant.export.made_up import full_answer

    (tmp_path / "answer.json").write_text(full_answer().model_dump_json(), encoding="utf-8")
    command = "export {0}/answer.json --to md -o {0}/memo.md"
    with unwritable(home), pytest.raises(LibraryError):
        run(command)
    assert not (tmp_path / "memo.md").exists()
    assert run(command).exit_code == 0
    ((_, before), (event, about)) = events(home)
    assert (before["of"], event) == ("exported", "exported")
    assert about["bytes"] == (tmp_path / "memo.md").stat().st_size
    with pytest.raises(InputError):
        run("export {0}/answer.json --to md -o {0}/none/memo.md")
    assert events(home)[-1][0] == "failed"
