"""Procedures, departments and what people are allergic to: names where they are certain."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from narrowcast.domain.codes.tables import lines, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALYSIS_PROCEDURES = frozenset({"39.95", "54.98"})
NO_CLASS = "-"


def procedure(code: str) -> str:
    """Return the Chinese name of an ICD-9-CM-3 procedure (its first four digits), "" if the table lacks it."""
    names = pairs("procedures")
    return names.get(code, "") or names.get(code[:5], "")


def department(code: str) -> str:
    """Return the name of a code of the national list of departments written with its dot (03.07), "" for others."""
    return pairs("departments").get(code, "") if "." in code else ""


@cache
def _allergens() -> Mapping[str, tuple[str, str]]:
    """Return ATC class (or NO_CLASS) and word for each name."""
    return {name.casefold(): (atc, first) for atc, first, *others in lines("allergies") for name in (first, *others)}


def allergen(name: str) -> tuple[str, str] | None:
    """Return (ATC class or "-", the dictionary's word) of something that is no single drug; None if unknown."""
    return _allergens().get(name.strip().casefold().removesuffix("过敏"))
