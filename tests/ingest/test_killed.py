"""Writers killed with SIGKILL at random moments lose nothing they acknowledged and leave no half act."""

from __future__ import annotations

from tests.killing import Killer


def test_a_home_is_whole_after_each_of_a_few_kills(tmp_path):
    killer = Killer(tmp_path, seed=9)
    for _ in range(3):
        killer.kill()
    assert killer.tally.clean, killer.tally
