"""Traditional and variant characters with the simplified ones they stand for, for every check that reads words.

Common characters only (after OpenCC, Apache-2.0), two lines of text: the old ones, and the new ones in their order.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def simplified() -> Mapping[str, str]:
    """Return traditional or variant character -> the simplified one; what is simplified already has no entry."""
    old, new = (pkgutil.get_data(__name__, "traditional.txt") or b"\n").decode().splitlines()
    return dict(zip(old, new, strict=True))
