"""The look: system fonts, quiet colours, light and dark; nothing is loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
FIXED = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")


def style() -> str:
    """The page's own rules, then each tab's."""
    from assistant.web import ask, eligibility, evaluation, library

    page = Path(__file__).with_name("shell.css").read_text(encoding="utf-8")
    return "\n".join([page, ask.STYLE, library.STYLE, eligibility.STYLE, evaluation.STYLE])


def theme() -> gr.themes.Base:
    """Gradio's plain theme in our fonts and colours."""
    base = gr.themes.Base(
        primary_hue="teal",
        secondary_hue="slate",
        neutral_hue="slate",
        font=list(FONTS),
        font_mono=list(FIXED),
        radius_size="sm",
    )
    return base.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_text_color="white",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        body_background_fill_dark="*neutral_900",
        block_background_fill_dark="*neutral_900",
    )
