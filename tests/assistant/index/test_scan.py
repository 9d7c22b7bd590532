"""The scan finds what brute force finds, within any scope, and is written whole or not at all."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index import scan as scan_module
from assistant.index import scan_part
from assistant.index.scan import UNREADABLE, extend_scan, open_scan, write_scan
from assistant.index.vectors import ChunkKey, Scope

DIMENSION = 16
EDITIONS = (3, 7, 8, 21)
RANDOM = np.random.default_rng(7)
VECTORS = RANDOM.normal(size=(80, DIMENSION)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
# Keys in no order, editions interleaved, two languages: nothing lies as it will be scanned.
KEYS = [
    ChunkKey(int(chunk), EDITIONS[number % 4], "ru" if number % 3 else "en")
    for number, chunk in enumerate(RANDOM.permutation(1000)[:80])
]
CHUNKS = [key.chunk for key in KEYS]
SCOPES = st.builds(
    Scope,
    st.none() | st.frozensets(st.sampled_from([*EDITIONS, 99])),
    st.none() | st.sampled_from(["ru", "en", "de"]),
)


def write(folder, keys=KEYS, vectors=VECTORS, dimension=DIMENSION):
    write_scan(folder, keys, [([key.chunk for key in keys], vectors)], dimension)
    return open_scan(folder)


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    return write(tmp_path_factory.mktemp("scan") / "scan")


def brute_force(vector, k, scope, keys=KEYS, vectors=VECTORS):
    passing = [number for number, key in enumerate(keys) if scope.admits(key.edition, key.lang)]
    passing.sort(key=lambda number: (-float(vectors[number] @ vector), keys[number].chunk))
    return [(keys[number].chunk, float(vectors[number] @ vector)) for number in passing[:k]]


@settings(deadline=None)
@given(SCOPES, st.integers(1, 100), st.integers(0, 10_000))
def test_any_scope_gives_what_brute_force_gives(scan, scope, k, seed):
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    found = scan.search(vector[None], k, scope)[0]
    expected = brute_force(vector, k, scope)
    assert [entry.chunk for entry in found] == [chunk for chunk, _ in expected]
    assert [entry.score for entry in found] == pytest.approx([score for _, score in expected], abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["ru", "en"]), st.integers(-1, 1), st.integers(-1, 1)),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 10),
    SCOPES,
)
def test_of_equal_vectors_the_best_scores_are_found_and_ties_stand_in_order(tmp_path_factory, rows, k, scope):
    keys = [ChunkKey(number, edition, lang) for number, (edition, lang, _, _) in enumerate(rows)]
    vectors = np.array([row[2:] for row in rows], np.float32)  # small whole numbers: scores are exact
    scan = write(tmp_path_factory.mktemp("ties") / "scan", keys, vectors, 2)
    vector = np.array([2, 1], np.float32)
    found = scan.search(vector[None], k, scope)[0]
    assert [entry.score for entry in found] == [
        score for _, score in brute_force(vector, k, scope, keys, vectors)
    ]
    assert all(
        (one.score, -one.chunk) > (other.score, -other.chunk)
        for one, other in zip(found, found[1:], strict=False)
    )
    assert all(scope.admits(keys[entry.chunk].edition, keys[entry.chunk].lang) for entry in found)


def test_several_questions_at_once_are_answered_as_one_by_one(scan):
    scope = Scope(frozenset({3, 8}), "ru")
    together = scan.search(VECTORS[:5], 7, scope)
    assert together == [scan.search(vector[None], 7, scope)[0] for vector in VECTORS[:5]]


def test_where_nothing_passes_nothing_is_found(scan):
    nothing = [Scope(frozenset()), Scope(frozenset({99})), Scope(None, "de")]
    assert [scan.search(VECTORS[:2], 5, scope) for scope in nothing] == [[[], []]] * 3


def test_similarities_are_cosines_of_the_chunks_that_are_known(scan):
    asked = [CHUNKS[5], CHUNKS[60], CHUNKS[5], -1, 1000, 5000]
    found = scan.similarities(VECTORS[5], asked)
    assert found == pytest.approx({CHUNKS[5]: 1.0, CHUNKS[60]: float(VECTORS[5] @ VECTORS[60])}, abs=1e-6)
    assert scan.similarities(VECTORS[5], []) == {}
    assert scan.similarities(VECTORS[5], [5000]) == {}


@given(st.lists(st.integers(0, 79), max_size=20))
def test_rows_are_the_vectors_as_asked_for(scan, numbers):
    rows = scan.rows([CHUNKS[number] for number in numbers])
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, VECTORS[numbers].reshape(-1, DIMENSION))


@pytest.mark.parametrize("unknown", [-1, 1000, next(n for n in range(1000) if n not in CHUNKS)])
def test_rows_of_an_unknown_chunk_are_a_mistake(scan, unknown):
    with pytest.raises(KeyError):
        scan.rows([CHUNKS[0], unknown])


def test_the_file_knows_its_chunks(scan):
    assert len(scan) == 80
    assert scan.keys == set(CHUNKS)


def test_vectors_may_come_in_parts_in_any_order_and_with_others_among_them(tmp_path):
    keys, vectors = KEYS[:10], VECTORS[:10]
    order = [int(number) for number in np.random.default_rng(1).permutation(10)]
    parts = [
        ([keys[number].chunk for number in order[:4]], vectors[order[:4]]),
        ([5000, 5001], VECTORS[20:22]),
        ([], np.empty((0, DIMENSION), np.float32)),
        ([5002, *(keys[number].chunk for number in order[4:])], np.vstack([VECTORS[30], vectors[order[4:]]])),
    ]
    write_scan(tmp_path / "scan", keys, parts, DIMENSION)
    scan = open_scan(tmp_path / "scan")
    assert scan.keys == {key.chunk for key in keys}
    np.testing.assert_array_equal(scan.rows([key.chunk for key in keys]), vectors)


def test_an_empty_file_is_searched_like_any(tmp_path):
    scan = write(tmp_path / "scan", [], np.empty((0, DIMENSION), np.float32))
    assert (len(scan), scan.keys) == (0, set())
    assert scan.search(VECTORS[:2], 5, Scope()) == [[], []]
    assert scan.similarities(VECTORS[0], [1, 2]) == {}
    assert scan.rows([]).shape == (0, DIMENSION)
    with pytest.raises(KeyError):
        scan.rows([1])


def test_a_file_written_anew_replaces_the_old_one_and_readers_keep_theirs(tmp_path):
    old = write(tmp_path / "scan")
    before = old.search(VECTORS[:1], 5, Scope())
    new = write(tmp_path / "scan", KEYS[:7], VECTORS[7:14])
    assert new.keys == set(CHUNKS[:7])
    np.testing.assert_array_equal(new.rows(CHUNKS[:7]), VECTORS[7:14])
    assert old.search(VECTORS[:1], 5, Scope()) == before
    assert len(list((tmp_path / "scan").iterdir())) == 1


def test_a_file_replaced_while_it_is_opened_is_let_go_for_its_successor(tmp_path, monkeypatch):
    write(tmp_path / "scan")
    load, opened = np.load, []

    def load_and_be_overtaken(file, **how):
        loaded = load(file, **how)
        opened.append(file)
        if len(opened) == 1:
            write_scan(tmp_path / "scan", KEYS[:7], [(CHUNKS[:7], VECTORS[7:14])], DIMENSION)
        return loaded

    monkeypatch.setattr(scan_module.np, "load", load_and_be_overtaken)
    scan = open_scan(tmp_path / "scan")
    assert scan.keys == set(CHUNKS[:7])
    np.testing.assert_array_equal(scan.rows(CHUNKS[:7]), VECTORS[7:14])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, None) for name in ("vectors.npy", "keys.npy", "groups.json", "rotation.npy")),
        *(
            (name, content)
            for name in ("vectors.npy", "keys.npy", "groups.json", "rotation.npy", "codes.npy")
            for content in (b"", b"half a file", b"null")
        ),
    ],
)
def test_a_damaged_file_is_said_to_be_unreadable_until_it_is_written_anew(tmp_path, name, content):
    write(tmp_path / "scan")
    (damaged,) = (tmp_path / "scan").rglob(name)
    if content is None:
        damaged.unlink()
    else:
        damaged.write_bytes(content)
    with pytest.raises(UNREADABLE):
        open_scan(tmp_path / "scan")
    assert write(tmp_path / "scan").keys == set(CHUNKS)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("keys.npy", "80 vectors, but 7 keys"),
        ("groups.json", "groups of 7 chunks, but 80 keys"),
        ("codes.npy", "7 codes, but 80 keys"),
    ],
)
def test_files_that_do_not_belong_together_are_unreadable(tmp_path, name, said):
    write(tmp_path / "scan")
    write(tmp_path / "other", KEYS[:7], VECTORS[:7])
    (own,) = (tmp_path / "scan").rglob(name)
    (others,) = (tmp_path / "other").rglob(name)
    others.replace(own)
    with pytest.raises(ValueError, match=said):
        open_scan(tmp_path / "scan")


def test_a_rotation_of_another_size_is_unreadable(tmp_path):
    write(tmp_path / "scan")
    write(tmp_path / "other", KEYS, np.tile(VECTORS, 5), 5 * DIMENSION)
    (own,) = (tmp_path / "scan").rglob("rotation.npy")
    (others,) = (tmp_path / "other").rglob("rotation.npy")
    others.replace(own)
    with pytest.raises(ValueError, match="codes of shape"):
        open_scan(tmp_path / "scan")


# ── where more chunks pass than are compared ──────────────────────────────────────────────────


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A scan of 40,000 chunks in 40 editions, in clusters; its keys and its vectors."""
    random = np.random.default_rng(11)
    centres = random.normal(size=(400, 64))
    vectors = centres[random.integers(400, size=40_000)] + 0.6 * random.normal(size=(40_000, 64))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    keys = [
        ChunkKey(int(chunk), number % 40, "ru" if number % 3 else "en")
        for number, chunk in enumerate(random.permutation(90_000)[:40_000])
    ]
    return write(tmp_path_factory.mktemp("large") / "scan", keys, vectors, 64), keys, vectors


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(frozenset(range(38))),
        Scope(frozenset(range(1, 20)) | {99}),
        Scope(None, "ru"),
        Scope(frozenset({0, 1, 5, 25}), "en"),
    ],
    ids=["all", "most", "half", "a language", "few"],
)
@pytest.mark.parametrize("compared", [1000, scan_part.COMPARED])
def test_however_many_pass_nearly_all_nearest_are_found_with_their_cosines(
    large, scope, compared, monkeypatch
):
    monkeypatch.setattr(scan_part, "COMPARED", compared)
    scan, keys, vectors = large
    asked = vectors[::2000] + 0.05 * np.random.default_rng(3).normal(size=(20, 64)).astype(np.float32)
    chunks = np.array([key.chunk for key in keys])
    passing = np.array([scope.admits(key.edition, key.lang) for key in keys])
    products = np.where(passing, asked @ vectors.T, -np.inf)
    agreed = 0
    for row, found in zip(products, scan.search(asked, 20, scope), strict=True):
        cosines = dict(zip(chunks[passing].tolist(), row[passing].tolist(), strict=True))
        assert {entry.chunk: entry.score for entry in found} == pytest.approx(
            {entry.chunk: cosines[entry.chunk] for entry in found}, abs=1e-5
        )
        assert len({entry.chunk for entry in found}) == 20
        assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)
        agreed += np.isin([entry.chunk for entry in found], chunks[np.argpartition(-row, 19)[:20]]).sum()
    assert agreed / (20 * len(asked)) >= 0.99


