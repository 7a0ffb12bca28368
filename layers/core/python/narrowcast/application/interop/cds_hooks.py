"""CDS Hooks: at discharge the doctor is offered the guide that the patient's visit led to.

A card says that there is a guide and where staff read it; it holds none of its text, and nothing of the patient.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from narrowcast.application.guides import ReadingRoom, guide_id_of
from narrowcast.application.hospitals import profile_of
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CARD, GUIDE, REFERENCE
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain import card as cards
from narrowcast.domain.card import CardOutcome
from narrowcast.domain.errors import Refusal

DISCHARGE_GUIDE = "discharge-guide"
LONGEST_SUMMARY = 140
MOST_ANSWERS = 50
OVERRIDE_SYSTEM = "urn:narrowcast:override"
OVERRIDE_REASONS = {
    "given-already": "已当面宣教",
    "not-suitable": "内容不适合该患者",
    "patient-declined": "患者不需要",
}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"[a-z0-9-]{1,40}")


class ServiceUnknown(Refusal):
    """No such service."""


class HookUnclear(Refusal):
    """The call is not one of this service's hook, or lacks what the hook must say."""


def services() -> dict[str, Any]:
    """Return what can be called."""
    return {
        "services": [
            {
                "hook": "encounter-discharge",
                "id": DISCHARGE_GUIDE,
                "title": "出院健康指南",
                "description": "患者出院时，向医生提示已为本次就诊准备好的健康指南",
                "prefetch": {"encounter": "Encounter/{{context.encounterId}}"},
            }
        ]
    }


@dataclass(frozen=True, slots=True)
class CardDesk:
    """Offers cards and hears what became of them."""

    store: Store
    room: ReadingRoom
    pseudonyms: Pseudonyms

    def offer(self, hospital: str, service: str, call: Mapping[str, Any], base_url: str) -> dict[str, Any]:
        """Return the cards for a hook's call: one if the visit has a guide, else none. Nothing is written."""
        _known(service)
        profile = profile_of(self.store, hospital).profile
        guide_id = self._guide_of(hospital, _encounter_of(call))
        guide = self.store.load(GUIDE, hospital, guide_id).state if guide_id else None
        if guide is None or guide.assembled is None or profile is None:
            return {"cards": []}
        parts = [section.heading for section, _ in self.room.show_guide(hospital, guide_id).sections]
        if not parts:
            return {"cards": []}
        return {"cards": [_card(guide_id, guide.edition, parts, profile.name, base_url)]}

    def hear(self, hospital: str, service: str, answers: Mapping[str, Any]) -> int:
        """Record what doctors did with cards; returns how many answers were heard. HookUnclear names the field."""
        _known(service)
        profile_of(self.store, hospital)
        heard = [_answer(each, at) for at, each in enumerate(_list(answers.get("feedback"), "feedback"))]
        for card, outcome, reason in heard:
            decide = partial(cards.answer, outcome=outcome, reason=reason)
            self.store.execute(CARD, hospital, card, decide, Actor(f"his:{hospital}"))
        return len(heard)

    def _guide_of(self, hospital: str, encounter: str) -> str:
        """Return the guide of a visit, named by the logical id of its FHIR encounter or by its number."""
        key = self.pseudonyms.reference(hospital, f"Encounter/{encounter}")
        named = self.store.load(REFERENCE, hospital, key).state.pseudonym
        return guide_id_of(named or self.pseudonyms.visit(hospital, encounter))


def _known(service: str) -> None:
    if service != DISCHARGE_GUIDE:
        raise ServiceUnknown("没有这项服务", field="id")


def _encounter_of(call: Mapping[str, Any]) -> str:
    if call.get("hook") != "encounter-discharge":
        raise HookUnclear("这项服务只用于 encounter-discharge", field="hook")
    if not isinstance(call.get("hookInstance"), str):
        raise HookUnclear("缺少 hookInstance", field="hookInstance")
    context = call.get("context")
    encounter = context.get("encounterId") if isinstance(context, dict) else None
    if not isinstance(encounter, str) or not encounter or len(encounter) > LONGEST_SUMMARY:
        raise HookUnclear("缺少 encounterId", field="context.encounterId")
    return encounter.removeprefix("Encounter/")


def _card(guide_id: str, edition: int, parts: list[str], hospital_name: str, base_url: str) -> dict[str, Any]:
    return {
        "uuid": _id(f"{guide_id}.{edition}"),
        "summary": f"建议宣教：本次就诊的健康指南已备好（{'、'.join(parts)}）"[:LONGEST_SUMMARY],
        "indicator": "info",
        "detail": "内容均由医生签发。请在出院时提醒患者阅读，或打印交给患者。",
        "source": {"label": f"{hospital_name} 窄播"[:LONGEST_SUMMARY]},
        "suggestions": [
            {
                "label": "已向患者介绍",
                "uuid": _id(f"{guide_id}.{edition}.told"),
                "isRecommended": True,
            }
        ],
        "selectionBehavior": "at-most-one",
        "overrideReasons": [
            {"code": code, "system": OVERRIDE_SYSTEM, "display": text} for code, text in OVERRIDE_REASONS.items()
        ],
        "links": [{"label": "查看健康指南", "url": f"{base_url}/guides/{guide_id}", "type": "absolute"}],
    }


def _id(name: str) -> str:
    """Return a UUID (RFC 9562, version 8) of the name: the same edition of a guide always makes the same card."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def _answer(told: object, at: int) -> tuple[str, CardOutcome, str]:
    """Return card, outcome and the code of the reason; a doctor's own words are passed over."""
    where = f"feedback[{at}]"
    if not isinstance(told, dict):
        raise HookUnclear("应为 JSON 对象", field=where)
    outcome = told.get("outcome")
    if not isinstance(outcome, str) or outcome not in set(CardOutcome):
        raise HookUnclear("outcome 只能是 accepted 或 overridden", field=f"{where}.outcome")
    return _card_of(told.get("card"), where), CardOutcome(outcome), _reason(told.get("overrideReason"), where)


def _card_of(card: object, where: str) -> str:
    if not isinstance(card, str) or not _UUID.fullmatch(card.lower()):
        raise HookUnclear("card 不是合法的 UUID", field=f"{where}.card")
    return card.lower()


def _reason(given: object, where: str) -> str:
    reason = given.get("reason") if isinstance(given, dict) else None
    code = reason.get("code") if isinstance(reason, dict) else None
    if code is None:
        return ""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise HookUnclear("overrideReason.reason.code 不合法", field=f"{where}.overrideReason.reason.code")
    return code


def _list(value: object, field: str) -> list[object]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_ANSWERS:
        raise HookUnclear(f"应为含 1 至 {MOST_ANSWERS} 项的列表", field=field)
    return value
