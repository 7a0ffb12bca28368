"""A patient with a guide about metformin on her telephone: a signed quiz asks of what it tells."""

from __future__ import annotations

from dataclasses import replace

from narrowcast.domain.draft import FactRef
from narrowcast.domain.vocabulary import Form
from tests.support.newsroom import EDITOR, HOSPITAL, LI, METFORMIN_STATEMENT, METFORMIN_TOPIC, World
from tests.support.talks import TalkRoom

STOP = "请您不要自行加量、减量或停用二甲双胍。"
TELL = "如果出现严重呕吐，应立即告诉医生您在服用二甲双胍。"
FACTS = (FactRef("met-stop", 1), FactRef("met-tell", 1))
PIECE = replace(METFORMIN_TOPIC, facts=FACTS)
QUIZ = replace(PIECE, title="测一测：二甲双胍", form=Form.QUIZ)
GUIDED = "met-start"
"""The piece that the guide consists of."""


def with_a_quiz() -> World:
    """A hospital whose library has the piece and the quiz."""
    world = World().open_hospital()
    for fact_id, text in (("met-stop", STOP), ("met-tell", TELL)):
        world.facts.propose(HOSPITAL, fact_id, replace(METFORMIN_STATEMENT, text=text), LI, EDITOR)
        world.facts.approve(HOSPITAL, fact_id, LI, EDITOR)
    return world.settle().publish(GUIDED, PIECE).publish("met-quiz", QUIZ)


def guided_room() -> TalkRoom:
    """The hospital with its pages, after the patient's visit."""
    room = TalkRoom(with_a_quiz())
    room.world.visit()
    return room
