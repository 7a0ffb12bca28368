"""The API's folder is the root of its Lambda asset, so its pages are imported as they are there."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(_ROOT), str(_ROOT / "functions" / "api")]
