"""A hospital's file of its own codes, read and checked as a whole: one wrong entry and none of it is used."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from narrowcast.application.intake import icd10
from narrowcast.application.intake.cells import clean
from narrowcast.domain.codes import others

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("diagnosis", "drug", "procedure", "allergy", "department")
COLUMNS = ("kind", "system", "code", "target")
MAX_ENTRIES = 50_000
MAX_TARGET = 40
ANY_SYSTEM = ""
ATC_FORM = re.compile(r"[ABCDGHJLMNPRSV][0-9]{2}[A-Z]{2}[0-9]{2}")
ATC_CLASS = re.compile(r"[ABCDGHJLMNPRSV][0-9]{2}(?:[A-Z]{1,2}(?:[0-9]{2})?)?")


class CodeMapError(ValueError):
    """A hospital's file of codes cannot be used; the text says which entry."""


@dataclass(frozen=True, slots=True)
class CodeMap:
    """A hospital's own codes: (kind, system, code), system and code in lower case, to our code."""

    entries: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def find(self, kind: str, system: str, code: str) -> str:
        """Return our code; an entry without a system counts for all. "" if the file lacks it."""
        known = (self.entries.get((kind, named, code.casefold())) for named in (system.casefold(), ANY_SYSTEM))
        return next((target for target in known if target), "")


def read_code_map(raw: bytes) -> CodeMap:
    """Read a hospital's file: CSV with the header kind,system,code,target, or a JSON list of such objects.

    `kind` is one of KINDS. `target` is an ICD-10 code, an ATC code, an ICD-9-CM-3 code, an ATC code or class or a word
    of our list of allergens, or a department's code. CodeMapError.
    """
    try:
        text = raw.decode("utf-8-sig")
        rows = json.loads(text) if text.lstrip().startswith("[") else list(csv.DictReader(StringIO(text)))
    except (ValueError, csv.Error, RecursionError) as error:
        raise CodeMapError("neither CSV nor JSON in UTF-8") from error
    if len(rows) > MAX_ENTRIES:
        raise CodeMapError(f"more than {MAX_ENTRIES} entries")
    return CodeMap(dict(_entry(number, row) for number, row in enumerate(rows, 1)))


def _entry(number: int, row: object) -> tuple[tuple[str, str, str], str]:
    given = [row.get(column) for column in COLUMNS] if isinstance(row, dict) else [None]
    if not all(isinstance(value, str) for value in given):
        raise CodeMapError(f"entry {number}: kind, system, code and target are needed, as text")
    kind, system, code, target = (clean(str(value)) for value in given)
    wanted = _target(kind, target) if kind in KINDS and code else ""
    if not wanted:
        raise CodeMapError(f"entry {number}: {kind or 'no kind'} cannot be {target or 'empty'}")
    return (kind, system.casefold(), code.casefold()), wanted


def _target(kind: str, target: str) -> str:
    """Return the target as we write it, "" if it can be none of this kind."""
    if kind == "diagnosis":
        found = icd10.codes_in(target)
        return found[0] if len(found) == 1 and icd10.is_known(found[0]) else ""
    if kind == "drug":
        return target.upper() if ATC_FORM.fullmatch(target.upper()) else ""
    if kind == "allergy" and not ATC_CLASS.fullmatch(target.upper()):
        return target if others.allergen(target) else ""
    return target if len(target) <= MAX_TARGET else ""
