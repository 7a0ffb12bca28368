"""The kind of a medicine told beside its name (退烧药布洛芬), taken away where a fact has the name alone.

A kind that is not that of the medicine stays, and so does one that stands without the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from narrowcast.domain.control.facts.tables.kinds import KINDS
from narrowcast.domain.control.prefilter import Sieve

_COUNTED = "(?:(?:这|那)?[两二三几]种|这种|这个|这类|一种)?"
_JOINT = "(?:(?:就?是|叫|用的是|如|比如|例如|：|，|\\(|——|里的|中的|类的?|的)*)"
_FORM = "(?:[钠钾钙片丸散]|胶囊|颗粒|缓释片|混悬液?|滴眼液|乳膏)"
_HAN = "[\u4e00-\u9fffa-z]"


def without_kinds(said: str, facts: Sequence[str]) -> str:
    """Return a normalized sentence without the kinds of the medicines that it names beside them."""
    for number in _sieve().that_may_match(said):
        for pattern in _both_orders(*KINDS[number]):
            for found in reversed(list(pattern.finditer(said))):
                if _names_alone(found, facts):
                    said = said[: found.start()] + found["name"] + said[found.end() :]
    return said


def _names_alone(found: re.Match[str], facts: Sequence[str]) -> bool:
    """Say whether a fact has a medicine's name, and none has its kind."""
    return any(found["name"] in fact for fact in facts) and not any(found["kind"] in fact for fact in facts)


@cache
def _sieve() -> Sieve:
    return Sieve(kind for kind, _ in KINDS)


@cache
def _both_orders(kind: str, members: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    name, kind = f"(?P<name>{_HAN}{{0,6}}?(?:{members}){_FORM}*)", f"(?P<kind>{kind})"
    return (
        re.compile(f"{_COUNTED}{kind}{_JOINT}{name}\\)?"),
        re.compile(f"{name}(?:(?:这|那)[种个类款]的?|作为|\\(){kind}\\)?"),
    )
