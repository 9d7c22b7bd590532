"""A request's method and path -> what its caller must be able to do: the one table of all addresses.

What is in no line of the table needs :data:`Ability.ASK`, but for Gradio's own routes: of them only those the
page uses are open at all, for its others hand out cached files, fetch addresses or run functions by name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.access.roles import Ability

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN, SIGN_OUT, ACCOUNT = "/sign-in", "/sign-out", "/account"
STYLE = f"{SIGN_IN}/style.css"

# What anybody may ask, and nothing else.
OPEN = frozenset(
    {SIGN_IN, STYLE, "/health", "/api/health", "/api/v1/health", "/api/v1/health/ready"}
)  # fmt: skip
METRICS = frozenset({"/metrics", "/api/v1/metrics"})

Needed = frozenset[Ability]
ASKING: Needed = frozenset({Ability.ASK})

# Requests that change something or cost work; the first line that fits counts.
WRITING: tuple[tuple[str, Needed], ...] = (
    ("/api/v1/ingest", frozenset({Ability.LIBRARY})),
    ("/library/uploads", frozenset({Ability.OWN_FILES})),
    ("/evaluation/cases", frozenset({Ability.EVALUATE})),
    ("/exports/checks/", ASKING),
    ("/api/", ASKING),
    ("/v1/", ASKING),
    ("/gradio_api/", ASKING),
)

_GRADIO = "/gradio_api/"
# Events go through the queue, or, those that do not wait, straight to run/predict.
_GRADIO_USED = {
    "GET": re.compile(
        r"/gradio_api/(?:theme\.css|startup-events|app_id/?|info/?|queue/data|heartbeat/[\w-]+)"
    ),
    "POST": re.compile(r"/gradio_api/(?:queue/join|run/predict|cancel|reset)/?"),
}
_GRADIO_ELSEWHERE = re.compile(
    r"/(?:login|logout|monitoring|pwa_icon|custom_component|svelte|token|user)(?:/.*)?"
)
_QUESTIONS = re.compile(r"/api(?:/v1)?/(?:ask|search|check.*|describe.*)|/v1/chat/completions")
_CHEAP = re.compile(
    r"/(?:static|assets)/.*|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/sign-in/.*"
    r"|/gradio_api/(?:theme\.css|startup-events|heartbeat/.*|queue/data)"
)


class Rule(NamedTuple):
    """What a request needs. ``open``: nothing at all. ``shut``: nobody gets anything here.

    ``needs``: the caller must be able to do one of these. ``here``: only a browser's session or the local
    user, no token.
    """

    needs: Needed = ASKING
    open: bool = False
    shut: bool = False
    here: bool = False


def rule_of(method: str, path: str) -> Rule:
    """The rule of a request; ``path`` as the framework routes it."""
    if path in OPEN:
        return Rule(open=True)
    if path in (SIGN_OUT, ACCOUNT) or path.startswith(f"{ACCOUNT}/"):
        return Rule(needs=frozenset(), here=True)
    if path in METRICS:
        return Rule(needs=frozenset({Ability.MANAGE}))
    if _is_shut(method, path):
        return Rule(shut=True)
    if method not in SAFE:
        for start, needs in WRITING:
            if path.startswith(start):
                return Rule(needs=needs)
    return Rule()


def _is_shut(method: str, path: str) -> bool:
    if _GRADIO_ELSEWHERE.fullmatch(path):
        return True
    used = _GRADIO_USED.get("GET" if method == "HEAD" else method)
    return path.startswith(_GRADIO) and (used is None or not used.fullmatch(path))


def cost_of(method: str, path: str) -> int:
    """What a request counts for in its caller's share: nothing, one, or five for a question."""
    if method in SAFE and _CHEAP.fullmatch(path):
        return 0
    return 5 if _QUESTIONS.fullmatch(path) else 1
