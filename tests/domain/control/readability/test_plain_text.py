"""A text file cut into title and sentences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.readability.plain_text import draft_of
from narrowcast.domain.draft import Draft, Sentence


def test_the_first_line_is_the_title_and_the_rest_are_sentences() -> None:
    text = "# 怎样管好血压\n\n请您每天量血压。头晕时请坐下！\n- 复诊请带上记录\n“慢慢来。”不要急。\n"
    sentences = ("请您每天量血压。", "头晕时请坐下！", "复诊请带上记录", "“慢慢来。”", "不要急。")
    assert draft_of(text) == Draft("怎样管好血压", tuple(map(Sentence, sentences)))


def test_a_first_line_that_is_a_sentence_is_no_title() -> None:
    assert draft_of("请您每天量血压。") == Draft("", (Sentence("请您每天量血压。"),))


def test_an_empty_text_has_neither() -> None:
    assert draft_of(" \n\u3000\n") == Draft("", ())


@given(st.text(alphabet="血压请量。！？；”\n 1#-", max_size=60))
def test_no_word_is_lost_and_none_is_added(text: str) -> None:
    draft = draft_of(text)
    words = [character for character in text if character in "血压请量1"]
    kept = "".join((draft.title, *(sentence.text for sentence in draft.sentences)))
    assert [character for character in kept if character in "血压请量1"] == words
