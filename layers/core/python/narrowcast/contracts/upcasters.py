"""Old events in today's words: plain dicts lifted one schema version at a time, before any class is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]
Upcaster = Callable[[Data, str], dict[str, object]]
"""Takes the data and the moment at which it was recorded, which stands for a moment that the version did not keep."""


def _consent_given_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 named the purpose in Chinese and did not say where the decision was recorded."""
    purposes = {"个性化健康教育": "personal_education"}
    return {"purpose": purposes.get(str(data["purpose"]), data["purpose"]), "evidence": "unrecorded"}


def _with_its_source(data: Data, recorded: str) -> dict[str, object]:
    """A decision on consent was dated by its record, and told from others by its evidence."""
    return {**data, "decided_at": recorded, "source": data["evidence"], "heard": 0}


def _diagnosis_recorded_1_to_2(data: Data, recorded: str) -> dict[str, object]:
    """Version 1 kept no words beside the code, and the place in its message's list only by the order of events."""
    return {**data, "told_at": recorded, "diagnosis": {**data["diagnosis"], "display": ""}, "place": 0}


def _with_its_moment(data: Data, recorded: str) -> dict[str, object]:
    """Version 1 left the moment to the order of the stream."""
    return {**data, "told_at": recorded}


def _treatment_started_1_to_2(data: Data, recorded: str) -> dict[str, object]:
    """Version 1 named the drug by its code alone."""
    return {**data, "told_at": recorded, "name": ""}


def _treatment_stopped_1_to_2(data: Data, recorded: str) -> dict[str, object]:
    """Version 1 knew of no drug that was entered in error."""
    return {**data, "told_at": recorded, "name": "", "in_error": False}


_SILENT = {"opens": False, "complete": False, "contact": False, "consent": None}


def _visit_opened_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 always told a stage, and kept nothing of consent, contacts and whole lists."""
    return {**data, **_SILENT}


def _visit_updated_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 left the patient to the opening."""
    return {**data, **_SILENT, "patient": ""}


def _hospital_registered_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 came before messages were let settle."""
    return {"readability_gate": 0, **data, "settle_seconds": 600, "discharge_settle_seconds": 120}


def _topic_planned_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 knew only forms that are read as a whole."""
    return {**data}


def _topic_planned_2_to_3(data: Data, _recorded: str) -> dict[str, object]:
    """Version 2 knew five tags; what it did not know narrows nothing."""
    return {**data, "tags": {**_WIDE, **data["tags"]}}


_WIDE: Data = {
    "sexes": [],
    "procedures": [],
    "steps": [],
    "literacy": None,
    "style": None,
    "customs": [],
    "language": "zh-Hans",
    "exclusions": [],
    "advises": [],
}


def _guide_assembled_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 gave every guide to the patient, knew no courses of treatment and kept no reasons."""
    choice: Data = {"reasons": [], "barred": [], "cautions": [], "dropped": []}
    return {**data, "audience": "patient", "step": None, "choice": choice}


def _fact_superseded_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 took back whatever rested on the version before."""
    return {**data, "wording_only": False}


def _fact_outdated_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 always closed the piece."""
    return {**data, "closes": True}


def _as_it_stands(data: Data, _recorded: str) -> dict[str, object]:
    """The version before had fewer words to choose from, all of which still stand."""
    return {**data}


def _hospital_registered_2_to_3(data: Data, _recorded: str) -> dict[str, object]:
    """Version 2 left budget, quiet hours and channels to the product."""
    channels = ["app", "wechat", "sms", "mail"]
    quiet = {"begin": "21:00:00", "end": "08:00:00"}
    rules = {"weekly_budget": 3, "quiet": quiet, "digest_at": "10:00:00", "repeat_after_days": 90, "channels": channels}
    return {**data, "pushing": rules}


def _push_approved_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 knew one channel and one guide a message, and only consent as a ground."""
    urgency = "correction" if data["reason"] == "correction" else "routine"
    ground = {"urgency": urgency, "purpose": "personal_education", "basis": "consent"}
    return {**data, **ground, "fallbacks": [], "includes": []}


def _moment(recorded: str) -> str:
    """Return a moment as an event's own field has it: without decimals that are none."""
    return recorded.replace(".000000Z", "Z")


def _push_held_back_1_to_2(data: Data, recorded: str) -> dict[str, object]:
    """What version 1 held back never came again."""
    asked = {"asked_at": _moment(recorded), "until": None, "asked_for": "", "urgency": "routine"}
    return {**data, **asked, "purpose": "personal_education", "risk": None, "facts": []}


def _facts_delivered_1_to_2(data: Data, recorded: str) -> dict[str, object]:
    """Version 1 left the moment to its record and the channel to the guide."""
    return {**data, "delivered_at": _moment(recorded), "channel": None}


def _push_failed_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 tried one channel."""
    return {**data, "final": True}


def _question_asked_1_to_2(data: Data, _recorded: str) -> dict[str, object]:
    """Version 1 kept what a question is about and not what it wants to know."""
    return {**data, "asks": [], "words": []}


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("ConsentGiven", 1): _consent_given_1_to_2,
    ("ConsentGiven", 2): _with_its_source,
    ("ConsentGiven", 3): _as_it_stands,
    ("ConsentWithdrawn", 1): _with_its_source,
    ("ConsentWithdrawn", 2): _as_it_stands,
    ("DiagnosisRecorded", 1): _diagnosis_recorded_1_to_2,
    ("GuideAssembled", 1): _guide_assembled_1_to_2,
    ("FactOutdated", 1): _fact_outdated_1_to_2,
    ("FactSuperseded", 1): _fact_superseded_1_to_2,
    ("FactsDelivered", 1): _facts_delivered_1_to_2,
    ("GuidePushed", 1): _as_it_stands,
    ("HospitalRegistered", 1): _hospital_registered_1_to_2,
    ("HospitalRegistered", 2): _hospital_registered_2_to_3,
    ("PushApproved", 1): _push_approved_1_to_2,
    ("PushFailed", 1): _push_failed_1_to_2,
    ("PushHeldBack", 1): _push_held_back_1_to_2,
    ("QuestionAsked", 1): _question_asked_1_to_2,
    ("TopicPlanned", 1): _topic_planned_1_to_2,
    ("TopicPlanned", 2): _topic_planned_2_to_3,
    ("TreatmentStarted", 1): _treatment_started_1_to_2,
    ("TreatmentStopped", 1): _treatment_stopped_1_to_2,
    ("VisitCancelled", 1): _with_its_moment,
    ("VisitOpened", 1): _visit_opened_1_to_2,
    ("VisitUpdated", 1): _visit_updated_1_to_2,
}
"""(event name, version it lifts from) → the step to the next version."""


def upcast(name: str, version: int, data: Data, *, to: int, recorded: str) -> Data:
    """Lift data from a schema version to a later one; KeyError if a step is missing or the version unknown."""
    if version > to:
        raise KeyError(name, version)
    for step in range(version, to):
        data = UPCASTERS[name, step](data, recorded)
    return data
