"""Parts of the body that a fact limits its word to, lost: 眼周皮疹 is not any 皮疹, 面部慎用 no 脸上随便涂.

Asks whether a sentence names any part of the body there; left and right, near and far are for `opposites`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import ids_of
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_PART = "(?:头面|头皮|面颈|眼睑|[眼耳鼻口面颈唇颌腋肛腰背胸臀手足肘膝踝]|会阴|外阴|躯干|四肢|皱褶|褶皱|黏膜|破损)"
_SITE = f"{_PART}(?:周围?|部位?|处|区)"
_SITES = f"(?P<sites>(?:{_SITE}[、和或及])*{_SITE})"
_SIGN = "皮疹|疱疹|水疱|红斑|红肿|湿疹|溃疡|糜烂|肿块|包块|结节|疼痛|瘙痒|肿胀|水肿|麻木|出血|感染"
_SIGN_AT = re.compile(f"{_SITES}的?(?P<sign>{_SIGN})")
_CARE_AT = re.compile(f"(?:^|[，。；]){_SITES}(?:应|宜|须|需|要)?(?:慎用|禁用|勿用|不宜用|不宜使用|避免使用|不得使用)")
_ANY_PART = re.compile("[眼耳鼻口嘴唇面脸颈脖颌腋肛腰背胸臀手足脚肘膝踝阴身肢皱褶黏膜破损头]")


def lost_sites(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 出了皮疹 for 眼周、耳部皮疹: a sign that the facts know only at one place."""
    if _ANY_PART.search(said.text):
        return
    for match in (match for fact in facts for match in _sited_signs(fact.text)):
        if match["sign"] in said.text and not any(_stands_bare(fact.text, match["sign"]) for fact in facts):
            yield Reason("condition_dropped", match[0], match["sign"])


def careless_sites(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 脸上每天涂 where the facts ask for care there: 面部慎用."""
    matches = [match for fact in facts for match in _CARE_AT.finditer(fact.text)]
    if not matches or any(unit.negations for unit in said.units):
        return
    for site in (site for match in matches for site in re.findall(_SITE, match["sites"])):
        meant = ids_of(re.sub("(?:周围?|部位?|处|区)$", "", site)) | ids_of(site)
        if meant & said.ids and sum(site in fact.text for fact in facts) == 1:
            yield Reason("condition_dropped", matches[0][0].lstrip("，。；"), site)


@lru_cache(maxsize=512)
def _sited_signs(text: str) -> tuple[re.Match[str], ...]:
    return tuple(_SIGN_AT.finditer(text))


def _stands_bare(text: str, sign: str) -> bool:
    """Say whether a text has a sign anywhere without a place."""
    return text.count(sign) > len([match for match in _sited_signs(text) if match["sign"] == sign])