def test_a_scan_of_an_earlier_version_without_codes_compares_all_vectors(tmp_path, monkeypatch):
    written = write(tmp_path / "scan")
    next((tmp_path / "scan").rglob("codes.npy")).unlink()
    without = open_scan(tmp_path / "scan")
    assert (written.coded, without.coded) == (True, True)  # so few chunks need none
    monkeypatch.setattr(scan_part, "COMPARED", 10)
    assert (written.coded, without.coded) == (True, False)
    (found,) = without.search(VECTORS[:1], 20, Scope())
    assert [entry.chunk for entry in found] == [chunk for chunk, _ in brute_force(VECTORS[0], 20, Scope())]


def test_as_many_are_found_as_are_asked_for(large):
    scan, _, _ = large
    (found,) = scan.search(VECTORS[:1].repeat(4, axis=1), 35_000, Scope())
    assert len({entry.chunk for entry in found}) == 35_000
    (found,) = scan.search(VECTORS[:1].repeat(4, axis=1), 50_000, Scope())
    assert len({entry.chunk for entry in found}) == 40_000


def test_a_chunk_without_a_vector_is_a_mistake_and_the_old_file_stays(tmp_path):
    write(tmp_path / "scan", KEYS[:5], VECTORS[:5])
    with pytest.raises(ValueError, match="3 chunks have no vector"):
        write_scan(tmp_path / "scan", KEYS, [(CHUNKS[:77], VECTORS[:77])], DIMENSION)
    assert open_scan(tmp_path / "scan").keys == set(CHUNKS[:5])


