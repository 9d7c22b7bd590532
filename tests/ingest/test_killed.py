"""Writers killed with SIGKILL at random moments lose nothing they acknowledged and leave no half act."""

from __future__ import annotations

import sqlite3

from assistant.library import Library
from assistant.library.originals import original
from tests.builders import edition_draft
from tests.killing import Killer, text_of

ACT = "ru-fz-10-2020"


def test_a_home_is_whole_after_each_of_a_few_kills(tmp_path):
    killer = Killer(tmp_path, seed=9)
    for _ in range(3):
        killer.kill()
    assert killer.tally.clean, killer.tally


def test_what_is_counted_after_a_kill_would_be_noticed(tmp_path):
    killer = Killer(tmp_path, seed=1)
    killer.home.mkdir()
    place = killer.home / "library.sqlite"
    draft = edition_draft(ACT, text=text_of(ACT, 1))
    kept = original(killer.home / "files", draft.file.sha256)
    kept.parent.mkdir(parents=True)
    kept.write_text(f"{draft.file.path}{draft.text}")
    library = Library(f"sqlite:///{place}")
    library.put_edition(draft)
    killer.acknowledged = {ACT: 1}
    killer._look(None)
    assert killer.tally.clean

    with sqlite3.connect(place) as db:
        db.execute("DELETE FROM provisions WHERE pid = 'st2'")
    killer._look(None)
    assert (killer.tally.half, killer.tally.lost) == (1, 0)

    library.put_edition(edition_draft(ACT, "2021-01-01", text=text_of(ACT, 1), path="second.txt"))
    killer._look(None)
    assert killer.tally.duplicates == 1

    library.remove_editions([row.id for row in library.editions()])
    killer._look(None)
    assert killer.tally.lost == 1
    killer._look(["put", {"act": ACT, "version": 2}])
    assert killer.tally.lost == 2
    library.close()
