"""Two hundred writers killed with SIGKILL, each at a random moment of its work."""

from __future__ import annotations

import logging

import pytest

from tests.killing import Killer

pytestmark = pytest.mark.long
KILLS = 200

log = logging.getLogger(__name__)


@pytest.mark.timeout(7200)
def test_two_hundred_kills_lose_double_and_halve_nothing(tmp_path):
    killer = Killer(tmp_path, seed=2026)
    for _ in range(KILLS):
        killer.kill()
    log.warning("%s", killer.tally)
    assert killer.tally.clean, killer.tally
    hit = {"put", "remove", "begun", "rebuild", "re-embed", "sync", "backup"}
    assert hit <= set(killer.tally.during)  # each was hit at least once
    assert killer.tally.backups > 0
