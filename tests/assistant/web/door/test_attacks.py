"""Attacks on the door as a table: each is one request, or a few, and every one must fail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from assistant.access import groups, tokens, users
from assistant.access.notices import listen
from assistant.access.roles import Scope
from assistant.model import Authority
from assistant.records import conversations, uploads
from assistant.web.door.callers import COOKIE, owner_of_user
from tests.assistant.web.door.events import Page
from tests.assistant.web.standin import ACT, QUOTES, answer

EVIL = "https://evil.example"
SECRET = "Кто в совете по секрету?"
GROUP = "Совет"


@dataclass
class Scene:
    """Rita has a conversation, a file, a token and an open page; Boris and strangers want them."""

    served: Any
    conversation: str
    turn: str
    upload: str
    token: str
    page: Page
    rita: httpx.Client
    boris: httpx.Client
    stranger: httpx.Client

    def fresh(self, name="rita"):
        return self.served.signed_in(name)

    def cookie(self, client):
        return client.cookies[COOKIE]


@pytest.fixture(scope="module")
def scene(served):
    library = served.standin.library
    user = users.named(library, "rita")
    owner = owner_of_user(user)
    conversation = conversations.create(library, owner).id
    turn = conversations.append(library, owner, conversation, SECRET, answer(SECRET)).id
    upload = uploads.record(
        library, owner, act=ACT, edition=None, authority=Authority.USER, file_name="secret.txt",
        path="/nowhere/secret.txt", sha256="0" * 64, size=1,
    )  # fmt: skip
    groups.add(library, GROUP)
    groups.join(library, GROUP, "rita")
    token = tokens.create(library, user, "hers", [Scope.ASK], 1)[0].id
    rita, boris = served.signed_in("rita"), served.signed_in("boris")
    page = Page(rita, "ritaspage")
    assert page.join("new", "click", None, at1="ru", at2="").status_code == 200
    page.told()
    return Scene(served, conversation, turn, upload.id, token, page, rita, boris, served.client())


def refused(reply, *statuses):
    return (
        reply.status_code in (statuses or (401, 403, 404))
        and SECRET not in reply.text
        and QUOTES[0] not in reply.text
    )


def event_refused(client, elem_id, event, sent, *words):
    """An event of the page that was taken, and did not do what it was sent for."""
    page = Page(client, f"{elem_id}-{event}")
    joined = page.join(elem_id, event, sent, at0="ru", at1="ru", at2="")
    told = page.told() if joined.status_code == 200 else joined.text
    return any(word in told for word in words) and SECRET not in told


NOT_ALLOWED = "role or token does not allow"
GONE = "no such record among yours"


# ── what is another's ─────────────────────────────────────────────────────────────────────────


def another(path):
    return lambda s: refused(s.boris.get(path.format(s=s)), 404)


def takes_anothers_page(s):
    return refused(Page(s.boris, s.page.name).join("new", "click", None, at1="ru", at2=""), 403)


def runs_on_anothers_page(s):
    body = {"data": [None, "ru", ""], "fn_index": 0, "session_hash": s.page.name}
    return refused(s.boris.post("/gradio_api/run/predict", json=body), 403)


def listens_to_anothers_page(s):
    return refused(s.boris.get("/gradio_api/queue/data", params={"session_hash": s.page.name}), 403)


def cancels_on_anothers_page(s):
    body = {"session_hash": s.page.name, "fn_index": 0, "event_id": "x"}
    return refused(s.boris.post("/gradio_api/cancel", json=body), 403)


def revokes_anothers_token(s):
    s.boris.post("/account/tokens/revoke", data={"token": s.token})
    return next(t for t in tokens.listed(s.served.standin.library) if t.id == s.token).state() == "valid"


def deletes_anothers_file(s):
    told = event_refused(s.boris, "library-mine", "delete", {"upload": s.upload}, GONE)
    owner = owner_of_user(users.named(s.served.standin.library, "rita"))
    return told and uploads.listed(s.served.standin.library, owner, limit=5).items[0].state == "held"


def opens_anothers_conversation(s):
    page = s.boris.get(f"/?c={s.conversation}")
    return page.status_code == 200 and SECRET not in page.text


def brings(s, name, group, **headers):
    """The reply to a file brought for a group by a program with a user's token."""
    with httpx.Client(base_url=s.served.address, timeout=120, trust_env=False) as client:
        sent = {"files": FILE, "data": {"group": group}, "headers": {**s.served.bearer(name), **headers}}
        return client.post("/library/uploads?lang=en", **sent)


