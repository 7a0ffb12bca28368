"""Drugs: ATC codes from generic and brand names as hospitals write them, and back.

A line of drugs.txt is an ATC code, a generic name of the fact checker's table (whose other names then count too; with
`=` that word alone), and the routes the code is for if not by mouth or needle. A name is taken only when nothing is
left over but salts, dosage forms and strengths: 复方 or another drug in the same name makes it unknown, and so does a
form of another route (布地奈德鼻喷雾剂 is not the inhaled 布地奈德).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from narrowcast.domain.codes.tables import lines, pairs
from narrowcast.domain.control.facts.tables.drugs import DRUGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BY_MOUTH_OR_NEEDLE = "oj"
_SALTS = re.compile(
    r"^(?:盐酸|苯磺酸|马来酸|酒石酸|琥珀酸|富马酸|甲磺酸|硫酸氢|硫酸|醋酸|枸橼酸|磷酸|氢溴酸|草酸|重组|注射用|精蛋白)+"
)
_SALT_ENDS = re.compile(r"(?:钠|钾|钙|镁|酯|二钠|肠溶|缓释|控释|分散|咀嚼|泡腾|口腔崩解|薄膜衣|预填充)+$")
_FORMS = {
    "o": ("片", "胶囊", "软胶囊", "颗粒", "口服液", "口服溶液", "糖浆", "滴丸", "干混悬剂", "混悬液", "散", "丸"),
    "j": ("注射液", "注射剂", "针", "粉针", "笔芯", "特充", "注射笔"),
    "h": ("吸入气雾剂", "气雾剂", "粉雾剂", "吸入粉雾剂", "吸入剂", "雾化吸入溶液", "吸入用混悬液", "吸入粉吸入剂"),
    "e": ("滴眼液", "眼用凝胶"),
    "t": ("乳膏", "软膏", "凝胶"),
}
_ENDINGS = sorted(((form, route) for route, forms in _FORMS.items() for form in forms), key=lambda each: -len(each[0]))
_STRENGTH = re.compile(r"[（(\[【].*$|\s.*$|[0-9.]+(?:mg|g|ml|iu|u|μg|ug|毫克|克|毫升|单位|%).*$", re.IGNORECASE)


class _Entry(NamedTuple):
    atc: str
    generic: str
    routes: str


@cache
def _by_name() -> Mapping[str, tuple[_Entry, ...]]:
    found: dict[str, tuple[_Entry, ...]] = {}
    for word, entry in _named():
        found[word] = (*found.get(word, ()), entry)
    return found


def _named() -> Iterator[tuple[str, _Entry]]:
    """Yield every name with what it stands for; a word with a line of its own is no alias of its row."""
    rows = {names[0]: names for line in DRUGS.strip().splitlines() if (names := line.split())}
    table = [(words[0], words[1], words[2] if len(words) > 2 else _BY_MOUTH_OR_NEEDLE) for words in lines("drugs")]  # noqa: PLR2004 - the third word is optional
    own = {name.lstrip("=") for _, name, _ in table}
    for atc, name, routes in table:
        generic = name.lstrip("=")
        aliases = [] if name.startswith("=") else [word for word in rows.get(generic, [])[1:] if word not in own]
        for word in (generic, *aliases):
            yield word, _Entry(atc, generic, routes)


@cache
def _generic_of() -> Mapping[str, str]:
    """Return the generic name of each ATC code that stands for one alone."""
    names: dict[str, set[str]] = {}
    for atc, name, *_ in lines("drugs"):
        names.setdefault(atc, set()).add(name.lstrip("="))
    return {atc: next(iter(found)) for atc, found in names.items() if len(found) == 1}


def generic(atc: str) -> str:
    """Return the Chinese generic name of an ATC code, "" if the table lacks it."""
    return _generic_of().get(atc, "")


def atc_of(name: str) -> str:
    """Return the ATC code of a drug by a name as hospitals write it (盐酸二甲双胍片0.5g), "" if it is not certain."""
    bare = _STRENGTH.sub("", name.strip()).casefold()
    form, route = next(((f, r) for f, r in _ENDINGS if bare.endswith(f) and bare not in _by_name()), ("", ""))
    stem = bare.removesuffix(form)
    candidates = next((_by_name()[word] for word in _stems(stem) if word in _by_name()), ())
    fitting = {entry.atc for entry in candidates if not route or route in entry.routes}
    return fitting.pop() if len(fitting) == 1 else ""


def _stems(stem: str) -> Iterator[str]:
    """Yield the name, then without the words for its salt and its release."""
    ended = _SALT_ENDS.sub("", stem)
    yield from (stem, _SALTS.sub("", stem), ended, _SALTS.sub("", ended))


def of_rxnorm(concept: str) -> str:
    """Return the ATC code of an RxNorm ingredient, "" if the table lacks it."""
    return pairs("rxnorm").get(concept, "")
