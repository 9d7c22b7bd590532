"""Official texts from a real HTTP server that serves them well, badly, slowly and not at all."""

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy.exc import OperationalError

from assistant.errors import ServerError
from assistant.library import Library
from assistant.library.originals import Folder
from assistant.settings import Settings
from ingest.catalogue import Catalogue
from ingest.embedded import CORPUS, embedded_catalogue
from ingest.sync.fetch import Fetcher, FetchError, Limits, _is_public
from ingest.sync.run import Sync
from ingest.sync.sites import Sites, load_sites
from tests.shared import ACTS, needs_acts

USUAL = Limits(seconds=300.0, silence=120.0, size=200_000, attempts=2, pause=0.0, back_off=0.0)
# For sites that never come to an end: a machine that is busy is no silent site elsewhere.
HASTY = replace(USUAL, seconds=6.0, silence=3.0)

POINTS = "".join(
    f"<p>{n}. Садовник номер {n} обязан поливать розы утром и вести журнал полива роз.</p>"
    for n in range(2, 30)
)


def page(day="5 марта 2021 года", hours=3, number=777):
    return (
        "<!DOCTYPE html><html><head><title>Указ</title></head><body><p>УКАЗ</p><p>ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ</p>"
        f"<p>О САДАХ</p><p>1. Поливать сады {hours} часа.</p>{POINTS}"
        f"<p>Президент Российской Федерации</p><p>{day}</p><p>№ {number}</p></body></html>"
    ).encode()


class Site(ThreadingHTTPServer):
    """Answers by path; ``asked`` counts the requests of each, ``answers`` may be changed by a test."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = {}
        self.headers_seen = []
        self.answers = {}
        self.done = threading.Event()

    @property
    def host(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path):
        return f"http://{self.host}{path}"

    def handle_error(self, request, client_address):
        """A client that hangs up is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        """Quiet."""

    def do_GET(self):
        site = self.server
        site.asked[self.path] = site.asked.get(self.path, 0) + 1
        site.headers_seen.append(dict(self.headers))
        answer = site.answers.get(self.path)
        if answer is None:
            self.reply(404, b"nothing here")
        else:
            answer(self)

    def reply(self, status, body, kind="text/html; charset=utf-8", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site():
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.done.set()
    server.shutdown()
    server.server_close()
    thread.join(60)


def serves(body, kind="text/html; charset=utf-8", status=200, **headers):
    return lambda handler: handler.reply(status, body, kind, **headers)


def redirects(to):
    return lambda handler: handler.reply(302, b"", Location=to)


@pytest.fixture
def fetcher(site):
    with Fetcher(Sites(sites=[]), test_hosts=frozenset({site.host}), limits=USUAL) as opened:
        yield opened


@pytest.fixture
def hasty(site):
    with Fetcher(Sites(sites=[]), test_hosts=frozenset({site.host}), limits=HASTY) as opened:
        yield opened


def refused(fetcher, url, kinds=("html",)):
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url, kinds)
    assert "http" in caught.value.en or "file:" in caught.value.en
    assert caught.value.ru and caught.value.ru != caught.value.en
    return caught.value


def test_a_document_comes_whole_with_its_validators_and_we_say_who_asks(site, fetcher):
    site.answers["/act"] = serves(page(), ETag='"one"', Last_Modified="Tue, 02 Mar 2021 10:00:00 GMT")
    got = fetcher.fetch(site.url("/act"), ("html",))
    assert (got.data, got.kind, got.etag) == (page(), "html", '"one"')
    assert site.headers_seen[0]["User-Agent"].startswith("ai-policy-assistant")
    assert site.headers_seen[0]["Host"] == site.host


def test_an_unchanged_document_is_not_sent_again(site, fetcher):
    def conditional(handler):
        same = handler.headers.get("If-None-Match") == '"one"'
        handler.reply(304 if same else 200, b"" if same else page())

    site.answers["/act"] = conditional
    assert fetcher.fetch(site.url("/act"), ("html",), etag='"one"').data is None
    assert fetcher.fetch(site.url("/act"), ("html",), etag='"two"').data == page()


