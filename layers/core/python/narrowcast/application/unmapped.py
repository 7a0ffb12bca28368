"""Codes that hospitals sent and no map knows, for the staff who keep the maps: counted, most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from narrowcast.application.ports import ReadTable
from narrowcast.domain.visit import Visit


def unmapped_codes(visit: Visit) -> list[dict[str, str]]:
    """Return a visit's unmapped codes as its row holds them; training messages count for nothing."""
    codes = () if visit.test else visit.unmapped
    return [{"kind": each.kind, "system": each.system, "code": each.code} for each in codes]


def count_unmapped(read: ReadTable, hospital: str) -> list[dict[str, object]]:
    """Return {"kind", "system", "code", "visits"} for each code that visits were told under and no map knows."""
    rows: Iterator[Mapping[str, Any]] = read.query(f"{hospital}/visit")
    counts = Counter((code["kind"], code["system"], code["code"]) for row in rows for code in row.get("unmapped", ()))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"kind": kind, "system": system, "code": code, "visits": n} for (kind, system, code), n in ranked]