def brings_for_anothers_group(s):
    return refused(brings(s, "boris", GROUP), 404)


def forges_a_group_by_header(s):
    return refused(
        brings(s, "boris", GROUP, **dict.fromkeys(("X-Remote-Groups", "X-Groups"), GROUP.encode())), 404
    )


# ── roles ─────────────────────────────────────────────────────────────────────────────────────


def with_token(name, method, path, **more):
    def attack(s):
        with httpx.Client(base_url=s.served.address, timeout=120, trust_env=False) as client:
            return refused(client.request(method, path, headers=s.served.bearer(name), **more), 403)

    return attack


FILE = {"files": ("a.txt", b"text")}


# ── who one is ────────────────────────────────────────────────────────────────────────────────


def spoofs(header, value):
    return lambda s: refused(s.stranger.get("/api/v1/acts", headers={header: value}), 401)


def old_session_after(change):
    def attack(s):
        client = s.fresh("edik")
        assert client.get("/api/v1/acts").status_code == 200
        change(s, client)
        return refused(client.get("/api/v1/acts"), 401)

    return attack


def copied_cookie_after_sign_out(s):
    client = s.fresh()
    copied = s.cookie(client)
    client.post("/sign-out")
    return refused(s.stranger.get("/api/v1/acts", headers={"cookie": f"{COOKIE}={copied}"}), 401)


def session_fixation(s):
    """A session's id that was put into the victim's browser is not the one they sign in with."""
    planted = "planted-by-the-attacker"
    victim = s.served.client(cookies={COOKIE: planted})
    victim.post("/sign-in", data={"name": "rita", "password": "correct horse battery"})
    return refused(s.stranger.get("/api/v1/acts", headers={"cookie": f"{COOKIE}={planted}"}), 401)


def token_after_revocation(s):
    library = s.served.standin.library
    made, secret = tokens.create(library, users.named(library, "rita"), "x", [Scope.ASK], 1)
    bearer = {"authorization": f"Bearer {secret}"}
    assert s.stranger.get("/api/v1/acts", headers=bearer).status_code == 200
    tokens.revoke(library, made.id)
    paths = ("/api/v1/acts", "/v1/models", "/", "/config")
    return all(refused(s.stranger.get(path, headers=bearer), 401) for path in paths)


def token_in_the_address(s):
    token = s.served.tokens["adam"]
    return all(
        refused(s.stranger.get(f"/api/v1/acts?{name}={token}"), 401)
        for name in ("token", "access_token", "api_key")
    )


def token_as_a_cookie(s):
    return refused(
        s.stranger.get("/api/v1/acts", headers={"cookie": f"{COOKIE}={s.served.tokens['adam']}"}), 401
    )


def session_as_a_token(s):
    return refused(
        s.stranger.get("/api/v1/acts", headers={"authorization": f"Bearer {s.cookie(s.rita)}"}), 401
    )


def two_tokens(s):
    headers = [("authorization", f"Bearer {s.served.tokens[name]}") for name in ("rita", "adam")]
    return refused(httpx.get(f"{s.served.address}/metrics", headers=headers, timeout=120), 401)


def token_makes_tokens(s):
    reply = s.stranger.post(
        "/account/tokens", data={"name": "x", "days": "1", "scope": "ask"}, headers=s.served.bearer("adam")
    )
    return refused(reply, 403)


