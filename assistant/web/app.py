"""An assistant -> the web app over it: the API at ``/api`` and the chat at ``/``, in one ASGI app.

Gradio is imported here and in the tabs, nowhere else. :mod:`assistant.web.listening` serves the app.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import TYPE_CHECKING

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
# For a page of figures that is switched off here, gradio keeps the last 10,000 events, and after each of them
# makes a table of all.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(2**31))

import gradio as gr
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant import api
from assistant.web import downloads, eligibility, evaluation, library
from assistant.web.door import replies, rules, sign_in
from assistant.web.door.gate import Gate
from assistant.web.guard import MAX_BODY, Guard
from assistant.web.requests import Requests
from assistant.web.shell import blocks
from assistant.web.theme import style, theme

if TYPE_CHECKING:
    from assistant.engine import Assistant

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create(assistant: Assistant) -> FastAPI:
    """The app over one assistant: ``/api`` and the chat at ``/``."""
    app = FastAPI(
        title="AI policy assistant",
        version=version("ai-policy-assistant"),
        docs_url=None,  # these pages would load scripts from elsewhere; the API brings its own
        redoc_url=None,
        openapi_url=api.OPENAPI_URL,
    )
    metrics = api.add_to(app, assistant)
    downloads.add_to(app, assistant)
    library.add_routes(app, assistant)
    eligibility.add_routes(app, assistant)
    evaluation.add_routes(app, assistant)
    settings = assistant.settings
    if settings.ways_in == "accounts":
        sign_in.add_routes(app, assistant)
    page, words = blocks(assistant)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size=MAX_BODY,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=words,
        theme=theme(),
        css=style(),
    )
    app.add_middleware(Gate, settings=settings, library=assistant.library)
    if settings.host in LOOPBACK and settings.ways_in != "accounts":
        # Another site's name that resolves to this machine must not open the app (DNS rebinding).
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, "[::1]"])
    upload = settings.api_ingest_bytes + MAX_BODY  # the form around the files
    larger = dict.fromkeys((api.INGEST, library.UPLOADS), upload) if api.takes_files(settings) else {}
    larger[evaluation.CASES] = evaluation.MOST_BYTES + MAX_BODY  # the form around the files
    larger[rules.SIGN_IN] = replies.MOST_BYTES
    app.add_middleware(Guard, larger=larger, lang=settings.message_lang)
    app.add_middleware(Requests, settings=settings, metrics=metrics)
    return app