def test_what_an_interrupted_writing_left_is_in_nobodys_way(tmp_path):
    def cut_off():
        yield CHUNKS[:40], VECTORS[:40]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_scan(tmp_path / "scan", KEYS, cut_off(), DIMENSION)
    assert open_scan(tmp_path / "scan") is None
    assert write(tmp_path / "scan").keys == set(CHUNKS)
    assert len(list((tmp_path / "scan").iterdir())) == 1


def test_where_nothing_was_written_there_is_no_scan(tmp_path):
    assert open_scan(tmp_path / "scan") is None


# ── what comes and goes ───────────────────────────────────────────────────────────────────────


def extend(folder, keys, vectors, gone=()):
    extend_scan(folder, open_scan(folder), keys, [([key.chunk for key in keys], vectors)], set(gone))
    return open_scan(folder)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_comes_and_goes_is_searched_as_if_written_anew(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("extended") / "scan"
    held = set(data.draw(st.sets(st.integers(0, 79), min_size=1)))
    write(folder, [KEYS[number] for number in sorted(held)], VECTORS[sorted(held)])
    for _ in range(data.draw(st.integers(1, 4))):
        gone = data.draw(st.sets(st.sampled_from(sorted(held)))) if held else set()
        come = sorted(data.draw(st.sets(st.integers(0, 79))) - held)
        extend(folder, [KEYS[number] for number in come], VECTORS[come], {CHUNKS[number] for number in gone})
        held = held - gone | set(come)
    scan, numbers = open_scan(folder), sorted(held)
    keys, vectors = [KEYS[number] for number in numbers], VECTORS[numbers]
    assert (len(scan), scan.keys) == (len(held), {key.chunk for key in keys})
    scope, k = data.draw(SCOPES), data.draw(st.integers(1, 100))
    expected = brute_force(VECTORS[0], k, scope, keys, vectors)
    (found,) = scan.search(VECTORS[:1], k, scope)
    assert [entry.chunk for entry in found] == [chunk for chunk, _ in expected]
    assert [entry.score for entry in found] == pytest.approx([score for _, score in expected], abs=1e-5)
    np.testing.assert_array_equal(scan.rows([key.chunk for key in keys]), vectors.reshape(-1, DIMENSION))
    assert scan.similarities(VECTORS[0], CHUNKS).keys() == scan.keys
    for number in sorted(set(range(80)) - held)[:3]:
        with pytest.raises(KeyError):
            scan.rows([CHUNKS[number]])
    assert len(list(folder.iterdir())) <= 2


def test_extending_writes_no_more_than_what_came_and_readers_keep_theirs(tmp_path):
    old = write(tmp_path / "scan", KEYS[:70], VECTORS[:70])
    (whole,) = (tmp_path / "scan").iterdir()
    before = {file.name: file.stat().st_mtime_ns for file in whole.iterdir()}
    extend(tmp_path / "scan", KEYS[70:73], VECTORS[70:73], CHUNKS[:2])
    new = extend(tmp_path / "scan", KEYS[73:75], VECTORS[73:75], [CHUNKS[2], CHUNKS[70]])
    assert new.keys == set(CHUNKS[3:70]) | set(CHUNKS[71:75])
    assert {file.name: file.stat().st_mtime_ns for file in whole.iterdir()} == before
    (part,) = [folder for folder in (tmp_path / "scan").iterdir() if folder != whole]
    assert len(np.load(part / "keys.npy")) == 4
    assert old.keys == set(CHUNKS[:70])
    again = write(tmp_path / "scan", KEYS[:5], VECTORS[:5])
    assert again.keys == set(CHUNKS[:5])
    assert len(list((tmp_path / "scan").iterdir())) == 1
    assert new.search(VECTORS[:1], 80, Scope())[0]  # what was opened is still there


def test_what_goes_and_comes_again_is_there_once(tmp_path):
    write(tmp_path / "scan", KEYS[:10], VECTORS[:10])
    extend(tmp_path / "scan", [], VECTORS[:0], CHUNKS[:3])
    scan = extend(tmp_path / "scan", KEYS[:3], VECTORS[10:13])
    assert (len(scan), scan.keys) == (10, set(CHUNKS[:10]))
    np.testing.assert_array_equal(scan.rows(CHUNKS[:4]), VECTORS[[10, 11, 12, 3]])
    (found,) = scan.search(VECTORS[:1], 20, Scope())
    assert sorted(entry.chunk for entry in found) == sorted(CHUNKS[:10])


@pytest.mark.parametrize("name", ["gone.npy", "keys.npy"])
def test_a_damaged_extension_is_unreadable(tmp_path, name):
    write(tmp_path / "scan", KEYS[:10], VECTORS[:10])
    extend(tmp_path / "scan", KEYS[10:12], VECTORS[10:12], CHUNKS[:1])
    (tmp_path / "scan" / "2+1" / name).write_bytes(b"half a file")
    with pytest.raises(UNREADABLE):
        open_scan(tmp_path / "scan")
    assert write(tmp_path / "scan").keys == set(CHUNKS)


def test_an_extension_without_the_writing_it_extends_is_unreadable(tmp_path):
    write(tmp_path / "scan", KEYS[:10], VECTORS[:10])
    extend(tmp_path / "scan", KEYS[10:12], VECTORS[10:12])
    shutil.rmtree(tmp_path / "scan" / "1")
    with pytest.raises(UNREADABLE):
        open_scan(tmp_path / "scan")


def test_an_extension_that_is_deleted_while_it_is_opened_is_let_go_for_its_successor(tmp_path, monkeypatch):
    """Its files go one after the other, and it could be opened without some of them."""
    write(tmp_path / "scan", KEYS[:10], VECTORS[:10])
    extend(tmp_path / "scan", KEYS[10:12], VECTORS[10:12], CHUNKS[:1])
    load, opened = np.load, []

    def load_and_be_overtaken(file, **how):
        opened.append(file)
        if len(opened) == 1:
            monkeypatch.setattr(scan_module.shutil, "rmtree", lambda path, **_: None)
            held = open_scan(tmp_path / "scan")
            extend_scan(tmp_path / "scan", held, KEYS[12:14], [(CHUNKS[12:14], VECTORS[12:14])], set())
            (tmp_path / "scan" / "2+1" / "codes.npy").unlink()
        return load(file, **how)

    monkeypatch.setattr(scan_module.np, "load", load_and_be_overtaken)
    assert open_scan(tmp_path / "scan").keys == set(CHUNKS[1:14])


def test_an_earlier_program_takes_no_extension_for_the_whole(tmp_path):
    """It opens the highest of the folders whose names are numbers."""
    write(tmp_path / "scan", KEYS[:10], VECTORS[:10])
    extend(tmp_path / "scan", KEYS[10:12], VECTORS[10:12])
    assert [path.name for path in (tmp_path / "scan").iterdir() if path.name.isdecimal()] == ["1"]


def test_an_extension_that_fails_leaves_what_was_there(tmp_path):
    write(tmp_path / "scan", KEYS[:10], VECTORS[:10])
    scan = open_scan(tmp_path / "scan")
    with pytest.raises(ValueError, match="1 chunks have no vector"):
        extend_scan(tmp_path / "scan", scan, KEYS[10:12], [(CHUNKS[10:11], VECTORS[10:11])], set(CHUNKS[:2]))
    assert open_scan(tmp_path / "scan").keys == set(CHUNKS[:10])


def test_so_much_may_come_and_go_before_everything_is_written_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(scan_module, "EXTENDED", 10)
    write(tmp_path / "scan", KEYS[:40], VECTORS[:40])
    scan = extend(tmp_path / "scan", KEYS[40:45], VECTORS[40:45], CHUNKS[:3])
    assert scan.takes(1, 1)
    assert not scan.takes(2, 1)


@pytest.mark.parametrize("scope", [Scope(), Scope(frozenset(range(30)), "ru")], ids=["all", "some"])
def test_codes_find_nothing_that_has_gone(large, scope, tmp_path, monkeypatch):
    monkeypatch.setattr(scan_part, "COMPARED", 1000)
    _, keys, vectors = large
    write(tmp_path / "scan", keys, vectors, 64)
    gone = {key.chunk for key in keys[::3]}
    scan = extend(tmp_path / "scan", [ChunkKey(100_000, 2, "ru")], vectors[:1], gone)
    (found,) = scan.search(vectors[:1], 50, scope)
    assert found[0].chunk == 100_000
    assert not gone & {entry.chunk for entry in found}
    kept = [number for number, key in enumerate(keys) if key.chunk not in gone]
    best = brute_force(vectors[0], 49, scope, [keys[n] for n in kept], vectors[kept])
    assert len({chunk for chunk, _ in best} & {entry.chunk for entry in found}) >= 48
