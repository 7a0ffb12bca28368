"""The choosing rules as data: what each part of a piece's score weighs, and which pieces do not go together.

A change of this file is a new version, which stands in every guide made by it. `narrowcast guide simulate` tries
another set against past visits before it is put here.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.domain.vocabulary import Advice

VERSION = "2026-11-22.2"


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of each part of the score. They are laid out so that what stands above outweighs what stands below.

    A language or reader that fits outweighs everything; `code` counts once for each step that the piece's code is
    nearer to the diagnosis; then the step and stage of treatment, the procedure, each drug the piece is about, age and
    customs, sex, literacy, style; the answer to one question stands behind a piece about the whole (`one_question`);
    `freshness` counts each month of the signature's age less.
    """

    language: int = 4_000_000
    audience: int = 2_000_000
    code: int = 200_000
    step: int = 80_000
    stage: int = 40_000
    procedure: int = 20_000
    treatment: int = 6_000
    age: int = 4_500
    custom: int = 4_000
    sex: int = 2_000
    literacy: int = 1_000
    style: int = 500
    one_question: int = -400
    freshness: int = 1


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Advice that does not go with what else the patient has or takes.

    A piece that advises it gives way where the patient has a diagnosis `illnesses` or takes one of `drugs` (starts of
    ICD-10 and ATC codes), unless it is a piece for one of `knowing`: such pieces take the danger into account.
    `reason` is told to staff.
    """

    name: str
    advice: Advice
    reason: str
    illnesses: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    knowing: tuple[str, ...] = ()


_LOWERING = ("A10A", "A10BB", "A10BX")
_DIABETES = ("E10", "E11", "E12", "E13", "E14", "O24")
_GOUT = ("M10", "E79")
_KIDNEYS = ("N18", "N19")
CONFLICTS = (
    Conflict(
        "exertion-hypoglycaemia",
        Advice.EXERTION,
        "使用胰岛素或促泌剂时，剧烈运动可引起低血糖，以糖尿病的运动建议为准",
        drugs=_LOWERING,
        knowing=_DIABETES,
    ),
    Conflict(
        "fasting-hypoglycaemia",
        Advice.EXERCISE_FASTING,
        "使用胰岛素或促泌剂时，空腹运动可引起低血糖",
        drugs=_LOWERING,
    ),
    Conflict(
        "exertion-heart",
        Advice.EXERTION,
        "心力衰竭或近期心肌梗死时，运动强度以心脏病的运动建议为准",
        illnesses=("I50", "I21", "I22"),
        knowing=("I50", "I21", "I22"),
    ),
    Conflict(
        "potassium-drugs",
        Advice.POTASSIUM,
        "低钠盐和高钾饮食与保钾利尿剂、普利类或沙坦类药物合用可引起高钾血症",
        drugs=("C03DA", "C03DB", "C09A", "C09B", "C09C", "C09D"),
    ),
    Conflict("potassium-kidneys", Advice.POTASSIUM, "肾脏病时低钠盐和高钾饮食可引起高钾血症", illnesses=_KIDNEYS),
    Conflict(
        "protein-kidneys",
        Advice.PROTEIN,
        "慢性肾脏病时蛋白质的摄入以肾脏病的饮食建议为准",
        illnesses=_KIDNEYS,
        knowing=_KIDNEYS,
    ),
    Conflict(
        "fluids-heart-kidneys",
        Advice.FLUIDS,
        "心力衰竭或肾衰竭时须按医嘱限制饮水",
        illnesses=("I50", *_KIDNEYS),
        knowing=("I50", *_KIDNEYS),
    ),
    Conflict("purines-gout", Advice.PURINES, "痛风时须限制高嘌呤食物", illnesses=_GOUT, knowing=_GOUT),
    Conflict("vitamin-k-warfarin", Advice.VITAMIN_K, "服用华法林时绿叶蔬菜的摄入须保持稳定", drugs=("B01AA03",)),
    Conflict(
        "grapefruit-drugs",
        Advice.GRAPEFRUIT,
        "西柚影响他汀类、钙通道阻滞剂和部分免疫抑制剂的代谢",
        drugs=("C10AA", "C08CA", "C08DA", "C08DB", "L04AD"),
    ),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules."""

    version: str = VERSION
    weights: Weights = WEIGHTS
    conflicts: tuple[Conflict, ...] = CONFLICTS


RULES = Rules()
