"""How strongly a sentence may say what its facts say: each faithful wording beside one that is too sure or unsure."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

STRENGTHS = [
    (
        "孕妇、哺乳期妇女可以接种狂犬病疫苗。",
        "孕妇和哺乳期妇女可以接种狂犬病疫苗。",
        "孕妇、哺乳期妇女或许可以接种狂犬病疫苗。",
    ),
    ("拔牙2小时后可进食温凉软食。", "拔牙2小时后可以吃温凉的软食。", "拔牙2小时后应该可以吃温凉的软食。"),
    (
        "超重者减重5%～10%，有助于恢复排卵。",
        "超重的人减重5%～10%，有助于恢复排卵。",
        "超重者减重5%～10%，就能恢复排卵。",
    ),
    ("抬高患肢有助于减轻肿胀。", "把患肢抬高有助于减轻肿胀。", "抬高患肢，肿胀肯定会减轻，抬高就能减轻肿胀。"),
    (
        "孟鲁司特钠咀嚼片睡前嚼服；出现情绪、行为异常应停药并咨询医生。",
        "吃孟鲁司特钠咀嚼片时出现情绪、行为异常，应停药并咨询医生。",
        "吃孟鲁司特钠会让孩子情绪、行为异常，应停药并咨询医生。",
    ),
    (
        "病程8～10年以上者，每1～2年做一次结肠镜筛查癌变。",
        "病程8～10年以上的人，每1～2年做一次结肠镜，筛查癌变。",
        "病程8～10年以上者会发生癌变，要每1～2年做一次结肠镜。",
    ),
]


@pytest.mark.parametrize(("fact", "faithful", "turned"), STRENGTHS)
def test_a_sentence_is_as_sure_as_its_fact(fact: str, faithful: str, turned: str) -> None:
    assert check_sentence(faithful, [fact]).supported
    assert not check_sentence(turned, [fact]).supported
