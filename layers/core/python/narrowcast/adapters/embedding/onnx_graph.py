"""multilingual-e5-small as an ONNX graph: from the first layer's inputs to the mean of the last layer's vectors.

The weights stay the model's 4 bits (`MatMulNBits`), so its vectors are those of the package's engine but for rounding.
An ONNX file is a few nested protobuf messages; they are written here, for the package `onnx` would be one more of
20 MB. Field numbers are those of onnx.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from itertools import chain

import numpy as np

from narrowcast.adapters.embedding.e5_model import BLOCK, Array, E5Model

INPUT, OUTPUT = "tokens", "mean"
_MICROSOFT = "com.microsoft"
_OPSETS = {"": 17, _MICROSOFT: 1}
_IR_VERSION = 8
_FLOAT, _TYPES = 1, {"float32": 1, "uint8": 2, "int64": 7}
_IN_8_BITS = 4
"""`accuracy_level`: activations are multiplied as 8-bit numbers, as the package's engine does."""


def onnx_graph(model: E5Model) -> bytes:
    """Return the graph. Its input is (texts, tokens, width), its output (texts, width), not of unit length."""
    graph = _Graph(model)
    last = graph.normalized(INPUT, "emb.ln")
    for layer in range(model.shape.layers):
        last = graph.layer(last, f"l{layer}.")
    graph.add("ReduceMean", [last], OUTPUT, axes=[1], keepdims=0)
    return graph.file()


class _Graph:
    def __init__(self, model: E5Model) -> None:
        self._model = model
        self._parts: list[bytes] = []

    def normalized(self, given: str, weights: str) -> str:
        scale, bias = self._kept(f"{weights}.w"), self._kept(f"{weights}.b")
        return self.add("LayerNormalization", [given, scale, bias], weights, axis=-1, epsilon=self._model.shape.epsilon)

    def layer(self, given: str, at: str) -> str:
        """Add one layer: attention, then two matrices with a bend between, each added to what came in."""
        shape = self._model.shape
        attended = self._attended(given, at)
        out = self._times(attended, f"{at}ao", [f"{at}ao.w"], shape.width)
        between = self._added(out, given, f"{at}ao.b", f"{at}aln")
        wide = self._times(between, f"{at}fi", [f"{at}fi.w"], shape.inside)
        bent = self.add("BiasGelu", [wide, self._kept(f"{at}fi.b")], f"{at}bent")
        narrow = self._times(bent, f"{at}fo", [f"{at}fo.w"], shape.width)
        return self._added(narrow, between, f"{at}fo.b", f"{at}oln")

    def _attended(self, given: str, at: str) -> str:
        shape, names = self._model.shape, [f"{at}{part}" for part in "qkv"]
        together = self._times(given, f"{at}qkv", [f"{name}.w" for name in names], shape.width)
        sizes = self._constant(f"{at}sizes", np.full(3, shape.width, "i8"))
        self._parts.append(_node("Split", [together, sizes], names, {"axis": 2}))
        bias = self._constant(f"{at}qkv.b", np.concatenate([self._model.floats(f"{name}.b") for name in names]))
        return self.add("MultiHeadAttention", [*names, bias], f"{at}attended", num_heads=shape.heads)

    def _times(self, given: str, name: str, weights: list[str], rows: int) -> str:
        """Multiply by matrices of that many rows each, put one below the other."""
        halves, scales = map(np.concatenate, zip(*(self._model.matrix(each, rows) for each in weights), strict=True))
        packed = self._constant(f"{name}.w", halves[..., 0::2] | (halves[..., 1::2] << 4))
        scale = self._constant(f"{name}.s", scales.reshape(-1))
        sizes = {"N": len(halves), "K": halves.shape[1] * BLOCK, "bits": 4, "block_size": BLOCK}
        return self.add("MatMulNBits", [given, packed, scale], f"{name}.y", **sizes, accuracy_level=_IN_8_BITS)

    def _added(self, given: str, to: str, bias: str, weights: str) -> str:
        kept = [self._kept(name) for name in (f"{weights}.w", f"{weights}.b", bias)]
        return self.add("SkipLayerNormalization", [given, to, *kept], weights, epsilon=self._model.shape.epsilon)

    def add(self, kind: str, inputs: list[str], output: str, **attributes: float | list[int]) -> str:
        self._parts.append(_node(kind, inputs, [output], attributes))
        return output

    def _kept(self, name: str) -> str:
        return self._constant(name, self._model.floats(name))

    def _constant(self, name: str, values: Array) -> str:
        numbers = [*(_number(1, size) for size in values.shape), _number(2, _TYPES[values.dtype.name])]
        self._parts.append(_field(5, *numbers, _text(8, name), _field(9, np.ascontiguousarray(values).tobytes())))
        return name

    def file(self) -> bytes:
        width = self._model.shape.width
        edges = [_value(11, INPUT, ["texts", "tokens", width]), _value(12, OUTPUT, ["texts", width])]
        graph = _field(7, *self._parts, _text(2, "e5"), *edges)
        opsets = [_field(8, _text(1, domain), _number(2, version)) for domain, version in _OPSETS.items()]
        return b"".join([_number(1, _IR_VERSION), graph, *opsets])


_OWN = ("LayerNormalization", "ReduceMean", "Split")
"""Operators of ONNX itself; the others are onnxruntime's."""


def _node(kind: str, inputs: list[str], outputs: list[str], attributes: dict[str, float | list[int]]) -> bytes:
    named = chain((_text(1, name) for name in inputs), (_text(2, name) for name in outputs))
    told = (_attribute(name, value) for name, value in attributes.items())
    return _field(1, *named, _text(3, outputs[0]), _text(4, kind), *told, _text(7, "" if kind in _OWN else _MICROSOFT))


def _attribute(name: str, value: float | list[int]) -> bytes:
    if isinstance(value, list):
        return _field(5, _text(1, name), *(_number(8, each) for each in value), _number(20, 7))
    if isinstance(value, float):
        return _field(5, _text(1, name), _varint(2 << 3 | 5) + struct.pack("<f", value), _number(20, 1))
    return _field(5, _text(1, name), _number(3, value), _number(20, 2))


def _value(field: int, name: str, sizes: Iterable[str | int]) -> bytes:
    dimensions = (_field(1, _number(1, size) if isinstance(size, int) else _text(2, size)) for size in sizes)
    return _field(field, _text(1, name), _field(2, _field(1, _number(1, _FLOAT), _field(2, *dimensions))))


def _text(field: int, value: str) -> bytes:
    return _field(field, value.encode())


def _field(field: int, *parts: bytes) -> bytes:
    held = b"".join(parts)
    return _varint(field << 3 | 2) + _varint(len(held)) + held


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value % 2**64)


def _varint(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F)
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])
