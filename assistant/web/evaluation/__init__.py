"""The Evaluation tab and its routes: start a run of a suite, watch it, open old runs, compare two.

:data:`CASES` takes bodies of up to :data:`MOST_BYTES`; whatever limits bodies in front of it has to let them
pass.
"""

from __future__ import annotations

from pathlib import Path

from assistant.web.evaluation.brought import MOST_BYTES
from assistant.web.evaluation.routes import CASES, add_routes
from assistant.web.evaluation.tab import EvaluationTab

__all__ = ["CASES", "MOST_BYTES", "STYLE", "EvaluationTab", "add_routes"]

STYLE = Path(__file__).with_name("evaluation.css").read_text(encoding="utf-8")
