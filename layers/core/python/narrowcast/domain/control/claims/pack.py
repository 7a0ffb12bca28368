"""Rule packs: which words and patterns are claims, by what law, how grave on which channel, and what to write instead.

A pack is a TOML file in `packs/`, named by its version and read when first asked for. Its patterns are regular
expressions over the folded text in which `{name}` stands for a word list of the pack, `<n>` for up to n characters
within a clause and without a negation, and `<<n>>` for up to n within a sentence.
"""

from __future__ import annotations

import pkgutil
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from narrowcast.domain.control.claims import UnknownPack
from narrowcast.domain.control.claims.fold import Spellings, spellings
from narrowcast.domain.control.prefilter import rarest_first, sifted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from narrowcast.domain.control.prefilter import Demand, Sifted

_NAME = re.compile(r"\{([a-z_]+)\}")
_GAP = re.compile(r"<(\d+)>")
_WIDE_GAP = re.compile(r"<<(\d+)>>")


@dataclass(frozen=True, slots=True)
class Guard:
    """A context in which the words are no claim: all parts given must match, before the hit, after it, around it.

    A `frame` matches what is said around a quotation in which the hit stands; without a quotation it does not match.
    Nothing is excused where `unless` is found in the sentence or right after it. `demands` are those of all its parts.
    """

    before: Sifted | None
    after: Sifted | None
    sentence: Sifted | None
    frame: Sifted | None
    unless: Sifted | None
    demands: tuple[Demand, ...] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of claim; `severities` has the channels it matters on, a shield is a harmless use of its words."""

    name: str
    law: str
    suggestion: str
    severities: Mapping[str, str]
    patterns: tuple[Sifted, ...]  # one by one: a joined pattern cannot skip to its first characters
    shield: Sifted | None
    guards: tuple[Guard, ...]
    hits: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules of one version; `openings` are how matches of their patterns and shields begin.

    `wordings` is the version of the model beside them: a pack that learns nothing new keeps the one before it.
    """

    version: str
    wordings: str
    rules: tuple[Rule, ...]
    refuting: tuple[Guard, ...]
    spellings: Spellings
    openings: AbstractSet[str]


@cache
def load(version: str) -> Pack:
    """Return the pack of that version, compiled. Raises UnknownPack."""
    import tomllib  # noqa: PLC0415 - only a first check pays for it

    data = _read(version)
    if data is None:
        raise UnknownPack(f"没有版本为“{version}”的合规规则包", field="pack")
    raw = tomllib.loads(data.decode())
    words = _expanded_lists(raw["words"])
    guards = {
        name: [_guard(entry, ["{vouching}"] if name in raw["mistrusted_guards"] else [], words) for entry in entries]
        for name, entries in raw["guards"].items()
    }
    rules = tuple(_rule(name, entry, raw, words, guards) for name, entry in raw["rules"].items())
    spelled = spellings(raw["spellings"]["words"], raw["spellings"]["aliases"])
    return Pack(version, raw.get("wordings", version), rules, tuple(guards["refuting"]), spelled, _openings(rules))


def _openings(rules: Sequence[Rule]) -> AbstractSet[str]:
    patterns = [pattern for rule in rules for pattern in (*rule.patterns, rule.shield) if pattern]
    return frozenset[str]().union(*(pattern.openings for pattern in patterns))


def _read(version: str) -> bytes | None:
    if not re.fullmatch(r"[\w.-]+", version):
        return None
    try:
        return pkgutil.get_data(__package__, f"packs/{version}.toml")
    except OSError:
        return None


def _expanded_lists(lists: Mapping[str, list[str]]) -> dict[str, str]:
    """Return name -> one alternation, longest word first; a list may use lists above it."""
    words: dict[str, str] = {}
    for name, entries in lists.items():
        longest_first = sorted((_expanded(entry, words) for entry in entries), key=len, reverse=True)
        words[name] = f"(?:{'|'.join(longest_first)})"
    return words


def _expanded(pattern: str, words: Mapping[str, str]) -> str:
    wide = _WIDE_GAP.sub(r"[^。!?\\n]{0,\1}?", pattern)
    near = _GAP.sub(r"[^,。!?;:\\n不没未]{0,\1}?", wide)
    return _NAME.sub(lambda found: words[found.group(1)], near)


def _compiled(patterns: list[str], words: Mapping[str, str]) -> Sifted | None:
    return sifted("|".join(_expanded(pattern, words) for pattern in patterns)) if patterns else None


def _guard(entry: Mapping[str, list[str]], unless: list[str], words: Mapping[str, str]) -> Guard:
    before = [f"(?:{pattern})$" for pattern in entry.get("before", [])]
    after = [rf"\A(?:{pattern})" for pattern in entry.get("after", [])]
    parts = (before, after, entry.get("sentence", []), entry.get("frame", []), unless)
    compiled = [_compiled(part, words) for part in parts]
    return Guard(*compiled, demands=rarest_first(demand for part in compiled[:-1] if part for demand in part.demands))


def _rule(
    name: str,
    entry: Mapping[str, Any],
    raw: Mapping[str, Any],
    words: Mapping[str, str],
    guards: Mapping[str, list[Guard]],
) -> Rule:
    return Rule(
        name=name,
        law=entry["law"],
        suggestion=entry["suggestion"],
        severities=_by_channel(raw["severities"][entry["severity"]], raw["public"]),
        patterns=tuple(sifted(_expanded(pattern, words)) for pattern in entry["patterns"]),
        shield=_compiled(entry.get("shields", []), words),
        guards=tuple(guard for named in entry.get("guards", raw["usual_guards"]) for guard in guards[named]),
        hits=tuple(entry["hits"]),
        passes=tuple(entry["passes"]),
    )


def _by_channel(severity: Mapping[str, str], public: list[str]) -> dict[str, str]:
    own = {channel: grade for channel, grade in severity.items() if channel != "public"}
    return {**dict.fromkeys(public, severity["public"]), **own} if "public" in severity else own
