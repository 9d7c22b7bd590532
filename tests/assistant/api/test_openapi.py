"""The OpenAPI document, what schemathesis makes of it, and the page that shows it."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.control import SkipTest
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)

from assistant.api import INGEST
from assistant.api.errors import MEDIA_TYPE
from assistant.engine import Assistant
from assistant.settings import Settings
from tests.assistant.api.serving import bare, listening

# All but that valid data is accepted: a question without a word in it, an act that is not held, a model that is
# not set up are refused though no schema can say so.
PROMISES = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, missing_required_header, unsupported_method,
    allow_header_conformance, use_after_free,
]  # fmt: skip
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HTTP_METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(client):
    return client.get("/api/openapi.json").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert method in HTTP_METHODS
            yield path, method, operation


def test_every_route_of_the_contract_is_described(document):
    described = {(method, path) for path, method, _ in operations(document)}
    own = {
        ("get", "/api/v1/ask"), ("post", "/api/v1/ask"), ("get", "/api/v1/search"), ("post", "/api/v1/search"),
        ("get", "/api/v1/acts"), ("get", "/api/v1/acts/{act}"), ("get", "/api/v1/acts/{act}/diff"),
        ("get", "/api/v1/acts/{act}/provisions/{provision}"), ("post", "/api/v1/ingest"),
        ("get", "/api/v1/check/{measure}"), ("post", "/api/v1/check/{measure}"), ("post", "/api/v1/check"),
        ("get", "/api/v1/measures"), ("get", "/api/v1/facts"),
        ("get", "/api/v1/health"), ("get", "/api/v1/metrics"), ("post", "/v1/chat/completions"),
        ("get", "/v1/models"),
    }  # fmt: skip
    earlier = {
        ("get", f"/api/{name}")
        for name in (
            "ask",
            "search",
            "acts",
            "show/{act}",
            "diff/{act}",
            "bodies",
            "watches",
            "changes",
            "health",
        )
    }
    assert own | earlier <= described


def test_every_operation_says_what_it_gives_and_how_it_fails(document):
    schemas = document["components"]["schemas"]
    for path, method, operation in operations(document):
        responses = operation["responses"]
        assert operation["summary"], path
        assert "HTTPValidationError" not in str(responses), f"{path}: a wrong parameter is a 400"
        assert "422" not in responses or path.startswith("/api/v1/check"), path
        assert responses["200"]["content"], path
        failing = {status: entry for status, entry in responses.items() if status not in ("200", "503")}
        for entry in failing.values():
            media = "application/json" if path.startswith("/v1/") else MEDIA_TYPE
            name = entry["content"][media]["schema"]["$ref"].rsplit("/", 1)[-1]
            assert name == ("OpenAIError" if path.startswith("/v1/") else "Problem")
        takes = operation.get("parameters") or operation.get("requestBody")
        assert not takes or "400" in responses or path.startswith("/v1/models"), (method, path)
    references = set(re.findall(r"#/components/schemas/([\w.-]+)", str(document)))
    assert references <= schemas.keys()


def test_every_parameter_and_field_of_a_request_is_explained(document):
    for path, _, operation in operations(document):
        if not path.startswith("/api/v1/"):
            continue
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert parameter["description"], (path, parameter["name"])


# ── what the document promises, asked for at random ─────────────────────────────────────────────────────────────


def suite(document, address, examples, mode, chosen):
    """Ask every operation ``chosen`` takes ``examples`` times, always the same; returns how often it was asked.

    Whatever is answered must be what the document says: statuses, types, schemas, refusals.
    """
    described = {
        **document,
        "paths": {path: entry for path, entry in document["paths"].items() if chosen(path)},
    }
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=address)
    schema.config.generation.update(modes=[mode])
    refusing = schema.config.checks.negative_data_rejection
    refusing.expected_statuses = [*refusing.expected_statuses, "413"]  # what is wrong may also be too large
    asked = 0

    def ask(case):
        nonlocal asked
        asked += 1
        case.call_and_validate(checks=PROMISES, timeout=120)

    chosen_settings = settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for found in schema.get_all_operations():
        with suppress(SkipTest):  # a route without parameters cannot be asked wrongly
            chosen_settings(given(found.ok().as_strategy(generation_mode=mode))(ask))()
    return asked


def reads(path):
    return path != INGEST


@pytest.mark.parametrize(("mode", "least"), [(GenerationMode.POSITIVE, 110), (GenerationMode.NEGATIVE, 60)])
def test_the_server_keeps_what_its_document_promises(document, corpus, mode, least):
    assert suite(document, corpus[0], 6, mode, reads) >= least


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_so_it_does_of_uploads(document, tmp_path, small_model, mode):
    assistant = Assistant(Settings(home=tmp_path / "home", embedder=str(small_model), lang="en"))
    with listening(bare(assistant)) as address:
        assert suite(document, address, 5, mode, lambda path: path == INGEST) >= 3
    assistant.library.close()


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_server_keeps_what_its_document_promises_at_length(document, corpus, mode):
    assert suite(document, corpus[0], 150, mode, reads) > 1500


# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_and_all_it_loads_come_from_this_server(client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 3
    for name in loaded:
        assert "//" not in name
        part = client.get(f"/api/{name}")
        assert part.status_code == 200
        assert len(part.content) > 500
    assert "'openapi.json'" in page.text
    assert re.search(r'"validatorUrl":\s*null', page.text)


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which(CHROMIUM), reason=f"there is no browser at {CHROMIUM}")
def test_a_browser_shows_the_page_tries_a_route_and_asks_nobody_else(corpus):
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    asked, problems = [], []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        page.goto(f"{corpus[0]}/api/docs")
        health = page.locator(".opblock", has=page.get_by_text("/api/v1/health", exact=True)).first
        health.click()
        health.get_by_role("button", name="Execute").click()
        health.locator(".live-responses-table").get_by_text("library_version").first.wait_for()
        browser.close()
    assert [url for url in asked if url.startswith(f"{corpus[0]}/api/v1/health")]
    assert [url for url in asked if not url.startswith((corpus[0], "data:", "blob:"))] == []
    assert problems == []
