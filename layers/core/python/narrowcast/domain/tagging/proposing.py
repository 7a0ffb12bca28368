"""Tags proposed to the editor from a piece's plan, words and facts. A proposal decides nothing: she confirms it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from narrowcast.domain.content import Tags, TopicPlanned
from narrowcast.domain.control.readability import BEST_SCORE, assess
from narrowcast.domain.draft import Draft, FactRef
from narrowcast.domain.fact import Statement
from narrowcast.domain.tagging.limits import limited
from narrowcast.domain.vocabulary import AgeBand, Audience, Custom, Form, Language, Literacy, Sex, Stage, Step, Style

W = TypeVar("W")
_STAGES = (
    ("初诊|刚确诊|新诊断", Stage.FIRST_DIAGNOSIS),
    ("开始(?:服用|使用|注射)|初次用药", Stage.TREATMENT_START),
    ("住院期间", Stage.INPATIENT),
    ("术前|手术前", Stage.PRE_OP),
    ("术后|手术后", Stage.POST_OP),
    ("出院", Stage.DISCHARGE),
    ("康复", Stage.REHABILITATION),
)
_STEPS = (
    ("术后第?[1一]天", Step.POST_OP_DAY_1),
    ("术后第?[3三]天", Step.POST_OP_DAY_3),
    ("术后(?:第?[7七]天|一周)", Step.POST_OP_DAY_7),
    ("(?:术后|出院后?)(?:第?[1一]个?月|满月)", Step.MONTH_1),
    ("(?:术后|出院后?)第?[3三]个?月", Step.MONTH_3),
)
_BANDS = (
    ("儿童|小儿|宝宝", (AgeBand.CHILD,)),
    ("青少年", (AgeBand.TEEN,)),
    ("老年|老人", (AgeBand.OLDER, AgeBand.OLDEST)),
)
_SEXES = (("女性|孕妇|妇女|产妇", Sex.FEMALE), ("男性", Sex.MALE))
_CUSTOMS = (("清真", Custom.HALAL), ("素食", Custom.VEGETARIAN), ("纯素", Custom.VEGAN))
_CARERS = re.compile("家属|家人|照护者|陪护|看护")
_SCRIPTS = (
    ("[\u0f00-\u0fff]", Language.TIBETAN),
    ("[\u0600-\u06ff]", Language.UYGHUR),
    ("[\u1800-\u18af]", Language.MONGOLIAN),
)
_STYLES = {Form.QA: Style.QUESTIONS, Form.PROCEDURE: Style.STEPS, Form.VISIT_PREPARATION: Style.STEPS}


def propose(topic: TopicPlanned, draft: Draft, statements: Mapping[FactRef, Statement]) -> Tags:
    """Return the plan's tags, completed where it left them open; what the facts alone decide included."""
    planned, title = topic.tags, f"{topic.title} {draft.title}"
    text = "\n".join((title, *(sentence.text for sentence in draft.sentences)))
    populations = " ".join((title, *(statement.population for statement in statements.values())))
    bands = tuple(band for found in _found(_BANDS, populations) for band in found)
    return limited(
        replace(
            planned,
            codes=planned.codes or _all(statement.codes for statement in statements.values()),
            treatments=planned.treatments or _all(statement.treatments for statement in statements.values()),
            stages=planned.stages or _found(_STAGES, title),
            steps=planned.steps or _found(_STEPS, title),
            age_bands=planned.age_bands or bands,
            sexes=planned.sexes or _found(_SEXES, populations)[:1],
            audience=Audience.CARER if _CARERS.search(title) else planned.audience,
            customs=planned.customs or _found(_CUSTOMS, text),
            style=planned.style or _STYLES.get(topic.form, Style.PLAIN),
            literacy=planned.literacy or _literacy(draft),
            language=next(iter(_found(_SCRIPTS, text)), planned.language),
        ),
        statements,
    )


def _found(table: Iterable[tuple[str, W]], words: str) -> tuple[W, ...]:
    return tuple(word for pattern, word in table if re.search(pattern, words))


def _all(codes: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for each in codes for code in each))


def _literacy(draft: Draft) -> Literacy | None:
    """Return the level of a text by its readability; None of no text."""
    if not draft.sentences:
        return None
    measured = assess(draft)
    if measured.score == BEST_SCORE:
        return Literacy.BASIC
    return Literacy.STANDARD if measured.is_plain else Literacy.DETAILED
