"""A file brought for a group over the page's route: its members find and cite it, and nobody else, by any way."""

from __future__ import annotations

import re

import httpx
import pytest

from assistant.access.roles import ROLES, Role
from assistant.api.metrics import Metrics
from assistant.errors import InputError, NotHeldError
from assistant.library.view import OWN, shared_id
from assistant.records import conversations, uploads
from assistant.records.owner import Group, Owner, prefix_of
from assistant.web.door.callers import PROXY_GROUP
from assistant.web.library import UPLOADS, home
from tests.assistant.api.serving import listening
from tests.assistant.web.door.test_routes import flat
from tests.assistant.web.library.conftest import HEADER, _served
from tests.assistant.web.library.serving import serving
from tests.assistant.web.library.test_uploading import LAW, pictures

GROUPS = "X-Groups"
LEGAL = Group(f"{PROXY_GROUP}legal", "legal")
TAX = Group(f"{PROXY_GROUP}tax", "tax")
READER = ROLES[Role.READER]
ANNA, BORIS = (Owner(f"user:{name}", name, READER, (LEGAL,)) for name in ("anna", "boris"))
LEFT, VERA = Owner("user:boris", "boris", READER), Owner("user:vera", "vera", READER, (TAX,))
QUESTION = "Кто поливает розы утром и в усадьбах?"


@pytest.fixture(scope="module")
def grouped(ready, tmp_path_factory):
    """(address, assistant, act) of a page behind a proxy that names groups; anna brought an act for hers."""
    assistant = _served(
        ready, tmp_path_factory.mktemp("grouped"), owner_header=HEADER, groups_header=GROUPS, share_links=True
    )
    with serving(assistant) as address:
        reply = bring(address, ANNA, "legal")
        assert reply.status_code == 202, reply.text
        (file,) = pictures(address, reply.json()["job"], **headers(ANNA))[-1]["files"]
        assert (file["stage"], file["reason"]) == ("added", None)
        yield address, assistant, file["act"]
    assistant.library.close()


def headers(owner):
    return {HEADER: owner.name, GROUPS: ",".join(group.name for group in owner.groups)}


def bring(address, owner, group):
    sent = [("files", ("усадьбы.txt", LAW.format(word="и в усадьбах", number=731).encode()))]
    return httpx.post(
        f"{address}{UPLOADS}?lang=en", files=sent, data={"group": group}, headers=headers(owner), timeout=180
    )


def test_members_search_cite_read_and_list_it(grouped):
    _, assistant, act = grouped
    assert act.startswith(prefix_of(LEGAL.id))
    for owner in (ANNA, BORIS):
        seen = assistant.seen_by(owner)
        assert act in {hit.act for hit in seen.search(QUESTION, k=50)}
        assert act in {citation.act for citation in seen.ask(QUESTION, act=act).citations}
        assert seen.show(act).act == act
        assert act in {each.act for each in seen.acts()}
        page = home.made(assistant, owner, "en")
        assert "усадьбы.txt" in page.mine
        assert "the group “legal”" in page.mine
        assert act in page.list
        assert ("data-delete" in page.mine) == (owner == ANNA)
        assert "the group “legal”" in page.zone


@pytest.mark.parametrize("owner", [LEFT, VERA, Owner("user:adam", "adam", ROLES[Role.ADMIN])], ids=str)
def test_nobody_else_finds_it_by_any_way(grouped, owner):
    address, assistant, act = grouped
    cited = next(each for each in assistant.seen_by(ANNA).ask(QUESTION, act=act).citations if each.act == act)
    for seen in (assistant.seen_by(owner), assistant):
        with pytest.raises(NotHeldError):  # the text and the picture of a page beside an answer
            seen.source(cited)
        assert act not in {hit.act for hit in seen.search(QUESTION, k=200)}
        assert "усадьб" not in seen.ask(QUESTION).model_dump_json(exclude={"question"})
        for asked in (lambda s=seen: s.show(act), lambda s=seen: s.search(QUESTION, act=act)):
            with pytest.raises((NotHeldError, InputError)) as refused:
                asked()
            assert "усадьбах" not in refused.value.en.replace(QUESTION, "")
        assert act not in str(seen.acts(catalogue=True))
        assert act not in str(seen.view.relations)
        assert act not in str(seen.changes(unseen=False))
    page = home.made(assistant, owner, "en")
    whole = "".join((page.bar, page.zone, page.mine, page.sync, page.lacks, page.list))
    assert act not in whole
    assert "усадьб" not in whole
    assert "the group “legal”" not in whole
    key = assistant.seen_by(ANNA).view.of_act(act)[0].id
    with httpx.Client(base_url=address, headers=headers(owner), timeout=120, trust_env=False) as client:
        for path, params in (
            ("/library/outline", {"edition": key, "parent": "", "level": 2}),
            ("/library/outline", {"edition": key, "parent": "p1", "level": 3}),
        ):
            reply = client.get(path, params=params)
            assert (reply.status_code, "садовник" in reply.text.lower()) == (404, False)
        assert client.get(UPLOADS).json() == {"jobs": []}
        assert act not in client.get(f"/?tab=library&act={act}").text.replace(f"act={act}", "")


