"""Signing in and out over HTTP, the session's cookie, a user's own page, the trusted proxy's word."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from assistant.access import sessions, tokens, users
from assistant.access.notices import listen
from assistant.access.roles import Role
from assistant.audit import door
from assistant.settings import Settings
from assistant.web.door.callers import COOKIE, SAFE_COOKIE
from assistant.web.door.entering import enter
from assistant.web.door.shares import TRIES_OF_ADDRESS, Tries
from tests.assistant.web.door.serving import PASSWORD, with_accounts
from tests.assistant.web.serving import serving

HTML = {"accept": "text/html"}
HTTPS = {
    "x-forwarded-proto": "https",
    "x-forwarded-host": "ask.example.org",
    "origin": "https://ask.example.org",
}


def sent(name="rita", password=PASSWORD, **more):
    return {"name": name, "password": password, **more}


def test_a_user_signs_in_goes_where_they_wanted_and_signs_out(served):
    client = served.client()
    reply = client.post("/sign-in", data=sent(next="/?tab=library"))
    assert (reply.status_code, reply.headers["location"]) == (303, "./?tab=library")
    cookie = reply.headers["set-cookie"].lower()
    assert all(word in cookie for word in (f"{COOKIE}=", "httponly", "samesite=lax", "path=/"))
    assert "secure" not in cookie
    assert client.get("/", headers=HTML).status_code == 200
    assert client.get("/api/v1/acts").status_code == 200
    assert client.get("/sign-in").status_code == 303
    out = client.post("/sign-out")
    assert out.headers["location"] == "./sign-in?out"
    assert not client.cookies
    assert client.get("/", headers=HTML).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [("rita", "wrong"), ("nobody", PASSWORD), ("", ""), ("rita", ""), ("rit", PASSWORD)]
)
def test_what_is_wrong_is_refused_in_the_same_words(served, name, password):
    reply = served.client().post("/sign-in", data=sent(name, password))
    assert reply.status_code == 401
    assert "The name or the password is wrong." in reply.text
    assert "set-cookie" not in reply.headers
    assert f'value="{password}"' not in reply.text.replace('value=""', "")


def test_a_password_typed_as_the_name_is_in_no_log_and_no_trail(served, caplog, tmp_path):
    """Only a name that is a user's is told: what else is typed there may be anything."""
    caplog.set_level(logging.DEBUG)
    trail = Settings(home=tmp_path)
    heard = []
    ends = [listen(heard.append), door.listening(trail)]
    typed = "Tr0ub4dor-and-3"
    client = served.client()
    replies = [client.post("/sign-in", data=sent(name, "x")) for name in (typed, "RITA", *[typed] * 12)]
    for end in ends:
        end()
    assert {reply.status_code for reply in replies} == {401, 429}  # tried too often in the end
    assert {each.what for each in heard} == {"sign_in_failed", "sign_in_throttled"}
    assert {each.who for each in heard} == {None, "rita"}
    told = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    written = [file.read_text(encoding="utf-8") for file in trail.home.rglob("*.jsonl")]
    assert told and any("rita" in text for text in written)
    assert not [text for text in (*told, *written, str(heard)) if typed.casefold() in text.casefold()]


def test_the_page_speaks_the_readers_language_and_changes_it_without_scripts(served):
    client = served.client()
    russian = client.get("/sign-in?next=/?c=1", headers={"accept-language": "ru"})
    assert '<html lang="ru">' in russian.text
    assert ">Войти</button>" in russian.text
    link = re.search(r'href="(\?[^"]+)" lang="en"', russian.text)[1].replace("&amp;", "&")
    english = client.get(f"/sign-in{link}")
    assert ">Sign in</button>" in english.text
    assert 'name="next" value="/?c=1"' in english.text
    assert "<script" not in english.text
    assert 'lang="en"' in client.get("/sign-in", headers={"accept-language": "ru"}).text, "it is remembered"