def test_a_failing_site_is_asked_again_a_refusing_one_is_not(site, fetcher):
    site.answers["/flaky"] = lambda handler: handler.reply(
        *((500, b"") if site.asked["/flaky"] == 1 else (200, page()))
    )
    assert fetcher.fetch(site.url("/flaky"), ("html",)).data == page()
    site.answers["/down"] = serves(b"", status=500)
    assert "500" in refused(fetcher, site.url("/down")).en and site.asked["/down"] == 2
    site.answers["/secret"] = serves(b"", status=403)
    assert "403" in refused(fetcher, site.url("/secret")).en and site.asked["/secret"] == 1
    assert "404" in refused(fetcher, site.url("/gone")).en and site.asked["/gone"] == 1


def test_a_truncated_answer_is_no_document(site, fetcher):
    def truncated(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(page())))
        handler.end_headers()
        handler.wfile.write(page()[:200])
        handler.close_connection = True

    site.answers["/cut"] = truncated
    assert "broke off" in refused(fetcher, site.url("/cut")).en


def test_a_silent_and_a_never_ending_site_are_left(site, hasty):
    def silent(_handler):
        site.done.wait(150)

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while not site.done.wait(0.05):
            try:
                handler.wfile.write(b"<html>" + b"x" * 10)
            except OSError:
                return

    site.answers |= {"/silent": silent, "/endless": endless}
    assert "broke off" in refused(hasty, site.url("/silent")).en
    assert "did not end" in refused(hasty, site.url("/endless")).en


def test_too_large_a_document_is_refused(site, fetcher):
    site.answers["/large"] = serves(b"<html>" + b"x" * 300_000)
    assert "larger than" in refused(fetcher, site.url("/large")).en


def test_another_type_than_expected_is_refused_by_header_and_by_content(site, fetcher):
    site.answers["/image"] = serves(b"\x89PNG", "image/png")
    site.answers["/lie"] = serves(page(), "application/pdf")
    assert "image/png" in refused(fetcher, site.url("/image"), ("pdf",)).en
    assert "html" in refused(fetcher, site.url("/lie"), ("pdf",)).en


def test_redirects_stay_inside_the_list_of_hosts(site, fetcher):
    site.answers |= {"/moved": redirects("/act"), "/act": serves(page())}
    assert fetcher.fetch(site.url("/moved"), ("html",)).data == page()
    for away in (
        "https://example.org/x",
        "http://127.0.0.1:1/x",
        "https://10.0.0.1/x",
        "file:///etc/passwd",
        "//evil.example/x",
    ):
        site.answers["/away"] = redirects(away)
        error = refused(fetcher, site.url("/away"))
        assert "not on the list" in error.en or "not an https address" in error.en
    site.answers["/round"] = redirects("/round")
    assert "redirects more than" in refused(fetcher, site.url("/round")).en


def test_a_listed_host_with_a_private_address_is_not_asked(site):
    sites = Sites(sites=[{"host": "localhost", "body_ru": "т", "body_en": "t", "formats": ["html"]}])
    with Fetcher(sites, limits=USUAL) as plain, pytest.raises(FetchError, match="private address"):
        plain.fetch(f"https://localhost:{site.server_address[1]}/act", ("html",))
    assert site.asked == {}


def test_only_https_and_only_listed_hosts_are_asked_without_test_hosts(site):
    with Fetcher(load_sites(CORPUS / "sites.yaml"), limits=USUAL) as plain:
        assert "not an https" in refused(plain, site.url("/act")).en
        assert "not on the list" in refused(plain, "https://example.org/act").en
        with pytest.raises(FetchError, match="not on the list"):
            plain.fetch("https://www.kremlin.ru@example.org/act", ("html",))
    assert site.asked == {}


