"""One value of a message together with where it stands, so that every complaint names its field.

The readers of all three formats work on cells. A cell never raises: what is wrong goes to the findings, and reading
goes on with an empty value.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.application.intake.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from narrowcast.application.intake.outcome import Findings

MAX_TEXT = 256
MAX_ITEMS = 500

# Province, county, birth date, serial, check digit. Control ids that begin with a year are never taken for one.
_CITIZEN_ID = re.compile(
    r"(?<![0-9])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
    r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9Xx](?![0-9])"
)
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86)?1[3-9][0-9]{9}(?![0-9])")
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is whatever the message holds there, None when it holds nothing; `path` is in the sender's terms."""

    value: object
    path: str
    findings: Findings

    def refuse(self, reason: Reason) -> None:
        """Complain about this cell."""
        self.findings.note(self.path, reason)

    @property
    def present(self) -> bool:
        """Whether the message holds anything here."""
        return self.value is not None

    def get(self, key: str) -> Cell:
        """Return the member of an object."""
        if self.value is not None and not isinstance(self.value, dict):
            self.refuse(Reason.WRONG_TYPE)
        members = self.value if isinstance(self.value, dict) else {}
        return Cell(members.get(key), f"{self.path}.{key}", self.findings)

    def items(self) -> list[Cell]:
        """Return the elements of a list."""
        if self.value is not None and not isinstance(self.value, list):
            self.refuse(Reason.WRONG_TYPE)
        elements = self.value if isinstance(self.value, list) else []
        if len(elements) > MAX_ITEMS:
            self.refuse(Reason.TOO_MANY)
        return [Cell(element, f"{self.path}[{at}]", self.findings) for at, element in enumerate(elements[:MAX_ITEMS])]

    def text(self) -> str:
        """Return the value as clean text (see `clean`), or an empty string."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            self.refuse(Reason.WRONG_TYPE)
            return ""
        # Measured before and after: one ligature may unfold to eighteen characters.
        cleaned = clean(self.value[: MAX_TEXT + 1])
        if max(len(self.value), len(cleaned)) > MAX_TEXT:
            self.refuse(Reason.TOO_LONG)
            return ""
        if not is_clean(cleaned):
            self.refuse(Reason.BAD_TEXT)
            return ""
        return cleaned

    def required(self) -> str:
        """Return the text, complaining when there is none."""
        if self.value is None or (isinstance(self.value, str) and not clean(self.value)):
            self.refuse(Reason.REQUIRED)
        return self.text()

    def anonymous(self) -> str:
        """Return the text of a field that the log will keep: it must not carry a person's number."""
        text = self.text()
        if carries_identity(text):
            self.refuse(Reason.IDENTITY)
            return ""
        return text

    def flag(self) -> bool | None:
        """Return a JSON true or false, or None."""
        if self.value is None or isinstance(self.value, bool):
            return self.value
        self.refuse(Reason.WRONG_TYPE)
        return None

    def allow_only(self, allowed: Collection[str], refused: Mapping[str, Reason]) -> None:
        """Complain about every member that is not allowed; `refused` gives the reason for names that have their own."""
        members = self.value if isinstance(self.value, dict) else {}
        for key in (name for name in members if name not in allowed):
            reason = refused.get(clean(key).lower())
            # A sender may have put anything there, a name included: only what looks like a field is repeated.
            name = key if reason or _FIELD_NAME.fullmatch(key) else "*"
            self.findings.note(f"{self.path}.{name}", reason or Reason.UNKNOWN_FIELD)


def clean(text: str) -> str:
    """Return the text in NFKC (full-width letters become plain), without invisible marks and outer blanks."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in folded if unicodedata.category(mark) != "Cf").strip()


def is_clean(text: str) -> bool:
    """Tell whether the text is free of control characters, lone surrogates and replacement marks."""
    return all(unicodedata.category(mark) not in {"Cc", "Cs"} and mark != "\ufffd" for mark in text)


def carries_identity(text: str) -> bool:
    """Tell whether the text contains a Chinese mobile number or a citizen's identity number (GB 11643)."""
    return bool(_MOBILE.search(text)) or is_citizen_id(text)


def is_citizen_id(text: str) -> bool:
    """Tell whether the text contains 18 characters that pass the check digit of GB 11643."""
    return any(_checks(found.group()) for found in _CITIZEN_ID.finditer(text))


def _checks(number: str) -> bool:
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[weighted % 11] == number[17].upper()
