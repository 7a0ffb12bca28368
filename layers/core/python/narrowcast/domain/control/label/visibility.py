"""Whether what stands in an element of a page is shown, by its tag, its attributes and the page's own styles.

In doubt it is not: a label that only may be seen is none. Of a selector the last part alone is looked at, whatever the
medium; style sheets in other files and scripts are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Attributes = Mapping[str, str | None]

_UNSEEN_TAGS = re.compile(
    r"script|style|template|title|desc|noscript|noembed|noframes|iframe|object|canvas|video|audio|datalist|select|rp|del|s"
    r"|strike",
)
_CLOSED_UNLESS_OPEN = frozenset(("details", "dialog"))
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PART = re.compile(r"(?P<tag>^[a-z][\w-]*)|\.(?P<name>[\w-]+)|#(?P<id>[\w-]+)", re.IGNORECASE)
_LAST = re.compile(r"[^\s>+~]+$")
_NEGATED = re.compile(r":not\([^()]*\)")
_ANOTHER = re.compile(
    r"::|:(?:before|after|first-l|hover|focus|active|placeholder)"
)  # a part of it, or a passing state
_SIZE = re.compile(r"(?<![\d.#\w-])(\d*\.?\d+)(px|pt|r?em|%|)(?![\w.])")
_LEAST_SIZES = {"px": 6.0, "pt": 5.0, "em": 0.4, "rem": 0.4, "%": 40.0, "": 0.01}
_LEAST_OPACITY = 0.3
_OFF = r".*-\s*(?:\d{3,}(?:\.\d+)?(?:px|pt|%|v[wh])?|\d{2,}r?em)"  # far to the left of the page, or above it
_NOTHING = r"0?\.?0*%?"
_HIDING = (
    ("display", "none"),
    ("visibility", "hidden|collapse"),
    ("content-visibility", "hidden"),
    ("(?:-webkit-text-fill-)?color", rf"transparent|(?:rgb|hsl)a?\((?:(?:[^,/]+,){{3}}|[^/]+/)\s*{_NOTHING}\)"),
    ("text-indent|left|right|top|bottom|margin(?:-\\w+)?|transform", _OFF),
    ("transform", r".*scale[xy]?\(\s*0?\.?0*[,)].*|.*rotate[xy]\(\s*90deg.*"),
    ("zoom", r"0?\.?0+%?"),
    ("clip", r"rect\(\s*[01](?:px)?[\s,].*"),
    ("clip-path", r"inset\(\s*(?:50|100)%.*|(?:circle|ellipse)\(\s*0.*"),
    ("filter", rf".*opacity\(\s*{_NOTHING}\).*"),
)
_PATTERNS = [(re.compile(name), re.compile(value)) for name, value in _HIDING]
_NO_ROOM = re.compile(r"0(?:px|pt|r?em|%)?|1px")
_ROOM = ("height", "width", "max-height", "max-width")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The last parts of the selectors whose elements a page's style sheets hide."""

    hiding: tuple[str, ...]

    def hides(self, tag: str, attributes: Attributes) -> bool:
        """Tell whether an element is among those."""
        return any(_is_of(selector, tag, attributes) for selector in self.hiding)


def sheet_of(styles: Iterable[str]) -> Sheet:
    """Read the texts of a page's style elements."""
    rules = _RULE.findall(_COMMENT.sub("", "\n".join(styles)))
    lists = (selectors for selectors, said in rules if _hides(said))
    return Sheet(tuple(one.strip() for selectors in lists for one in selectors.split(",")))


def is_unseen(tag: str, attributes: Attributes, sheet: Sheet) -> bool:
    """Tell whether nothing that stands in this element is shown."""
    closed = tag in _CLOSED_UNLESS_OPEN and "open" not in attributes
    own = _hides(attributes.get("style") or "")
    return bool(_UNSEEN_TAGS.fullmatch(tag)) or closed or "hidden" in attributes or own or sheet.hides(tag, attributes)


def _is_of(selector: str, tag: str, attributes: Attributes) -> bool:
    """Tell whether the last part of a selector names the element; its states and attributes are taken for given."""
    found = _LAST.search(_NEGATED.sub("", selector))
    last = found.group() if found else ""
    parts = list(_PART.finditer(last))
    if _ANOTHER.search(last) or not (parts or last.startswith("*")):
        return False
    names = (attributes.get("class") or "").split()
    have = {"tag": [tag], "name": names, "id": [attributes.get("id") or ""]}
    return all(part[str(part.lastgroup)] in have[str(part.lastgroup)] for part in parts)


def _hides(style: str) -> bool:
    said = dict(_declarations(style))
    return (
        any(_is_hiding(name, value) for name, value in said.items())
        or _is_colourless(said)
        or ("overflow" in said and any(_NO_ROOM.fullmatch(said.get(name, "all")) for name in _ROOM))
    )


def _declarations(style: str) -> Iterable[tuple[str, str]]:
    for said in _COMMENT.sub("", style).lower().split(";"):
        name, _, value = said.partition(":")
        yield name.strip(), value.replace("!important", "").strip()


def _is_hiding(name: str, value: str) -> bool:
    if name == "opacity":
        return _number(value) < _LEAST_OPACITY
    if name in ("font-size", "font"):
        return any(float(size) < _LEAST_SIZES[unit] for size, unit in _SIZE.findall(value))
    return any(names.fullmatch(name) and values.fullmatch(value) for names, values in _PATTERNS)


def _number(value: str) -> float:
    found = re.fullmatch(r"(\d*\.?\d+)(%?)", value)
    return float(found[1]) / (100 if found[2] else 1) if found else 1.0


def _is_colourless(said: Mapping[str, str]) -> bool:
    ground = said.get("background-color") or said.get("background")
    return bool(ground) and said.get("color") == ground
