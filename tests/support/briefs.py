"""A brief as the production of content hands it to a drafter, and the answers that models once gave to it."""

from __future__ import annotations

from pathlib import Path

from narrowcast.domain.draft import Brief, Draft, FactRef, FactText, Sentence
from narrowcast.domain.vocabulary import Form, Risk, Section

MEALS = FactText(
    FactRef("met-01", 3), "二甲双胍应随餐或餐后立即服用。", Section.MEDICATION, Risk.MEDICATION, ("仅限成人",)
)
DOSE = FactText(FactRef("met-02", 1), "起始剂量为每次0.5克，每日2次。", Section.MEDICATION, Risk.MEDICATION)
BRIEF = Brief("二甲双胍怎么吃", Form.ARTICLE, Section.MEDICATION, (MEALS, DOSE))
DRAFT = Draft(
    "二甲双胍怎么吃",
    (
        Sentence("下面说说用药的事。"),
        Sentence(MEALS.text, (MEALS.ref,)),
        Sentence(DOSE.text, (DOSE.ref,)),
        Sentence("如有疑问，请咨询您的医生。"),
    ),
)
RECORDED = Path(__file__).parents[1] / "adapters" / "models" / "recorded"
GOOD = {"good.json", "good_in_a_fence.txt"}
UNUSABLE = sorted(path.name for path in RECORDED.iterdir() if path.name not in GOOD)


def recorded(name: str) -> str:
    """Return an answer as the model gave it."""
    return (RECORDED / name).read_text()
