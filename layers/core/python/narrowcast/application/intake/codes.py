"""A hospital's codes turned into ours: its own file first, then the standard code, then the name, else unmapped.

A code that no map knows is no reason to lose a message: it is listed for staff, and the rest is taken. Refused is only
what the sender's own words contradict: a code declared ICD-10 that ICD-10 does not have, a text that is no code, and a
diagnosis list that says nothing else than codes of an old edition (ICD-9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from narrowcast.application.intake import icd10, values
from narrowcast.application.intake.cells import carries_identity, is_clean
from narrowcast.application.intake.code_map import ATC_CLASS, ATC_FORM, CodeMap
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.codes import diagnoses, drugs, others
from narrowcast.domain.visit_report import UnmappedCode

if TYPE_CHECKING:
    from narrowcast.application.intake.cells import Cell

_SNOMED = frozenset({"sct", "snomed", "snomed-ct", "snomed ct", "snomedct", "http://snomed.info/sct"})
_RXNORM = frozenset({"rxnorm", "rxn", "http://www.nlm.nih.gov/research/umls/rxnorm"})
_ATC = frozenset({"atc", "whoatc", "who-atc", "w4", *values.ATC_SYSTEMS})
_OLD_EDITIONS = frozenset({"icd-9", "icd9", "icd-9-cm", "icd9cm", "i9", "i9c"})
_CODE = re.compile(r"[^\s\x00-\x1f]{1,40}")
_LATIN_OR_DIGIT = re.compile(r"[0-9A-Za-z]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Coded(NamedTuple):
    """A code, the name that came with it, and the system that the sender says it is of."""

    code: Cell
    name: Cell
    system: Cell


@dataclass(slots=True)
class Coder:
    """Reads the codes of one message and remembers those that no map knows."""

    codes: CodeMap
    unmapped: list[UnmappedCode] = field(default_factory=list)

    def diagnosis(self, told: Coded) -> tuple[str, ...]:
        """Return the ICD-10 codes of a diagnosis, none if it is refused or unmapped."""
        text, system = told.code.required(), told.system.text().lower()
        if found := self.codes.find("diagnosis", system, text):
            return (found,)
        if system in _SNOMED and (known := diagnoses.of_snomed(text)):
            return (known,)
        if system and system in values.ICD10_NAMES:
            return values.icd10_codes(told.code)
        found_codes = icd10.codes_in(text) if not system else ()
        if found_codes and all(map(icd10.is_known, found_codes)):
            return found_codes
        return self._unknown("diagnosis", told)

    def drug(self, told: Coded) -> str:
        """Return the ATC code of a drug, "" if it is refused or unmapped."""
        text, system = told.code.text(), told.system.text().lower()
        code = self.codes.find("drug", system, text) if text else ""
        code = code or (drugs.of_rxnorm(text) if system in _RXNORM else "")
        if not code and system in _ATC:
            return values.atc_code(told.code)
        if not code and not system and ATC_FORM.fullmatch(text.upper()):
            return text.upper()
        code = code or drugs.atc_of(told.name.text()) or drugs.atc_of(text)
        if not code:
            self._unknown("drug", told)
        return code

    def procedure(self, told: Coded) -> str:
        """Return the code of a procedure as the hospital's file has it, else as sent; "" if it is refused."""
        text = told.code.required()
        found = self.codes.find("procedure", told.system.text().lower(), text)
        if found or not text:
            return found
        if not _CODE.fullmatch(text) or carries_identity(text):
            told.code.refuse(Reason.BAD_TEXT)
            return ""
        return text.upper()

    def allergen(self, told: Coded) -> tuple[str, str, str] | None:
        """Return (code, system, word) of what must not be given; None if it is nothing, or unmapped."""
        text, system = told.code.text(), told.system.text().lower()
        found = self.codes.find("allergy", system, text) if text else ""
        atc = found if ATC_CLASS.fullmatch(found.upper()) else ""
        atc = atc or (text.upper() if system in _ATC and ATC_CLASS.fullmatch(text.upper()) else "")
        if atc:
            return atc.upper(), "ATC", drugs.generic(atc.upper())
        for name in (found, told.name.text(), text):
            if known := others.allergen(name):
                atc, word = known
                return (word, "", word) if atc == others.NO_CLASS else (atc, "ATC", word)
            if drug := drugs.atc_of(name):
                return drug, "ATC", drugs.generic(drug)
        if text or told.name.present:
            self._unknown("allergy", told)
        return None

    def _unknown(self, kind: str, told: Coded) -> tuple[()]:
        """List a code for staff if it is one: never free text, which may tell of the person."""
        text, system = told.code.text(), told.system.text()
        if text and (not is_code(text) or (system and not is_code(system))):
            told.code.refuse(Reason.BAD_ICD10 if kind == "diagnosis" else Reason.BAD_TEXT)
        elif text:
            code = UnmappedCode(kind, system, text)
            self.unmapped += [] if code in self.unmapped else [code]
        return ()


def is_code(text: str) -> bool:
    """Tell whether a text can be kept as a code: short, no blanks, no Chinese, nobody's number."""
    return (
        _CODE.fullmatch(text) is not None
        and _LATIN_OR_DIGIT.search(text) is not None
        and _CHINESE.search(text) is None
        and is_clean(text)
        and not carries_identity(text)
    )


def is_old_edition(system: Cell) -> bool:
    """Tell whether a diagnosis is coded by an edition before ICD-10."""
    return system.text().lower() in _OLD_EDITIONS