def test_the_page_may_load_its_style_alone_and_stands_in_no_frame(served):
    headers = served.client().get("/sign-in").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_behind_https_the_cookie_is_secure_and_the_browser_is_told_to_stay(served):
    client = served.client(headers=HTTPS)
    reply = client.post("/sign-in", data=sent())
    assert reply.status_code == 303
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"{SAFE_COOKIE}=")
    assert "secure" in cookie.lower()
    assert reply.headers["strict-transport-security"] == "max-age=31536000"
    value = cookie.split("=", 1)[1].split(";")[0]
    for name, status in ((SAFE_COOKIE, 200), (COOKIE, 401)):
        got = client.get("/api/v1/acts", headers={"cookie": f"{name}={value}"})
        assert got.status_code == status


def test_what_is_of_one_user_is_kept_by_no_cache(served):
    client = served.signed_in("rita")
    assert client.get("/").headers["cache-control"] == "private, no-store"
    assert client.get("/api/v1/acts").headers["cache-control"] == "private, no-store"


def test_signing_in_forgets_wrong_tries_of_the_account(served):
    for _ in range(3):
        for _ in range(4):
            served.client().post("/sign-in", data=sent("edik", "wrong"))
        served.signed_in("edik")


def test_an_address_that_tries_many_accounts_is_turned_away(served):
    tries = Tries()
    for number in range(TRIES_OF_ADDRESS):
        tries.count(f"user{number}", "192.0.2.7")
    with pytest.raises(Exception, match="Too many tries") as last:
        tries.count("another", "192.0.2.7")
    assert 0 < last.value.retry_after <= 15 * 60
    tries.count("another", "192.0.2.8")


def test_a_user_without_a_password_cannot_sign_in(served):
    library = served.standin.library
    users.add(library, "robot", Role.READER, None)
    for password in ("", "None", "the password of nobody"):
        with pytest.raises(Exception, match="wrong"):
            enter(library, Tries(), sessions.Lasting(60, 60), "robot", password, "x", "")


def test_a_token_is_made_on_the_users_page_shown_once_used_and_revoked(served):
    client = served.signed_in("edik")
    assert "edik" in client.get("/account").text
    made = client.post(
        "/account/tokens", data={"name": "<b>скрипт", "days": "7", "scope": ["ask", "library"]}
    )
    assert made.status_code == 200
    token = re.search(r"aip_[\w-]{40,}", made.text)[0]
    assert "&lt;b&gt;скрипт" in made.text
    again = client.get("/account").text
    assert token not in again
    assert token[:12] in again
    bearer = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=served.address, headers=bearer, timeout=120, trust_env=False) as program:
        assert program.get("/v1/models").status_code == 200
        asked = program.post(
            "/v1/chat/completions", json={"messages": [{"role": "user", "content": "совет"}]}
        )
        assert asked.json()["choices"][0]["message"]["content"]
        key = re.search(r'name="token" value="([0-9a-f]{32})"', again)[1]
        assert client.post("/account/tokens/revoke", data={"token": key}).status_code == 200
        assert program.get("/v1/models").status_code == 401


def test_a_user_changes_their_password_and_other_browsers_sign_in_again(tmp_path):
    with with_accounts(tmp_path) as served:
        here, there = served.signed_in("rita"), served.signed_in("rita")
        wrong = here.post("/account/password", data={"old": "not the one", "new": "another good one"})
        assert (wrong.status_code, "present password is wrong" in wrong.text) == (400, True)
        short = here.post("/account/password", data={"old": PASSWORD, "new": "short"})
        assert short.status_code == 400
        assert (
            here.post("/account/password", data={"old": PASSWORD, "new": "another good one"}).status_code
            == 200
        )
        assert here.get("/account").status_code == 200
        assert there.get("/account").status_code == 401
        assert served.client().post("/sign-in", data=sent()).status_code == 401
        assert served.client().post("/sign-in", data=sent(password="another good one")).status_code == 303


def test_a_user_who_sends_too_much_is_told_when_to_come_back_and_others_are_served(tmp_path):
    with with_accounts(tmp_path, requests_per_minute=12) as served:
        greedy, other = ({"headers": served.bearer(name)} for name in ("rita", "boris"))
        with httpx.Client(base_url=served.address, timeout=120, trust_env=False) as client:
            question = {"params": {"question": "совет"}}
            assert [client.get("/api/v1/ask", **question, **greedy).status_code for _ in range(3)] == [
                200,
                200,
                429,
            ]
            reply = client.get("/api/v1/search", **question, **greedy)
            assert 1 <= int(reply.headers["retry-after"]) <= 60
            assert (reply.json()["error"], reply.json()["retryable"]) == ("TooOftenError", True)
            assert client.get("/theme.css", **greedy).status_code == 200
            assert client.get("/api/v1/ask", **question, **other).status_code == 200


