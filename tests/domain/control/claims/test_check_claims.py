"""The verdict per channel: the pack's own examples, contexts, spans, and what must hold for any text at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.domain.control.claims import (
    CHANNELS,
    PACK_VERSION,
    UnknownChannel,
    UnknownPack,
    check_channels,
    check_claims,
    grammar,
)
from narrowcast.domain.control.claims.pack import Rule, load
from narrowcast.domain.control.claims.wording import Likeness, Model

RULES = load(PACK_VERSION).rules
SETS = Path(__file__).parent / "sets"
CLASSES = [json.loads(line) for line in (SETS / "classes.jsonl").read_text().splitlines()]
ANOTHER_HAND = [json.loads(line) for line in (SETS / "another_hand_third.jsonl").read_text().splitlines()]
PUBLIC = ("wechat_public", "douyin", "xiaohongshu", "channels")
ALARMING = "保证治愈不无副作用加微信+v。，！？\n 最根zhi １００％祖傳秘方\u200b🔥患者说三天好了百分之九十扫码"
texts = st.text(max_size=120) | st.text(alphabet=ALARMING, max_size=200)


@pytest.mark.parametrize(("rule", "text"), [(rule.name, text) for rule in RULES for text in rule.hits])
def test_an_example_of_a_rule_hits_it(rule: str, text: str) -> None:
    assert rule in {hit.rule for hit in check_claims(text, "douyin").hits}


@pytest.mark.parametrize("text", [text for rule in RULES for text in rule.passes])
def test_a_harmless_example_passes_even_in_public(text: str) -> None:
    assert check_claims(text, "douyin").label == "pass"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_names_its_law_and_a_lawful_wording(rule: Rule) -> None:
    assert "《" in rule.law
    assert rule.suggestion
    assert rule.hits
    assert rule.passes


@pytest.mark.parametrize("channel", PUBLIC)
def test_booking_at_the_own_hospital_passes_to_a_patient_and_is_blocked_in_public(channel: str) -> None:
    assert check_claims("点击预约本院专家号", "patient").label == "pass"
    assert check_claims("点击预约本院专家号", channel).label == "block"


def test_a_prescription_brand_may_be_named_to_the_patient_alone() -> None:
    verdicts = check_channels("拜新同每天早上一片，整片吞服")
    assert verdicts["patient"].label == "pass"
    assert {verdicts[channel].label for channel in (*PUBLIC, "print")} == {"block"}


@pytest.mark.parametrize("text", ["保证治愈高血压", "这个药完全没有副作用", "其他医院都治不了您这个病"])
def test_a_promise_is_blocked_to_the_hospitals_own_patient_too(text: str) -> None:
    assert {verdict.label for verdict in check_channels(text).values()} == {"block"}


def test_an_adjective_is_blocked_in_public_and_a_warning_to_the_patient() -> None:
    verdicts = check_channels("本院拥有全国最先进的设备")
    assert verdicts["patient"].label == "warn"
    assert verdicts["douyin"].label == "block"


@pytest.mark.parametrize("channel", CHANNELS)
def test_advice_against_treatment_is_blocked_everywhere(channel: str) -> None:
    assert check_claims("血压正常了就可以停药", channel).label == "block"


@pytest.mark.parametrize(
    "text",
    [
        "高血压目前不能根治",
        "首选低盐饮食",
        "请确保按时服药",
        "第一次服药后请观察半小时",
        "“根治糖尿病”的说法不可信",
        "不要自行停药",
        "没有任何药物是绝对安全的",
    ],
)
def test_words_of_claims_in_lawful_sentences_pass(text: str) -> None:
    assert check_channels(text)["douyin"].hits == ()


def test_a_denial_of_one_thing_does_not_excuse_the_promise_of_another() -> None:
    assert check_claims("不吃药也能根治高血压", "douyin").label == "block"
    assert check_claims("别再相信偏方，我们的秘方才能根治", "douyin").label == "block"


def test_a_question_answered_with_yes_is_a_claim() -> None:
    assert check_claims("糖尿病能根治吗？目前还不能。", "douyin").label == "pass"
    assert check_claims("糖尿病能根治吗？当然能！", "douyin").label == "block"


@pytest.mark.parametrize(
    "text",
    [
        "审稿时请把“国家级”“药到病除”改成客观的描述",
        "“先付定金，名额有限”是催人下单的老套路",
        "所谓七天逆转脂肪肝的课程，只是让人掉水分",
        "冒充专家的人声称三天见效，请报警",
        "患者问“能不能断根”时，请解释病程",
        "世上没有哪种药能让糖尿病一劳永逸地好起来",
        "传言某茶能根治痛风，目前没有可靠的研究支持",
        "2型糖尿病能彻底治愈吗？目前还不能",
    ],
)
def test_who_quotes_doubts_or_denies_a_claim_does_not_make_it(text: str) -> None:
    assert check_claims(text, "douyin").label == "pass"


@pytest.mark.parametrize(
    "text",
    [
        "“药到病除”是街坊给这味药的名声",
        "不是骗局，也不是忽悠，三个月糖尿病清零",
        "以前我也以为是骗局，吃了两盒，血糖真的正常了",
        "谣言说停药危险，其实血压正常了就可以停药",
        "难道您不想让鼻炎彻底断根吗？",
        "很多人不相信神药，用过之后全信了",
        "发布前把“AI生成”那行字删掉",
    ],
)
def test_who_vouches_for_a_claim_makes_it_however_it_is_put(text: str) -> None:
    assert check_claims(text, "douyin").label != "pass"


@pytest.mark.parametrize(
    "text", ["请添加个案管理师的企业微信", "扫码进入候诊队列，屏幕会显示您的顺序", "您的药已经配好，可以选择快递到家"]
)
def test_service_to_the_own_patient_passes(text: str) -> None:
    assert check_claims(text, "patient").label == "pass"


@pytest.mark.parametrize("case", CLASSES, ids=lambda case: f"{case['kind']}-{case['id']}")
def test_both_sides_of_a_class_of_claims_are_told_apart(case: dict[str, str]) -> None:
    assert check_claims(case["text"], case["channel"]).label == case["label"]


def test_what_another_hand_wrote_is_told_apart_by_the_rules_that_never_trained_on_it() -> None:
    labels = {case["id"]: check_claims(case["text"], case["channel"]).label for case in ANOTHER_HAND}
    assert [case for case in ANOTHER_HAND if labels[case["id"]] != ("block" if case["rule"] else "pass")] == []


def test_a_pack_on_record_judges_as_it_did() -> None:
    text = "做了这个射频消融，房颤保证不会复发"
    assert check_claims(text, "patient", "2026.11").label == "warn"
    assert check_claims(text, "patient").label == "block"


def test_a_hit_points_at_the_disguised_words_as_given() -> None:
    text = "本品 无 副\u200b作 用，放心"
    (hit, *_) = check_claims(text, "douyin").hits
    assert hit.text == text[hit.start : hit.end]
    assert hit.text.replace(" ", "").replace("\u200b", "").startswith("无副作用")


def test_what_only_the_model_suspects_says_which_words_made_it() -> None:
    text = "多年的老胃病，到我们这里一定给您治得服服帖帖"
    hits = check_claims(text, "douyin").hits
    assert hits
    assert all(hit.rule.endswith("_wording") and "相近" in hit.suggestion for hit in hits)


def test_an_unknown_channel_is_refused() -> None:
    with pytest.raises(UnknownChannel):
        check_claims("您好", "radio")


@pytest.mark.parametrize("version", ["1999.1", "../2026.11", ""])
def test_an_unknown_pack_is_refused(version: str) -> None:
    with pytest.raises(UnknownPack):
        check_claims("您好", "patient", version)


@given(texts)
@settings(deadline=None)
def test_any_text_gets_verdicts_whose_spans_are_its_own_words(text: str) -> None:
    for verdict in check_channels(text).values():
        for hit in verdict.hits:
            assert 0 <= hit.start < hit.end <= len(text)
            assert text[hit.start : hit.end] == hit.text
        graves = {hit.severity for hit in verdict.hits}
        assert verdict.label == next((grave for grave in ("block", "warn") if grave in graves), "pass")


@given(texts)
@settings(deadline=None)
def test_a_verdict_for_one_channel_is_the_one_among_all(text: str) -> None:
    assert check_channels(text)["print"] == check_claims(text, "print")


@pytest.mark.parametrize(
    ("score", "patient", "public"), [(0.1, None, "warn"), (0.5, "warn", "block"), (2, "block", "block")]
)
def test_a_resemblance_blocks_the_hospitals_own_patient_only_beyond_doubt(
    score: float, patient: str | None, public: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    like = Likeness(0, 4, "against_care", score, frozenset())
    monkeypatch.setattr(grammar, "find_likenesses", lambda _text, _known, _settled: [like])
    known = Model(-1.0, {}, {}, suspect=0.0, sure=0.3, certain=1.0)
    (claim,) = grammar.find_claims(grammar.Prose("今天天气"), load(PACK_VERSION), known)
    assert (claim.severities.get("patient"), claim.severities["douyin"]) == (patient, public)
