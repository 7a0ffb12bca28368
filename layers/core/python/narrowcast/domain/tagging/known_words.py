"""Which codes a tag may hold: those that the code systems know. Closed lists are kept by the types themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from narrowcast.domain.codes.diagnoses import chapter
from narrowcast.domain.content import Tags
from narrowcast.domain.errors import Refusal

_ATC = re.compile(r"[ABCDGHJLMNPRSV](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?")
_ICD10 = re.compile(r"[A-Z][0-9][0-9AB](?:\.[0-9X]{1,3}(?:[Xx]?[0-9]{0,3})?)?[+*†]?")
_ICD9 = re.compile(r"[0-9]{2}(?:\.[0-9]{1,2}(?:[0-9x]{0,4})?)?")


class TagUnknown(Refusal):
    """A tag holds a word that its code system does not know; `field` names the tag."""


def check_tags(tags: Tags) -> None:
    """Refuse codes that no code system knows."""
    _known("codes", (code for code in tags.codes if not (_ICD10.fullmatch(code) and chapter(code))), "ICD-10")
    _known("treatments", (code for code in tags.treatments if not _ATC.fullmatch(code)), "ATC")
    _known("procedures", (code for code in tags.procedures if not _ICD9.fullmatch(code)), "ICD-9-CM-3")


def _known(field: str, unknown: Iterable[str], system: str) -> None:
    words = list(unknown)
    if words:
        raise TagUnknown(f"标签中有{system}没有的编码：{'、'.join(words)}", field=f"tags.{field}")
