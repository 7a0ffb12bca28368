"""Receipts and code maps, as dictionaries."""

from __future__ import annotations

from narrowcast.application.intake.code_map import CodeMap
from narrowcast.application.ports import Receipt


class MemoryReceipts:
    """Receipts."""

    def __init__(self) -> None:
        self._kept: dict[str, Receipt] = {}

    def first(self, key: str, receipt: Receipt) -> Receipt:
        return self._kept.setdefault(key, receipt)


class MemoryCodeMaps:
    """CodeMaps."""

    def __init__(self, **maps: CodeMap) -> None:
        self._maps = maps

    def of(self, hospital: str) -> CodeMap:
        return self._maps.get(hospital, CodeMap())