def scope_beyond_the_role(s):
    before = len(tokens.listed(s.served.standin.library))
    reply = s.boris.post("/account/tokens", data={"name": "x", "days": "1", "scope": "admin"})
    return reply.status_code == 400 and len(tokens.listed(s.served.standin.library)) == before


# ── other sites' pages ────────────────────────────────────────────────────────────────────────


def forged(path, *, origin=EVIL, site=None, **more):
    """A request that carries Rita's cookie and comes from another page."""

    def attack(s):
        headers = {"cookie": f"{COOKIE}={s.cookie(s.rita)}"}
        headers |= {"origin": origin} if origin else {}
        headers |= {"sec-fetch-site": site} if site else {}
        return refused(httpx.post(f"{s.served.address}{path}", headers=headers, timeout=120, **more), 403)

    return attack


def own_origin_of_another_port(s):
    host = s.served.address.rpartition(":")[0]
    return forged("/sign-out", origin=f"{host}:1")(s)


def signs_the_victim_in_as_the_attacker(s):
    sent = {"name": "boris", "password": "correct horse battery"}
    reply = httpx.post(f"{s.served.address}/sign-in", data=sent, headers={"origin": EVIL}, timeout=120)
    return refused(reply, 403) and "set-cookie" not in reply.headers


# ── elsewhere ─────────────────────────────────────────────────────────────────────────────────


def redirects_to(address):
    def attack(s):
        client = s.served.client()
        sent = {"name": "rita", "password": "correct horse battery", "next": address}
        reply = client.post("/sign-in", data=sent)
        again = client.get("/sign-in", params={"next": address})
        urls = [httpx.URL(str(each.url)).join(each.headers["location"]) for each in (reply, again)]
        return all(url.host == "127.0.0.1" and str(url).startswith(s.served.address) for url in urls)

    return attack


def header_in_the_redirect(s):
    reply = s.stranger.get("/?x=%0d%0aset-cookie:a=b", headers={"accept": "text/html"})
    return reply.status_code == 303 and "set-cookie" not in reply.headers


def markup_in(**fields):
    def attack(s):
        client = s.served.client()
        page = client.post(
            "/sign-in", data={"password": "wrong wrong wrong", "name": "x", "next": "/", **fields}
        ).text
        return "<script" not in page and 'onfocus="' not in page

    return attack


def traverses(path):
    def attack(s):
        reply = s.rita.get(path)
        return (
            reply.status_code in (307, 400, 401, 403, 404)
            and "root:" not in reply.text
            and "import" not in reply.text
        )

    return attack


def guesses(s):
    statuses = [
        s.stranger.post("/sign-in", data={"name": "vera", "password": f"wrong password {n}"}).status_code
        for n in range(12)
    ]
    right = s.stranger.post("/sign-in", data={"name": "VERA", "password": "correct horse battery"})
    return (
        statuses == [401] * 10 + [429] * 2
        and right.status_code == 429
        and int(right.headers["retry-after"]) > 60
    )


def body_of(size):
    return lambda s: (
        s.stranger.post("/sign-in", data={"name": "x" * size, "password": "x"}).status_code == 413
    )


