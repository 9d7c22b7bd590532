"""Certificates and proxies of the user: a real TLS server and a real proxy, both on this machine."""

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from ingest.sync.fetch import Fetcher, FetchError, Limits
from ingest.sync.sites import Sites

HOST = "acts.example"
SITES = Sites(
    sites=[
        {
            "host": HOST,
            "body_ru": "т",
            "body_en": "t",
            "formats": ["html"],
            "headers": {"Accept-Language": "eng"},
        }
    ]
)
ONCE = Limits(seconds=300.0, silence=120.0, attempts=1, pause=0.0, back_off=0.0)
PAGE = "<html><body><p>Поливать розы утром.</p></body></html>".encode()


class _Site(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        """Quiet."""

    def do_GET(self):
        self.server.seen.append(dict(self.headers))
        moved = self.path == "/moved"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", f"http://{HOST}/act")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(0 if moved else len(PAGE)))
        self.end_headers()
        self.wfile.write(b"" if moved else PAGE)


class _Proxy(BaseHTTPRequestHandler):
    """Joins every CONNECT to the one site behind it."""

    def log_message(self, *arguments):
        """Quiet."""

    def do_CONNECT(self):
        self.server.seen.append(self.path)
        with socket.create_connection(self.server.behind, timeout=120) as onward:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(onward, self.connection), daemon=True)
            back.start()
            _pump(self.connection, onward)
            back.join(60)
        self.close_connection = True


def _pump(one, other):
    try:
        while data := one.recv(65_536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    behind = None

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.seen = []

    def handle_error(self, request, client_address):
        """A client that hangs up is what some tests are about."""


@pytest.fixture
def serve():
    """Starts a server of a handler; all are stopped."""
    running = []

    def start(handler, context=None):
        server = _Server(handler)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join(60)


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def site(serve, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return serve(_Site, context)


@pytest.fixture
def proxy(serve, site, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = serve(_Proxy)
    server.behind = site.server_address
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_address[1]}")
    return server


@pytest.fixture
def bundle(authority, tmp_path):
    path = tmp_path / "national-roots.pem"
    authority.cert_pem.write_to_path(path)
    return path


def test_the_users_bundle_and_proxy_are_honoured_and_the_site_is_asked_as_it_wants(site, proxy, bundle):
    with Fetcher(SITES, ca_bundle=bundle, limits=ONCE) as fetcher:
        assert fetcher.fetch(f"https://{HOST}/act", ("html",)).data == PAGE
    assert proxy.seen == [f"{HOST}:443"]
    assert site.seen[0]["Host"] == HOST and site.seen[0]["Accept-Language"] == "eng"


def test_a_redirect_to_plain_http_on_a_listed_host_is_followed_over_https(site, proxy, bundle):
    with Fetcher(SITES, ca_bundle=bundle, limits=ONCE) as fetcher:
        got = fetcher.fetch(f"https://{HOST}/moved", ("html",))
    assert (got.data, got.url) == (PAGE, f"https://{HOST}/act")
    assert set(proxy.seen) == {f"{HOST}:443"}


def test_without_the_bundle_the_certificate_is_refused(site, proxy):
    with Fetcher(SITES, limits=ONCE) as fetcher, pytest.raises(FetchError, match="broke off"):
        fetcher.fetch(f"https://{HOST}/act", ("html",))
    assert site.seen == []


def test_a_host_named_in_no_proxy_is_asked_directly(site, proxy, bundle, monkeypatch):
    monkeypatch.setenv("NO_PROXY", HOST)
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: here)
    with (
        Fetcher(SITES, ca_bundle=bundle, limits=ONCE) as fetcher,
        pytest.raises(FetchError, match="private address"),
    ):
        fetcher.fetch(f"https://{HOST}/act", ("html",))
    assert proxy.seen == []


def test_a_bundle_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(FetchError, match="AI_POLICY_SYNC_CA_BUNDLE"):
        Fetcher(SITES, ca_bundle=tmp_path / "absent.pem", limits=ONCE)


@pytest.mark.parametrize(
    "unusable", ["gopher://u:SECRET@127.0.0.1:70", "socks5://u:SECRET@h:1", "http://u:SECRET@h:abc"]
)
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(proxy, monkeypatch, unusable):
    monkeypatch.setenv("HTTPS_PROXY", unusable)
    with Fetcher(SITES, limits=ONCE) as fetcher, pytest.raises(FetchError, match="HTTPS_PROXY") as caught:
        fetcher.fetch(f"https://{HOST}/act", ("html",))
    assert "SECRET" not in caught.value.en + caught.value.ru