def test_headers_that_never_end_do_not_outlast_the_total_time(site, hasty):
    def dripping(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not site.done.wait(0.05):
            try:
                handler.wfile.write(b"X-Slow: y\r\n")
                handler.wfile.flush()
            except OSError:
                return

    site.answers["/drip"] = dripping
    assert "did not end" in refused(hasty, site.url("/drip")).en


@pytest.mark.parametrize(
    "location",
    ["http://[::1", "https://127.0.0.1:abc/", "https://[www.nist.gov]/", "https://example.org/\x01"],
)
def test_a_redirect_to_what_is_no_address_is_a_clear_line(site, fetcher, location):
    site.answers["/odd"] = redirects(location)
    assert site.url("/odd") in refused(fetcher, site.url("/odd")).en


def test_an_answer_of_unchanged_that_nobody_asked_for_is_no_text(site, fetcher):
    site.answers["/same"] = serves(b"", status=304)
    assert "304" in refused(fetcher, site.url("/same")).en


def test_validators_that_no_header_can_hold_are_not_sent(site, fetcher):
    site.answers["/act"] = serves(page())
    assert fetcher.fetch(site.url("/act"), ("html",), etag='"é"').data == page()
    assert "If-None-Match" not in site.headers_seen[-1]


def test_a_compression_without_bounds_is_refused(site, fetcher):
    site.answers["/small"] = serves(b"\x1b\x00", Content_Encoding="br")
    assert "br" in refused(fetcher, site.url("/small")).en
    assert site.headers_seen[-1]["Accept-Encoding"] == "identity"


def test_a_browser_check_is_told_from_a_text(site, fetcher):
    site.answers["/check"] = serves(b"", status=202, x_amzn_waf_action="challenge")
    assert "check for a browser" in refused(fetcher, site.url("/check")).en


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2a00:1450::1", True), ("64:ff9b::808:808", True), ("2002:808:808::1", True),
        ("10.0.0.1", False), ("169.254.169.254", False), ("::1", False), ("224.0.0.1", False),
        ("ff0e::1", False), ("64:ff9b::a00:1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("::ffff:127.0.0.1", False), ("fe80::1%eth0", False),
    ],
)  # fmt: skip
def test_an_address_is_judged_also_by_the_one_it_carries(address, public):
    assert _is_public(address) is public


# ── the whole way into a home ──────────────────────────────────────────────────────────────────────


def catalogue(site, **fields):
    source = {"url": site.url("/act"), "format": "html"}
    act = {
        "id": "ru-ukaz-777-2021", "title_ru": "О садах", "title_en": "On gardens", "jurisdiction": "ru",
        "kind": "decree", "number": "777", "date": "2021-03-05", "sources": [source], **fields,
    }  # fmt: skip
    return Catalogue(acts=[act])


@pytest.fixture
def home(tmp_path, site):
    return Settings(home=tmp_path / "home", sync_test_hosts=(site.host,), lang="en")


def synced(settings, known, *, sites=None, dry=False):
    settings.home.mkdir(exist_ok=True)
    run = Sync(settings, known, sites or Sites(sites=[]), USUAL, index=lambda *_: None)
    report = run.run(known.acts, dry=dry)
    return [(entry.state, entry) for entry in report.entries]


def held(settings):
    library = Library(settings.library_url)
    try:
        return {(row.act_id, row.edition, row.authority): library.text(row.id) for row in library.editions()}
    finally:
        library.close()


def test_a_fetched_text_is_official_and_the_next_run_finds_it_unchanged(site, home):
    site.answers["/act"] = serves(page(), ETag='"one"')
    [(state, _)] = synced(home, catalogue(site))
    assert state == "fetched"
    [(key, text)] = held(home).items()
    assert key == ("ru-ukaz-777-2021", "2021-03-05", "official") and "Поливать сады 3 часа" in text
    [(again, entry)] = synced(home, catalogue(site))
    assert again == "unchanged" and "unchanged since" in entry.reason
    assert site.headers_seen[-1]["If-None-Match"] == '"one"'


def test_a_text_that_was_removed_is_fetched_again(site, home):
    def conditional(handler):
        same = handler.headers.get("If-None-Match") == '"one"'
        handler.reply(304 if same else 200, b"" if same else page(), ETag='"one"')

    site.answers["/act"] = conditional
    synced(home, catalogue(site))
    library = Library(home.library_url)
    for row in library.editions():
        library.remove_edition(row.id)
    library.close()
    assert [state for state, _ in synced(home, catalogue(site))] == ["fetched"]
    assert held(home)


@pytest.mark.parametrize("trouble", ["the store of originals", "the library"])
def test_a_store_that_fails_midway_ends_the_fetching_and_what_was_taken_is_indexed(
    site, home, monkeypatch, trouble
):
    """Nothing is asked of a site that could not be stored, and what was taken is found."""
    three = several(site, 3)
    if trouble == "the library":
        fail_after(monkeypatch, Library, "put_edition", OperationalError("insert", {}, OSError("disk full")))
    else:
        fail_after(monkeypatch, Folder, "check", ServerError("The store is down.", "Хранилище недоступно."))
    indexed = []
    run = Sync(
        home, three, Sites(sites=[]), USUAL, index=lambda library, *_: indexed.append(acts_in(library))
    )
    report = run.run(three.acts, dry=False)
    first, second, third = report.entries
    assert (first.state, second.state, third.state) == ("fetched", "failed", "failed")
    assert first.act == three.acts[0].id and indexed == [{first.act}]
    assert ("down" if trouble != "the library" else "disk full") in second.reason
    if trouble != "the library":  # a text the library refused is that text's failure: the next is tried
        assert "not asked for" in third.reason and site.asked.get("/act2") is None
    monkeypatch.undo()
    assert [state for state, _ in synced(home, three)] == ["unchanged", "fetched", "fetched"]


