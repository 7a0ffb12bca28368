"""One spelling for every disguise, and the way back to the text as given."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.domain.control.claims import PACK_VERSION
from narrowcast.domain.control.claims.fold import fold, quoted
from narrowcast.domain.control.claims.pack import load

KNOWN = load(PACK_VERSION).spellings
texts = st.text(max_size=80) | st.text(alphabet="根治愈zhiyu保正 ·，。\n+v加微心薇信🔥\u200bＡ１無療 第①", max_size=60)


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("根 治", "根治"),
        ("根\u200b治", "根治"),
        ("根·治", "根治"),
        ("保，证，治，愈", "保证治愈"),
        ("根zhi高血压", "根治高血压"),
        ("genzhi", "根治"),
        ("無副作用", "无副作用"),
        ("１００％", "100%"),
        ("١٠٠%", "100%"),
        ("祖传迷方", "祖传秘方"),
        ("薇芯", "微信"),
        ("“神”药", "神药"),
    ],
)
def test_a_disguise_is_undone(given_text: str, folded: str) -> None:
    assert fold(given_text, KNOWN).text == folded


@pytest.mark.parametrize("text", ["至于用药,请问医生", "130/80mmhg", "每次1.5片", "找到病根,治疗要趁早", "3-5天"])
def test_ordinary_writing_stays_as_it_is(text: str) -> None:
    assert fold(text, KNOWN).text == text


@pytest.mark.parametrize(
    ("given_text", "spans"),
    [
        ("他说“根 治”二字", ["根治"]),
        ("「包治」和『神医』", ["包治", "神医"]),
        ("“”空的", []),
        ("没有引号", []),
        ("“没有收尾", []),
    ],
)
def test_what_stands_in_quotation_marks_is_known_after_folding(given_text: str, spans: list[str]) -> None:
    folded = fold(given_text, KNOWN)
    assert [folded.text[start:end] for start, end in quoted(given_text, folded)] == spans


@given(texts)
@settings(deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text, KNOWN).text
    assert fold(once, KNOWN).text == once


@given(texts)
@settings(deadline=None)
def test_every_folded_character_has_a_place_in_the_text_as_given(text: str) -> None:
    folded = fold(text, KNOWN)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    spans = zip(folded.starts, folded.ends, strict=True)
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_a_very_long_text_is_folded_in_one_go() -> None:
    started = time.process_time()
    assert fold("保证治愈" * 100_000, KNOWN).text == "保证治愈" * 100_000
    assert time.process_time() - started < 20  # not minutes: what it costs grows with the text, not with its square
