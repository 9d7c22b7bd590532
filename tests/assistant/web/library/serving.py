"""The tab alone on a page, with its routes, the gate and the guard, on a real uvicorn at a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.engine import Assistant
from assistant.web import library
from assistant.web.desk import Desk, language
from assistant.web.door.gate import Gate
from assistant.web.guard import MAX_BODY, Guard
from assistant.web.theme import theme

PAGE_STYLE = Path(library.__file__).parents[1] / "shell.css"


def app_over(assistant: Assistant) -> FastAPI:
    """The page, made as the shell makes it, with nothing but this tab."""
    app = FastAPI()
    library.add_routes(app, assistant)
    with gr.Blocks(title="Library", analytics_enabled=False, fill_width=True) as page:
        lang = gr.State("")
        switch = gr.Button("ru/en", elem_id="switch", size="sm")
        with gr.Tabs(), gr.Tab("Library", id="library"):
            tab = library.LibraryTab(Desk(assistant, lang))

        def dressed(code: Any, request: gr.Request) -> dict[Any, Any]:
            return {lang: code, **tab.dress(code, tab.desk.owner(request))}

        def arrive(request: gr.Request) -> dict[Any, Any]:
            return dressed(language(request), request)

        def switched(code: str, request: gr.Request) -> dict[Any, Any]:
            return dressed("en" if code == "ru" else "ru", request)

        page.load(arrive, None, [lang, *tab.dressed], show_progress="hidden")
        switch.click(switched, [lang], [lang, *tab.dressed], show_progress="hidden")
    page.queue(max_size=32, api_open=False)
    style = PAGE_STYLE.read_text(encoding="utf-8") + library.STYLE
    gr.mount_gradio_app(
        app, page, path="/", footer_links=[], run_history=False, allowed_paths=[], show_error=False, ssr_mode=False,
        enable_monitoring=False, pwa=False, mcp_server=False, theme=theme(), css=style,
    )  # fmt: skip
    app.add_middleware(Gate, settings=assistant.settings, library=assistant.library)
    larger = {library.UPLOADS: assistant.settings.api_ingest_bytes + MAX_BODY}
    app.add_middleware(Guard, larger=larger)
    return app


@contextmanager
def serving(assistant: Assistant) -> Iterator[str]:
    """The address of the running page."""
    import uvicorn

    from assistant.web.listening import Server, bind

    listener = bind("127.0.0.1", 0)
    started = threading.Event()
    server = Server(uvicorn.Config(app_over(assistant), log_level="error"), started.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert started.wait(180), "the page did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(60)
        listener.close()
    assert not thread.is_alive()