def several(site, count):
    """A catalogue of acts that the site serves at /act0, /act1 …"""
    entries = []
    for number in range(count):
        site.answers[f"/act{number}"] = serves(page(number=777 + number))
        (entry,) = catalogue(site, sources=[{"url": site.url(f"/act{number}"), "format": "html"}]).acts
        entries.append(
            entry.model_copy(update={"id": f"ru-ukaz-{777 + number}-2021", "number": str(777 + number)})
        )
    return Catalogue(acts=entries)


def fail_after(monkeypatch, owner, name, error, good=1):
    """Have a method raise from its call after the first ``good`` ones on."""
    real, calls = getattr(owner, name), []

    def failing(self, *given, **named):
        calls.append(name)
        if len(calls) > good:
            raise error
        return real(self, *given, **named)

    monkeypatch.setattr(owner, name, failing)


def acts_in(library):
    return {row.act_id for row in library.editions() if row.authority == "official"}


def test_a_refused_page_leaves_the_file_fetched_before(site, home):
    site.answers["/act"] = serves(page())
    synced(home, catalogue(site))
    [file] = (home.home / "fetched").iterdir()
    before = file.read_bytes()
    site.answers["/act"] = serves("<html><body>Докажите, что вы не робот. 777</body></html>".encode())
    assert [state for state, _ in synced(home, catalogue(site))] == ["failed"]
    assert file.read_bytes() == before


def test_a_new_edition_reports_the_provisions_that_changed(site, home):
    first = catalogue(site, sources=[{"url": site.url("/act"), "format": "html", "edition": "2021-03-05"}])
    site.answers["/act"] = serves(page())
    synced(home, first)
    later = catalogue(site, sources=[{"url": site.url("/act"), "format": "html", "edition": "2023-01-01"}])
    site.answers["/act"] = serves(page(hours=5))
    [(state, entry)] = synced(home, later)
    assert (state, entry.changed) == ("new_edition", ["p1"])
    assert {key[1] for key in held(home)} == {"2021-03-05", "2023-01-01"}


@pytest.mark.parametrize("trouble", ["cut", "captcha", "other act", "error"])
def test_nothing_is_half_stored_and_each_failure_has_a_clear_line(site, home, trouble):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", "999999")
        handler.end_headers()
        handler.wfile.write(page())
        handler.close_connection = True

    other = (
        page(number=888)
        .replace("САДАХ".encode(), "ПРУДАХ".encode())
        .replace("сады".encode(), "пруды".encode())
    )
    site.answers["/act"] = {
        "cut": cut,
        "captcha": serves("<html><body>О садах: докажите, что вы не робот. 777</body></html>".encode()),
        "other act": serves(other),
        "error": serves(b"", status=503),
    }[trouble]
    [(state, entry)] = synced(home, catalogue(site))
    assert state == "failed" and entry.act == "ru-ukaz-777-2021" and len(entry.reason) > 30
    assert held(home) == {}
    library = Library(home.library_url)
    assert library.fetches() == {}
    library.close()
    assert not list((home.home / "files").glob("??/*"))
    site.answers["/act"] = serves(page())
    assert [state for state, _ in synced(home, catalogue(site))] == ["fetched"]


def test_the_recorded_shape_of_a_site_cuts_the_act_out_of_its_page(site, home):
    around = (
        page()
        .replace(b"<body>", b'<body><p>\xd0\x9c\xd0\xb5\xd0\xbd\xd1\x8e</p><div class="a text">')
        .replace(b"</body>", "</div><p>Подписаться на новости</p></body>".encode())
    )
    shape = Sites(
        sites=[
            {
                "host": "127.0.0.1",
                "body_ru": "т",
                "body_en": "t",
                "formats": ["html"],
                "container": "//div[@class='a text']",
            }
        ]
    )
    site.answers["/act"] = serves(around)
    assert [state for state, _ in synced(home, catalogue(site), sites=shape)] == ["fetched"]
    [text] = held(home).values()
    assert "Подписаться" not in text and "Меню" not in text and "Поливать" in text
    other_home = home.model_copy(update={"home": home.home.with_name("other")})
    site.answers["/act"] = serves(page())
    [(state, entry)] = synced(other_home, catalogue(site), sites=shape)
    assert state == "failed" and "not built as its recorded shape" in entry.reason


