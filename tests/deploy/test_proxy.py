"""The proxy's own configuration, run by a real nginx before a real app where people sign in."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import trustme

from tests.assistant.web.door.serving import PASSWORD, with_accounts
from tests.servers.ports import unclaimed

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
CONF = DEPLOY / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)"),
]


def until_it_listens(port, process):
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nginx did not start: {process.poll()}")


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """(the app, its address through the proxy, the same without TLS, certificates, the proxy's log)."""
    folder = tmp_path_factory.mktemp("proxy")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(folder / "server.crt", append=True)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    https, http = unclaimed(2)
    with with_accounts(tmp_path_factory.mktemp("home")) as served:
        conf = CONF.read_text(encoding="utf-8")
        mime = next((each for each in ("/etc/nginx/mime.types",) if Path(each).exists()), None)
        for before, after in (
            ("/tmp/", f"{folder}/"),
            ("server app:7860;", f"server {served.address.removeprefix('http://')};"),
            ("listen 8443 ssl", f"listen 127.0.0.1:{https} ssl"),
            ("listen 8080", f"listen 127.0.0.1:{http}"),
            ("/etc/nginx/tls", str(folder)),
            ("/dev/stdout", f"{folder}/access.log"),
            ("/dev/stderr", f"{folder}/error.log"),
        ):
            assert before in conf
            conf = conf.replace(before, after)
        if mime is None:
            conf = conf.replace("    include /etc/nginx/mime.types;\n", "")
        (folder / "nginx.conf").write_text(conf, encoding="utf-8")
        own = " user root;" if os.geteuid() == 0 else ""  # its workers must reach this folder
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"daemon off;{own}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(folder / "said").open("w"))
        try:
            until_it_listens(https, process)
            yield served, f"https://localhost:{https}", f"http://localhost:{http}", folder
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def browser(proxied):
    _, address, _, folder = proxied
    context = httpx.create_ssl_context(verify=str(folder / "ca.pem"))
    headers = {"origin": address}
    with httpx.Client(
        base_url=address, verify=context, headers=headers, timeout=120, trust_env=False
    ) as client:
        yield client


def test_people_sign_in_over_https_and_their_session_stays_on_https(browser):
    reply = browser.post("/sign-in", data={"name": "rita", "password": PASSWORD})
    assert reply.status_code == 303
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-ai_policy_session=") and "; secure" in cookie.lower()
    assert "max-age" in reply.headers["strict-transport-security"]
    assert browser.get("/api/v1/acts").status_code == 200
    assert browser.get("/").status_code == 200


def test_without_tls_there_is_only_the_way_to_tls(proxied):
    reply = httpx.get(proxied[2] + "/api/v1/acts?x=1", trust_env=False, timeout=120)
    assert reply.status_code == 308
    assert reply.headers["location"].startswith("https://") and reply.headers["location"].endswith(
        "/api/v1/acts?x=1"
    )


def test_nobody_names_themselves_or_another_address_or_host(browser, proxied):
    forged = {"x-remote-user": "adam", "x-remote-role": "admin", "x-remote-groups": "staff"}
    forged["x-forwarded-for"] = "10.9.9.9"
    assert browser.get("/api/v1/acts", headers=forged).status_code == 401
    forged = {"x-forwarded-host": "evil.example", "origin": "https://evil.example"}
    assert (
        browser.post("/sign-in", data={"name": "rita", "password": PASSWORD}, headers=forged).status_code
        == 403
    )


def test_metrics_are_not_for_outside_and_bodies_have_a_limit(browser, proxied):
    served = proxied[0]
    admin = served.bearer("adam")
    assert browser.get("/metrics", headers=admin).status_code == 404
    assert browser.get("/api/v1/metrics", headers=admin).status_code == 404
    assert browser.post("/api/v1/ask", content=b"x" * 2_000_000, headers=admin).status_code == 413


def test_answers_come_through_as_they_are_made(browser, proxied):
    headers = proxied[0].bearer("rita") | {"accept": "text/event-stream"}
    with browser.stream(
        "POST", "/api/v1/ask", json={"question": "Кто входит в совет?"}, headers=headers
    ) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert "event: answer" in "".join(reply.iter_text())


def test_the_proxys_log_has_the_requests_id_and_no_query(browser, proxied):
    served, _, _, folder = proxied
    reply = browser.get("/api/v1/ask", params={"question": "Кузнецова"}, headers=served.bearer("rita"))
    given = reply.headers["x-request-id"]
    lines = (folder / "access.log").read_text(encoding="utf-8")
    assert re.search(rf" GET /api/v1/ask 200 .* {given}$", lines, re.MULTILINE)
    assert "question" not in lines and "%D0" not in lines


def test_a_large_file_of_somebody_who_may_not_bring_it_is_refused_before_it_is_there(proxied):
    _, address, _, folder = proxied
    host, port = address.removeprefix("https://").split(":")
    trusted = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    with (
        socket.create_connection(("127.0.0.1", int(port)), timeout=120) as plain,
        trusted.wrap_socket(plain, server_hostname=host) as said,
    ):
        head = f"POST /api/v1/ingest HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100000000\r\n\r\n"
        said.sendall(head.encode() + b"x" * 1_000_000)  # and nothing more
        assert said.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_file_of_somebody_who_may_bring_it_comes_through(browser, proxied):
    text = "1. Текст. " * 200_000  # more than other requests may have
    reply = browser.post(
        "/api/v1/ingest", files={"files": ("act.txt", text.encode())}, headers=proxied[0].bearer("adam")
    )
    assert reply.status_code not in (401, 403, 411, 413, 502, 504), reply.text


def test_an_office_behind_one_address_gets_the_pages_files_and_nobody_gets_everything(browser, proxied):
    headers = proxied[0].bearer("rita")
    page = [browser.get("/static/no-such-file", headers=headers).status_code for _ in range(500)]
    assert 429 not in page
    with ThreadPoolExecutor(16) as many:
        rest = list(many.map(lambda _: browser.get("/x").status_code, range(2_000)))
    assert 429 in rest


def test_debians_nginx_takes_the_configuration_made_for_it(proxied, tmp_path):
    conf = subprocess.run(
        ["sed", "-f", str(DEPLOY / "nginx.debian.sed"), str(CONF)], capture_output=True, text=True, check=True
    ).stdout
    for place in ("/var/log/nginx", "/var/lib/nginx", "/run/"):
        assert place in conf
        conf = conf.replace(place, f"{tmp_path}/")
    conf = conf.replace("/etc/nginx/tls", str(proxied[3]))
    if not Path("/etc/nginx/mime.types").exists():
        conf = conf.replace("    include /etc/nginx/mime.types;\n", "")
    https, http = unclaimed(2)
    conf = conf.replace("listen 443 ", f"listen {https} ").replace("listen 80 ", f"listen {http} ")
    (tmp_path / "nginx.conf").write_text(conf)
    done = subprocess.run(
        [NGINX, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "emerg" not in done.stderr
