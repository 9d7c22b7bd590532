"""The web app: one module a tab."""

from assistant.web.without_stubs import install

install()  # before a module of this package imports Gradio