def test_metrics_and_evaluation_count_nothing_of_it(grouped):
    _, assistant, act = grouped
    metrics = Metrics()
    metrics.watch_library(assistant)
    told = metrics.text()
    assert act not in str(told)
    assert not [held for held in assistant.view.acts if held.startswith(OWN)], "what evaluation runs over"


def test_a_member_who_is_removed_sees_nothing_from_the_next_request_on(grouped):
    address, assistant, act = grouped
    seen = assistant.seen_by(BORIS)
    answer = seen.ask(QUESTION, act=act)
    begun = conversations.create(assistant.library, BORIS).id
    conversations.append(assistant.library, BORIS, begun, QUESTION, answer)
    mine = conversations.create(assistant.library, ANNA).id
    conversations.append(assistant.library, ANNA, mine, QUESTION, answer)
    link = conversations.share(assistant.library, ANNA, mine, allowed=True)
    key = seen.view.of_act(act)[0].id

    def told(owner):
        """All that a browser of theirs is sent for what they saw before."""
        with httpx.Client(base_url=address, headers=headers(owner), timeout=120, trust_env=False) as client:
            outline = client.get("/library/outline", params={"edition": key, "parent": "", "level": 2})
        kept = conversations.get(assistant.library, owner, begun)
        shared = conversations.shared(assistant.library, link, allowed=True, viewer=owner)
        return outline.status_code, act in kept.model_dump_json(), act in shared.model_dump_json()

    assert told(BORIS) == (200, True, True)
    assert told(LEFT) == (404, False, False)
    assert told(BORIS) == (200, True, True)


@pytest.mark.parametrize("group", ["legal", LEGAL.id, "tax,legal", "none"])
def test_nobody_brings_a_file_for_a_group_they_do_not_belong_to(grouped, group):
    address, assistant, _ = grouped
    before = len(assistant.library.editions())
    reply = bring(address, VERA, group)
    assert (reply.status_code, reply.json()["detail"]) == (404, "You do not belong to such a group.")
    assert len(assistant.library.editions()) == before
    assert not uploads.listed(assistant.library, VERA).items


def test_the_same_file_for_oneself_for_a_group_and_for_another_is_three(grouped):
    address, assistant, act = grouped
    other = Owner("user:anna", "anna", READER, (LEGAL, TAX))
    found = {act}
    for group in ("", "tax"):
        reply = bring(address, other, group)
        (file,) = pictures(address, reply.json()["job"], **headers(other))[-1]["files"]
        assert file["stage"] == "added"
        found.add(file["act"])
    assert len(found) == 3
    assert len({shared_id(each) for each in found}) == 1
    assert found <= {each.act for each in assistant.seen_by(other).acts()}
    assert found & {each.act for each in assistant.seen_by(VERA).acts()} == {
        each for each in found if each.startswith(prefix_of(TAX.id))
    }


# ── every address of the app ──────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whole(grouped):
    """(address, paths to read, a way to ask) of the whole app over the same home; anna has asked there."""
    from assistant.web.app import create

    _, assistant, act = grouped
    begun = conversations.create(assistant.library, ANNA).id
    asked = assistant.seen_by(ANNA).ask(QUESTION, act=act)
    turn = conversations.append(assistant.library, ANNA, begun, QUESTION, asked).id
    link = conversations.share(assistant.library, ANNA, begun, allowed=True)
    upload = uploads.listed(assistant.library, ANNA).items[0].id
    edition = assistant.seen_by(ANNA).view.of_act(act)[0].id
    app = create(assistant)
    values = (act, begun, turn, upload, link, str(edition))
    paths = set()
    for methods, path in flat(app.routes):
        if "GET" in methods and not path.startswith(("/gradio_api/", "/static", "/assets", "/svelte")):
            for value in values if "{" in path else ("",):
                paths.add(re.sub(r"\{(\w+)(?::\w+)?\}", lambda at, v=value: FIXED.get(at[1], v), path))
    query = {"act": act, "question": QUESTION, "edition": edition, "parent": "", "c": begun, "share": link}
    with listening(app) as address:
        yield address, sorted(paths), query


FIXED = {"ending": "md", "provision": "p1"}


def read(whole, owner):
    """The addresses that tell an owner something of the group's text."""
    address, paths, query = whole
    told, asked = set(), 0
    with httpx.Client(base_url=address, headers=headers(owner), timeout=180, trust_env=False) as client:
        for path in paths:
            for params in ({}, query):
                with client.stream("GET", path, params=params) as reply:
                    if reply.headers.get("content-type", "").startswith("text/event-stream"):
                        continue  # a job's progress, looked at by its own test
                    text = reply.read().decode("utf-8", "replace")
                asked += 1
                if "усадьбах" in text.replace(QUESTION, "") or "усадьбы" in text:
                    told.add(path)
    assert asked > 60
    return told


def test_no_address_tells_a_non_member_anything_of_it(whole):
    told = read(whole, ANNA)
    assert any(path.startswith("/exports/turns/") for path in told), told
    assert "/library/uploads" in told, told
    for owner in (VERA, Owner("user:anna", "anna", READER)):
        assert read(whole, owner) == set()
