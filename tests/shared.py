"""Where the real acts are, for tests that read them; absent ones skip with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
ACTS = SHARED / "acts"

needs_acts = pytest.mark.skipif(not ACTS.is_dir(), reason=f"the folder with real acts is not there: {ACTS}")
