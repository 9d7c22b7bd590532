"""The outcomes that a run writes down, as they come -> how many passed, failed or broke so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from evals.case import EvalCase
    from evals.outcome import Outcome


@dataclass(slots=True)
class Tally:
    """passed, failed: outcomes, by the rule of the score; errors: and empty answers."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    _read: int = 0  # bytes of the file
    _cases: dict[str, EvalCase] = field(default_factory=dict)

    def follow(self, assistant: Assistant, folder: Path | None) -> None:
        """Count what has been written since the last time."""
        from evals.outcome import Outcome
        from evals.runs import Run

        if folder is None:
            return
        self._cases = self._cases or {case.id: case for case in Run(folder).cases()}
        with (folder / "outcomes.jsonl").open("rb") as stream:
            stream.seek(self._read)
            fresh = stream.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            try:
                outcome = Outcome.model_validate_json(line)
            except ValidationError:  # cut off when the run was
                continue
            self._count(assistant, outcome)

    def _count(self, assistant: Assistant, outcome: Outcome) -> None:
        from evals.judges import judge_name
        from evals.metrics.base import Scene
        from evals.reasons import judged

        case = self._cases.get(outcome.case)
        if case is None:
            return
        if outcome.ended in ("error", "empty"):
            self.errors += 1
            return
        passed, _ = judged(case, outcome, Scene(assistant.view, judge_name(assistant.settings.answer)))
        self.passed += passed is True
        self.failed += passed is False