ATTACKS: dict[str, Any] = {
    # objects of others
    "another's conversation as Word": another("/exports/conversations/{s.conversation}.docx"),
    "another's conversation as Markdown": another("/exports/conversations/{s.conversation}.md"),
    "another's answer": another("/exports/turns/{s.turn}.pdf"),
    "another's upload under way": another("/library/uploads/{s.upload}/events"),
    "another's conversation by the page's address": opens_anothers_conversation,
    "another's token revoked": revokes_anothers_token,
    "another's file deleted by an event": deletes_anothers_file,
    "another's file brought back by an event": lambda s: event_refused(
        s.boris, "library-mine", "undo", {"upload": s.upload}, GONE
    ),
    "a file for another's group": brings_for_anothers_group,
    "a group by a header where there is no proxy": forges_a_group_by_header,
    "another's open page taken over": takes_anothers_page,
    "another's open page without its queue": runs_on_anothers_page,
    "another's open page listened to": listens_to_anothers_page,
    "another's open page kept alive": lambda s: refused(
        s.boris.get(f"/gradio_api/heartbeat/{s.page.name}"), 403
    ),
    "another's event cancelled": cancels_on_anothers_page,
    # roles
    "a reader adds a shared act": with_token("rita", "POST", "/api/v1/ingest", files=FILE),
    "an evaluator adds a shared act": with_token("vera", "POST", "/api/v1/ingest", files=FILE),
    "a reader brings cases": with_token("rita", "POST", "/evaluation/cases", files=FILE),
    "an editor brings cases": with_token("edik", "POST", "/evaluation/cases", files=FILE),
    "a reader reads metrics": with_token("rita", "GET", "/metrics"),
    "an editor reads metrics": with_token("edik", "GET", "/api/v1/metrics"),
    "a reader has texts fetched by an event": lambda s: event_refused(
        s.boris, "library-sync", "submit", {}, NOT_ALLOWED
    ),
    "a reader plans what is fetched by an event": lambda s: event_refused(
        s.boris, "library-sync", "expand", {}, NOT_ALLOWED
    ),
    "a reader starts an evaluation by an event": lambda s: event_refused(
        s.boris, "evaluation-start", "edit", {"does": "start"}, "Evaluators and administrators start runs"
    ),
    "a reader stops an evaluation by an event": lambda s: event_refused(
        s.boris,
        "evaluation-now",
        "edit",
        {"does": "stop", "job": "x"},
        "Evaluators and administrators start runs",
    ),
    # pretending to be somebody
    "a proxy's header where there is no proxy": spoofs("x-remote-user", "adam"),
    "a forwarded user": spoofs("x-forwarded-user", "adam"),
    "a token of nobody's": spoofs("authorization", "Bearer aip_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    "an empty token": spoofs("authorization", "Bearer"),
    "a name and a password in a header": spoofs(
        "authorization", "Basic cml0YTpjb3JyZWN0IGhvcnNlIGJhdHRlcnk="
    ),
    "a session's cookie of nobody's": spoofs("cookie", f"{COOKIE}=AAAA"),
    "a forwarded address to be this machine": spoofs("x-forwarded-for", "127.0.0.1"),
    "a session after signing out, copied before": copied_cookie_after_sign_out,
    "a session after the role changed": old_session_after(
        lambda s, client: users.set_role(s.served.standin.library, "edik", users.Role.EDITOR)
    ),
    "a session after the user was shut out": old_session_after(
        lambda s, client: [
            users.set_disabled(s.served.standin.library, "edik", disabled=off) for off in (True, False)
        ]
    ),
    "a session that was planted before sign-in": session_fixation,
    "a token after its revocation": token_after_revocation,
    "a token in the address": token_in_the_address,
    "a token as a cookie": token_as_a_cookie,
    "a session's id as a token": session_as_a_token,
    "two tokens at once": two_tokens,
    "a token that makes tokens": token_makes_tokens,
    "a scope beyond the role": scope_beyond_the_role,
    # forged requests
    "sign-out from another site": forged("/sign-out"),
    "sign-out from a sandboxed page": forged("/sign-out", origin="null"),
    "sign-out from a page of another port": own_origin_of_another_port,
    "sign-out from a sibling host": forged("/sign-out", origin=None, site="same-site"),
    "a request that says nothing of where it comes from": forged("/sign-out", origin=None),
    "a token made from another site": forged(
        "/account/tokens", data={"name": "x", "days": "1", "scope": "ask"}
    ),
    "a password changed from another site": forged("/account/password", data={"old": "x", "new": "y" * 12}),
    "an event from another site": forged("/gradio_api/queue/join", json={}),
    "a question from another site": forged("/api/v1/ask", json={"question": SECRET}),
    "a file from another site": forged("/library/uploads", files=FILE),
    "an export from another site": forged("/exports/checks/profile.yaml", json={}),
    "signing the victim in as the attacker": signs_the_victim_in_as_the_attacker,
    # out of the app
    "a redirect to another site": redirects_to("https://evil.example/"),
    "a redirect without a scheme": redirects_to("//evil.example/"),
    "a redirect with a backslash": redirects_to("/\\evil.example"),
    "a redirect to a script": redirects_to("javascript:alert(1)"),
    "a redirect with a tab": redirects_to("/\t/evil.example"),
    "a redirect by dots": redirects_to("/..//evil.example"),
    "a header written into a redirect": header_in_the_redirect,
    "markup in the name": markup_in(name='"><script>hit()</script>'),
    "an attribute in the name": markup_in(name='" onfocus="hit()'),
    "markup in where to go": markup_in(next='/"><script>hit()</script>'),
    "dots in a download": traverses("/exports/conversations/..%2F..%2F..%2Fetc%2Fpasswd.md"),
    "dots in a turn": traverses("/exports/turns/..%2F..%2Flibrary.sqlite.md"),
    "dots in a run": traverses("/evaluation/runs/..%2F..%2Flibrary.sqlite/report.html"),
    "a file of the machine": traverses("/gradio_api/file=/etc/passwd"),
    "dots in an asset": traverses("/static/..%2F..%2F..%2F..%2Froutes.py"),
    "dots behind the style of the sign-in": traverses("/sign-in/..%2F..%2Fapi%2Fv1%2Facts"),
    # too much
    "guessing a password": guesses,
    "a name of a megabyte": body_of(20_000),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_fails(scene, name):
    assert ATTACKS[name](scene), name


def test_there_are_forty_attacks_at_least():
    assert len(ATTACKS) >= 40


def test_what_a_refusal_tells_listeners_holds_no_secret(scene):
    heard = []
    end = listen(heard.append)
    try:
        client = scene.served.client()
        client.post("/sign-in", data={"name": "nobody", "password": "my secret password"})
        scene.stranger.get("/api/v1/acts", headers={"authorization": "Bearer aip_secretsecret"})
        assert with_token("rita", "GET", "/metrics")(scene)
        scene.fresh("adam").post("/sign-out")
    finally:
        end()
    assert [each.what for each in heard] == [
        "sign_in_failed",
        "refused",
        "refused",
        "signed_in",
        "signed_out",
    ]
    assert [each.status for each in heard[:3]] == [401, 401, 403]
    assert heard[2].who == owner_of_user(users.named(scene.served.standin.library, "rita")).id
    assert all(each.address == "127.0.0.1" for each in heard)
    assert not re.search("secret", str(heard))


def test_each_refusal_inside_an_event_is_told_with_who_asked(scene):
    heard = []
    end = listen(heard.append)
    try:
        for name in (
            "a reader has texts fetched by an event",
            "a reader plans what is fetched by an event",
            "a reader starts an evaluation by an event",
            "a reader stops an evaluation by an event",
        ):
            assert ATTACKS[name](scene), name
    finally:
        end()
    boris = owner_of_user(users.named(scene.served.standin.library, "boris")).id
    told = [(each.what, each.who, each.about) for each in heard]
    assert told == [("refused", boris, "library")] * 2 + [("refused", boris, "evaluate")] * 2


def test_a_member_brings_a_file_for_the_group_with_a_token(scene):
    assert brings(scene, "rita", GROUP).status_code == 202
    groups.leave(scene.served.standin.library, GROUP, "rita")
    try:
        assert refused(brings(scene, "rita", GROUP), 404)
    finally:
        groups.join(scene.served.standin.library, GROUP, "rita")