def test_a_stream_ends_when_its_token_is_revoked(tmp_path, monkeypatch):
    from assistant.web.door import gate

    monkeypatch.setattr(gate, "LOOKED_AGAIN_SECONDS", 0.0)
    with with_accounts(tmp_path) as served:
        headers = {**served.bearer("rita"), "accept": "text/event-stream"}
        url = f"{served.address}/api/v1/ask?question=slow"
        with httpx.stream("GET", url, headers=headers, timeout=120) as reply:
            lines = reply.iter_lines()
            next(lines)
            assert served.standin.waiting.wait(120)
            mine = next(t for t in tokens.listed(served.standin.library) if t.user == "rita")
            tokens.revoke(served.standin.library, mine.id)
            served.standin.let_go.set()
            assert "event: answer" not in list(lines)


# ── a proxy in front ──────────────────────────────────────────────────────────────────────────

USER, ROLE = "X-Remote-User", "X-Remote-Role"


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    chosen = {"owner_header": USER, "role_header": ROLE, "trusted_proxies": ("127.0.0.1/32",)}
    with serving(tmp_path_factory.mktemp("proxied"), **chosen) as (address, standin):
        yield address, standin


def ask_from(behind, source, method="GET", path="/api/v1/acts", **headers):
    transport = httpx.HTTPTransport(local_address=source)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.Client(base_url=behind[0], transport=transport, timeout=120) as client:
        return client.request(method, path, headers=named)


def test_a_users_header_counts_from_a_trusted_proxy_alone(behind):
    assert ask_from(behind, "127.0.0.1", X_Remote_User="anna").status_code == 200
    spoofed = ask_from(behind, "127.0.0.2", X_Remote_User="anna")
    assert spoofed.status_code == 401
    assert "AI_POLICY_TRUSTED_PROXIES" in spoofed.json()["detail"]
    assert ask_from(behind, "127.0.0.2", X_Remote_User="anna", X_Forwarded_For="127.0.0.1").status_code == 401
    assert ask_from(behind, "127.0.0.1").status_code == 401
    assert ask_from(behind, "127.0.0.1", X_Remote_User="").status_code == 401


@pytest.mark.parametrize(
    ("role", "ingest", "cases"),
    [("", 403, 403), ("reader", 403, 403), ("editor", 422, 403), ("Evaluator", 403, 400), ("admin", 422, 400),
     ("root", 403, 403), ("admin,reader", 403, 403)],
)  # fmt: skip
def test_the_proxy_says_the_role_and_one_there_is_not_counts_for_nothing(behind, role, ingest, cases):
    said = {"X_Remote_User": "anna", **({"X_Remote_Role": role} if role else {})}
    statuses = [
        ask_from(behind, "127.0.0.1", "POST", path, **said).status_code
        for path in ("/api/v1/ingest", "/evaluation/cases")
    ]
    assert [status if status == 403 else "may" for status in statuses] == [
        status if status == 403 else "may" for status in (ingest, cases)
    ]
    known = role.lower() in ("", "reader", "editor", "evaluator", "admin")
    assert ask_from(behind, "127.0.0.1", **said).status_code == (200 if known else 403)


def test_two_users_in_one_request_are_nobody(behind):
    headers = [(USER, "anna"), (USER, "boris")]
    assert httpx.get(f"{behind[0]}/api/v1/acts", headers=headers, timeout=120).status_code == 401


def test_behind_a_proxy_there_is_no_sign_in_page_and_nobody_is_sent_to_one(behind):
    page = httpx.get(f"{behind[0]}/", headers=HTML, timeout=120)
    assert page.status_code == 401
    assert ask_from(behind, "127.0.0.1", path="/sign-in", X_Remote_User="anna").status_code == 404
