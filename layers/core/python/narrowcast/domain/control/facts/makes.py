"""Medicines named short as their facts name them in full, where these have one make alone.

Whether one name is another medicine is for the table of medicines; only salts and forms are left out of a name here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.lexer import Token, lex
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_ACIDS = "盐酸|醋酸|硫酸|磷酸|马来酸|富马酸|枸橼酸|苯磺酸|酒石酸|丙酸|糠酸|重酒石酸"
_SALT = f"(?:{_ACIDS})?"
_MADE_AS = (
    "(?:滴眼液|眼膏|滴耳液|滴鼻液|软膏|乳膏|凝胶|洗剂|贴剂|栓|鼻喷雾剂|喷雾剂|气雾剂|吸入剂|粉吸入剂|混悬液|口服液|滴剂|颗粒|散|"
    "(?:缓释|控释|肠溶|分散|咀嚼)?(?:片|胶囊)|复合物(?:胶囊)?)?"
)
_SHORTEST_NAME = 3


_SALTS = re.compile(f"(?P<salt>{_ACIDS}|琥珀酸|甲磺酸|氢溴酸|门冬氨酸|乳酸|碳酸|葡萄糖酸)(?P<of>[\u4e00-\u9fff]{{2}})")


def other_salts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find another salt of a medicine, which is another make: 酒石酸美托洛尔 for 琥珀酸美托洛尔缓释片."""
    for told in _SALTS.finditer(said.text) if "酸" in said.text else ():
        known = [own["salt"] for fact in facts for own in _SALTS.finditer(fact.text) if own["of"] == told["of"]]
        if known and told["salt"] not in known:
            yield Reason("drug", known[0], told["salt"])


def _medicines(text: str) -> list[Token]:
    return [token for token in lex(text) if token.kind == "drug" and len(token.text) >= _SHORTEST_NAME]


def by_full_names(said: str, facts: Sequence[str]) -> str:
    """Name a medicine as its facts do where they have one make of it alone: 左氧氟沙星 for 左氧氟沙星滴眼液."""
    names = {token.text for fact in facts for token in _medicines(fact)}
    for token in reversed(_medicines(said) if names else []):
        full = [name for name in names if re.fullmatch(f"{_SALT}{re.escape(token.text)}{_MADE_AS}", name)]
        if len(full) == 1 and full[0] != token.text:
            said = said[: token.start] + full[0] + said[token.start + len(token.text) :]
    return said