def test_what_a_program_cannot_read_is_taken_from_the_inbox(site, home):
    by_hand = Sites(
        sites=[{"host": "127.0.0.1", "body_ru": "т", "body_en": "t", "formats": ["html"], "readable": False}]
    )
    [(state, entry)] = synced(home, catalogue(site), sites=by_hand)
    inbox = home.home / "inbox" / "ru-ukaz-777-2021.html"
    assert (
        state == "by_hand"
        and str(inbox) in entry.reason
        and entry.url == site.url("/act")
        and site.asked == {}
    )
    inbox.parent.mkdir()
    inbox.write_bytes(page())
    assert [state for state, _ in synced(home, catalogue(site), sites=by_hand)] == ["fetched"]
    assert ("ru-ukaz-777-2021", "2021-03-05", "official") in held(home)
    assert [state for state, _ in synced(home, catalogue(site), sites=by_hand)] == ["unchanged"]


def test_a_dropped_file_is_read_once_and_a_wrong_one_leaves_the_advice_standing(site, home):
    by_hand = Sites(
        sites=[{"host": "127.0.0.1", "body_ru": "т", "body_en": "t", "formats": ["html"], "readable": False}]
    )
    inbox = home.home / "inbox" / "ru-ukaz-777-2021.html"
    inbox.parent.mkdir(parents=True)
    inbox.write_bytes("<html><body>Докажите, что вы не робот.</body></html>".encode())
    assert [state for state, _ in synced(home, catalogue(site), sites=by_hand)] == ["failed", "by_hand"]
    inbox.write_bytes(page())
    assert [state for state, _ in synced(home, catalogue(site), sites=by_hand)] == ["fetched"]
    [(state, entry)] = synced(home, catalogue(site), sites=by_hand)
    assert state == "unchanged" and "taken before" in entry.reason


def test_a_failure_says_where_to_drop_the_file(site, home):
    [(state, entry)] = synced(home, catalogue(site))
    assert state == "failed" and str(home.home / "inbox" / "ru-ukaz-777-2021.html") in entry.reason


def test_a_text_on_several_pages_is_taken_whole_or_not_at_all(site, home):
    more = "Показать следующую страницу документа"
    shape = Sites(
        sites=[
            {"host": "127.0.0.1", "body_ru": "т", "body_en": "t", "formats": ["html"], "container": "//div[@class='act']",
             "next_page": "{url}/page/{n}", "more": more}
        ]
    )  # fmt: skip
    head, tail = page().decode().split("<p>20. ")
    first = head.replace("<body>", "<body><div class='act'>") + f"</div><a>{more}</a></body></html>"
    second = "<html><body><div class='act'><p>20. " + tail.replace("</body>", "</div></body>")
    site.answers["/act"] = serves(first.encode())
    [(state, entry)] = synced(home, catalogue(site), sites=shape)
    assert state == "failed" and "/act/page/2" in entry.reason and held(home) == {}
    site.answers["/act/page/2"] = serves(second.encode())
    assert [state for state, _ in synced(home, catalogue(site), sites=shape)] == ["fetched"]
    [text] = held(home).values()
    assert "Садовник номер 19" in text and "Садовник номер 29" in text and more not in text
    assert [state for state, _ in synced(home, catalogue(site), sites=shape)] == ["unchanged"]


def test_a_second_source_that_was_removed_and_missed_is_asked_for_in_full(site, home):
    def conditional(tag, body):
        def answer(handler):
            same = handler.headers.get("If-None-Match") == tag
            handler.reply(304 if same else 200, b"" if same else body, ETag=tag)

        return answer

    sources = [
        {"url": site.url(path), "format": "html", "edition": day}
        for path, day in (("/act", "2021-03-05"), ("/later", "2023-01-01"))
    ]
    both = catalogue(site, sources=sources)
    site.answers |= {"/act": conditional('"one"', page()), "/later": conditional('"two"', page(hours=5))}
    assert [state for state, _ in synced(home, both)] == ["fetched", "new_edition"]
    library = Library(home.library_url)
    for row in library.editions():
        library.remove_edition(row.id)
    library.close()
    later = site.answers.pop("/later")
    assert [state for state, _ in synced(home, both)] == ["fetched", "failed"]
    site.answers["/later"] = later
    assert [state for state, _ in synced(home, both)] == ["unchanged", "new_edition"]
    assert {key[1] for key in held(home)} == {"2021-03-05", "2023-01-01"}


