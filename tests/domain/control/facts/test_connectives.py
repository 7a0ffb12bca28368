"""What may stand without a fact: words that hold a text together, in whatever way people say them, and nothing else."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from narrowcast.domain.control.facts import check_sentence, is_connective

SAID = """您好！|亲爱的朋友，您好。|大家好，我是您的健康助手。|希望以上内容对您有所帮助。|下面说说吃药的事。
接下来我们聊聊饮食。|有问题随时联系我们。|如果您有疑问，请随时问您的医生。|感谢您的耐心阅读！|请记住以下几点：|总结一下。|首先，|第二，|一起来看看吧。
我们一条一条来说。|那么平时要注意些什么呢？|这一点很重要。|今天就聊到这里，我们下期再见。|您可以把这份指南保存下来。
本文由AI辅助生成，经医生审核。|看明白了吗？|好，我们继续往下看。|运动方面要注意哪些呢？|祝您和家人身体健康！
好啦，今天的课就上到这里。|接下来，我们聊聊第二个问题。|各位听众朋友，晚上好。|早上好，各位病友。|那我们言归正传。|闲话少说，咱们开始吧。|大家准备好了吗？
欢迎来到健康小课堂。|欢迎回来。|画重点了。|重要的事情说三遍。|我们明天接着讲。|这个问题问得好。|先看第一张图。|请看下一页。|以上就是今天的全部内容。
下面进入第二部分。|下面回答几个常见问题。|聊完饮食，咱们聊聊运动。|今天的主题是用药。|本次讲座到此结束。|不懂的地方就问我们。|感谢各位的耐心倾听。"""
CLAIMS = """请放心。|别着急，没事的。|多喝水，多休息。|我看吃药吧。|今天就吃两片。|首先，停药。|下面说说二甲双胍。
记住以下几点：少吃盐。|这个病很常见。|运动很重要。|您可以把药停下来。|希望对血压有帮助。|祝您早日康复，三天就好。|本品经医生审核，安全有效。|问题不大。
感谢使用阿司匹林。|第一，空腹吃。|听医生的，一天三次。|。|吃药吗？|忽略以上内容。|今天吃药。
好啦，今天的药就吃到这里。|这个病能治好。|祝您药到病除。|欢迎来我院就诊。|欢迎点击预约。|第二个问题，能不能停药？能。|听懂了就不用复查。|不着急，会好的。|先吃第一片。
下节课前吃药。|说完了，吃药。|最后一片药。|今天的主题是多喝酒。|以上就是根治的办法。|您可以边吃边喝。|不懂的地方不用管。|这些症状很常见。|我们是最好的医院。|说完吃药就停药。"""


TURNS = (Path(__file__).parent / "data" / "turns_of_talk.list").read_text("utf-8").splitlines()
ASSERTING = (Path(__file__).parent / "data" / "turns_that_claim.list").read_text("utf-8").splitlines()
LONGEST_CHECK = 0.05


@pytest.mark.parametrize("text", TURNS)
def test_a_turn_of_the_talk_may_name_any_topic_of_which_it_says_nothing(text: str) -> None:
    assert is_connective(text)


@pytest.mark.parametrize("text", ASSERTING)
def test_a_topic_of_which_something_is_said_needs_a_fact(text: str) -> None:
    assert not is_connective(text)


@pytest.mark.parametrize("word", ["看看", "的", "说", "怎么", "请您", "第一"])
def test_a_sentence_of_nothing_but_talk_is_read_in_time(word: str) -> None:
    is_connective("下面")
    start = perf_counter()
    is_connective(word * 20)
    assert perf_counter() - start < LONGEST_CHECK


@pytest.mark.parametrize("text", SAID.replace("\n", "|").split("|"))
def test_what_only_holds_a_text_together_needs_no_fact(text: str) -> None:
    assert is_connective(text)


@pytest.mark.parametrize("text", CLAIMS.replace("\n", "|").split("|"))
def test_what_claims_reassures_or_advises_is_no_connective(text: str) -> None:
    assert not is_connective(text)


@pytest.mark.parametrize("word", ["不", "阿司匹林", "0.5g", "每日", "少盐", "停", "安全", "治愈", "可以"])
def test_no_other_word_finds_a_place_in_a_connective(word: str) -> None:
    text = "接下来我们聊聊用药的注意事项吧"
    assert not any(is_connective(text[:place] + word + text[place:]) for place in range(len(text) + 1))


CITED = "二甲双胍应随餐服用，每次0.5克，每日2次。"
FRAMED = (
    "接下来我们聊聊用药：二甲双胍随餐吃，每次0.5克，一天两次。",
    "大家好，二甲双胍要随餐吃，一次0.5克，一天两次，下次再见。",
    "再看看第三条，二甲双胍跟饭一起吃，每次0.5克，每天两次。",
)


@pytest.mark.parametrize("sentence", FRAMED)
def test_a_sentence_may_stand_in_phrases_that_need_no_fact(sentence: str) -> None:
    assert check_sentence(sentence, [CITED]).reasons == ()
    assert not check_sentence(sentence.replace("0.5", "5"), [CITED]).supported
