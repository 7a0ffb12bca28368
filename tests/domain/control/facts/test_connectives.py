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


AGAIN = """
这一节我们讲讲怎么吃药、什么时候复查。
看完之后如有不明白的地方，欢迎留言告诉我们。
说完了药，我们再说说生活里要留意的地方。
如需复看，可随时打开本页。
讲完了饮食，再来说说运动。
聊完用药，咱们接着聊聊复查。
说完了吃，再说动。
这一讲说说怎么打针、怎么存药。
读完有不清楚的，可以留言问我们。
看完还有疑问的话，请给我们留言。
听完有不懂的地方，欢迎随时提问。
以后想再看，随时翻到这一页。
如果想再看一遍，可以点开本页。
需要时可再次翻看本页。
想重温的话，可随时打开这个视频。
以上就是今天要讲的内容。
今天就先说到这里，咱们下次再见。
下面这几点请您一条一条记好。
关于伤口，我们分三步来说。
说完检查前，再说检查后。
接下来是大家问得最多的问题。
如有不明白之处，请在评论区留言。
请把这份说明收好，方便以后翻看。
本页内容可以转发给家人看。
还有疑问，请在复诊时当面问医生。
感谢您耐心看完。
下面用几句话把重点再过一遍。
先说吃药，再说饮食，最后说复查。
讲清楚了怎么用药，再看看生活上要注意些什么。
这份材料分为用药、饮食和复查三部分。
"""
CLAIMS_AGAIN = """
如需停药，可随时停。
如需止痛，可随时打开本药。
看完之后如有不适，可自行停药。
说完了药，我们再说说可以不吃的药。
这一节我们讲讲药可以停、饭可以不吃。
如需复看，可随时停药。
说完了药，药就不用吃了。
忘了的话，可以加倍再吃一遍。
如有不明白的地方，可以先不吃药。
看完之后不用复查。
如需加药，可随时打开药盒。
讲完了饮食，再吃一片。
随时打开本页就不用复诊。
读完有不清楚的，可以先停药再问。
忘了的话，可以回头再看一遍。
如需复看，可随时打开胰岛素。
看完之后如有头晕，欢迎留言告诉我们。
我们讲讲每天两片、饭后吃。
这份材料可以转发给家人当药方。
"""


@pytest.mark.parametrize("text", AGAIN.split())
def test_talk_of_topics_told_together_and_of_looking_again_needs_no_fact(text: str) -> None:
    assert check_sentence(text, []).supported


@pytest.mark.parametrize("text", CLAIMS_AGAIN.split())
def test_a_claim_told_as_such_talk_needs_one(text: str) -> None:
    assert not check_sentence(text, []).supported


@pytest.mark.parametrize(
    "text",
    [
        "您好，感谢您抽时间阅读这份材料。",
        "除此之外，还有几点需要说明。",
        "另外，还有两点要跟您说明一下。",
        "除了这些，下面还有几件事需要注意。",
        "还有一些需要提醒您的。",
    ],
)
def test_thanks_and_what_announces_more_points_need_no_fact(text: str) -> None:
    assert is_connective(text)


@pytest.mark.parametrize(
    "text", ["除此之外，不要喝酒。", "还有几点需要停药。", "还有三点需要注意饮食。", "除此之外，每天两次。"]
)
def test_what_such_an_announcement_says_needs_one(text: str) -> None:
    assert not is_connective(text)