def test_sidecars_and_unfinished_downloads_in_the_inbox_are_not_texts(site, home):
    inbox = home.home / "inbox"
    inbox.mkdir(parents=True)
    for name in ("ru-ukaz-777-2021.json", "ru-ukaz-777-2021.html.part", "ru-ukaz-777-2021.crdownload"):
        (inbox / name).write_bytes(b"{}")
    site.answers["/act"] = serves(page())
    assert [state for state, _ in synced(home, catalogue(site))] == ["fetched"]


def test_an_interrupted_run_keeps_what_it_has_taken(site, home, monkeypatch):
    second = catalogue(site, id="ru-ukaz-778-2021", number="778", title_ru="О прудах", title_en="On ponds",
                       sources=[{"url": site.url("/second"), "format": "html"}]).acts  # fmt: skip
    both = Catalogue(acts=[*catalogue(site).acts, *second])
    site.answers["/act"] = serves(page(), ETag='"one"')
    fetch = Fetcher.fetch

    def interrupted(self, url, *arguments):
        if url.endswith("/second"):
            raise KeyboardInterrupt
        return fetch(self, url, *arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Fetcher, "fetch", interrupted)
        synced(home, both)
    assert {key[0] for key in held(home)} == {"ru-ukaz-777-2021"}
    states = {entry.act: state for state, entry in synced(home, both)}
    assert states == {"ru-ukaz-777-2021": "unchanged", "ru-ukaz-778-2021": "failed"}


def test_when_a_source_last_gave_the_text_is_known(site, home):
    site.answers["/act"] = serves(page())
    synced(home, catalogue(site))
    library = Library(home.library_url)
    checked = library.checked()
    library.close()
    assert set(checked) == {site.url("/act")} and checked[site.url("/act")].startswith("20")


def test_a_dry_run_asks_nobody(site, home):
    [(state, entry)] = synced(home, catalogue(site), dry=True)
    assert state == "planned" and entry.url == site.url("/act")
    assert site.asked == {} and held(home) == {}


def test_every_address_of_the_catalogue_is_on_a_listed_host_that_serves_its_format():
    sites = load_sites(CORPUS / "sites.yaml")
    sources = [(act.id, source) for act in embedded_catalogue().acts for source in act.sources]
    assert len(sources) >= 10
    for act, source in sources:
        site = sites.of(source.url)
        assert site is not None and source.format in site.formats, act
        assert source.url.startswith("https://") or not site.readable, act


@needs_acts
@pytest.mark.acts
def test_real_acts_are_fetched_as_their_sites_serve_them(site, tmp_path):
    served = {
        "ru-ukaz-250-2022": ("ru/ukaz250.pdf", "application/pdf", "pdf"),
        "us-eo-14179-2025": ("en/us_eo_14179_2025.txt", "text/plain; charset=utf-8", "txt"),
        "ru-fz-152-2006": ("ru/fz152_ed2024.docx", "application/octet-stream", "docx"),
    }
    acts = []
    for act in embedded_catalogue().acts:
        if act.id in served:
            name, kind, form = served[act.id]
            site.answers[f"/{act.id}"] = serves((ACTS / name).read_bytes(), kind)
            acts.append(act.model_dump() | {"sources": [{"url": site.url(f"/{act.id}"), "format": form}]})
    known = Catalogue(
        acts=acts, external=[*embedded_catalogue().external, *(act.id for act in embedded_catalogue().acts)]
    )
    settings = Settings(home=tmp_path / "home", sync_test_hosts=(site.host,), lang="ru")
    settings.home.mkdir()
    limits = Limits(pause=0.0, attempts=1)
    report = Sync(settings, known, Sites(sites=[]), limits, index=lambda *_: None).run(known.acts, dry=False)
    assert {entry.act: entry.state for entry in report.entries} == dict.fromkeys(served, "fetched")
    assert {key[0] for key in held(settings)} == set(served)
    assert {key[2] for key in held(settings)} == {"official"}
