"""Whatever bytes and words come, a reader or a grammar answers or refuses: it does not break down or hang."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import PolicyError, ReadError
from assistant.settings import ReaderSettings
from ingest.cage import Cage
from ingest.catalogue import Catalogue
from tests.fuzz.seeds import PIECES, seeds

NOTHING = Catalogue(acts=[])
SEEDS = {name: data for name, data in seeds().items() if not name.endswith(".png")}
broken = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def cage():
    made = Cage(ReaderSettings(seconds=15, cpu_seconds=10))
    yield made
    made.close()


def answers(cage, data, name):
    """The edition, or None where it was refused for a reason other than a limit or a breakdown."""
    try:
        draft = cage.edition(data, Path(name), None, NOTHING)
    except PolicyError as error:
        assert not isinstance(error, ReadError) or error.reason not in ("crashed", "time", "memory"), error.en
        return None
    for node in draft.provisions:
        assert 0 <= node.start <= node.end <= len(draft.text)
    return draft


@st.composite
def mutations(draw):
    """A change of some bytes: overwritten, left out or repeated."""
    at, length = draw(st.floats(0, 1)), draw(st.integers(1, 40))
    new = draw(st.binary(max_size=30))
    times = draw(st.sampled_from((1, 1, 1, 50, 2_000)))

    def change(data):
        place = int(at * len(data))
        return data[:place] + new * times + data[place + length :]

    return change


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_of_any_format_is_read_or_refused(cage, name):
    assert answers(cage, SEEDS[name], name) is not None or name in ("f.rtf",)

    @broken
    @given(st.lists(mutations(), min_size=1, max_size=3))
    def holds(changes):
        data = SEEDS[name]
        for change in changes:
            data = change(data)
        answers(cage, data, name)

    holds()


def test_any_words_in_the_manner_of_acts_are_cut_or_refused(cage):
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from((1, 1, 2, 30))), max_size=60))
    def holds(pieces):
        answers(cage, "".join(piece * times for piece, times in pieces).encode(), "a.txt")

    holds()


@pytest.mark.parametrize("piece", PIECES)
def test_no_piece_of_an_act_repeated_wears_the_grammars_out(cage, piece):
    answers(cage, ("УКАЗ\n\nО САДАХ\n\n" + piece * 800).encode(), "a.txt")
