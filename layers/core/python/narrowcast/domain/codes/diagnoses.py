"""ICD-10: the way up from a national code to its category, and Chinese names where they are certain."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrowcast.domain.codes.tables import pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

_CATEGORY = 3
_FOURTH = re.compile(r"[A-Z][0-9][0-9AB]\.[0-9]")


def ladder(code: str) -> tuple[str, ...]:
    """Return a code and what it falls back to: E11.900X001 → E11.900 → E11.9 → E11.

    The x of the insurance edition holds an empty fourth place: I10.X00X002 → I10.X00 → I10, E11.9X01 → E11.9 → E11.
    """
    without = code[:-4] if re.fullmatch(r".*[0-9]X[0-9]{3}", code) else re.sub(r"(?<=[0-9])X[0-9]{2}$", "", code)
    fourth = found[0] if (found := _FOURTH.match(without)) else ""
    return tuple(dict.fromkeys(step for step in (code, without, fourth, code[:_CATEGORY]) if step))


def display(code: str) -> str:
    """Return the Chinese name of the code or of the nearest one above it that has a name; "" if none has."""
    names = pairs("icd10")
    return next((names[step] for step in ladder(code) if step in names), "")


def chapter(code: str) -> str:
    """Return the Chinese name of the code's chapter, "" if it is in none."""
    category = code[:_CATEGORY]
    found = (name for span, name in pairs("chapters").items() if span[:3] <= category <= span[4:])
    return next(found, "")


def of_snomed(concept: str) -> str:
    """Return the ICD-10 category of a SNOMED CT concept, "" if the table lacks it."""
    return pairs("snomed").get(concept, "")


def of_name(name: str) -> str:
    """Return the code whose Chinese name this is, to the letter; "" if none has it, or more than one."""
    found = _named().get(name.strip(), ())
    return found[0] if len(found) == 1 else ""


@cache
def _named() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, name in pairs("icd10").items():
        found[name] = (*found.get(name, ()), code)
    return found
