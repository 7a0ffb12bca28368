"""The JSON Schema of the plain JSON visit, made of the very tables that its reader goes by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from narrowcast.application.intake import plain_json, values
from narrowcast.application.intake.cells import MAX_ITEMS, MAX_TEXT
from narrowcast.application.intake.moments import OLDEST_YEARS
from narrowcast.domain.vocabulary import AgeBand

Schema = dict[str, Any]
REQUIRED = ("message_id", "patient_number", "visit_number", "occurred_at", "stage")
_ICD10 = "ICD-10 编码：国家临床版、医保版或 WHO 形式，如 E11.900、E11.900x001、I10"


def visit_schema() -> Schema:
    """Return the schema of one visit message."""
    text, flag = _text(""), {"type": ["boolean", "null"]}
    properties: Schema = {
        "hospital": _text("医院代码；与接口密钥一致，可省略"),
        "message_id": _text("本系统内唯一的消息编号：同一编号只生效一次"),
        "patient_number": _text("院内患者号；不得为身份证号"),
        "visit_number": _text("院内就诊号"),
        "occurred_at": {**_text("带时区的 ISO 8601 时间"), "format": "date-time"},
        "stage": _word(values.STAGE_WORDS),
        "birth_date": _text("出生日期，只用于换算年龄段，不保存"),
        "age_years": {"type": ["integer", "null"], "minimum": 0, "maximum": OLDEST_YEARS},
        "age_band": _word([each.value for each in AgeBand]),
        "sex": _word(values.SEX_WORDS),
        "diagnoses": _list(plain_json.DIAGNOSIS_FIELDS, code=_text(_ICD10), status=_word(values.STATUS_WORDS)),
        "medications": _list(plain_json.MEDICATION_FIELDS, status=_word(plain_json.MEDICATION_WORDS)),
        "procedures": _list(plain_json.PROCEDURE_FIELDS, status=_word(plain_json.PROCEDURE_WORDS)),
        "pregnant": flag,
        "renal": _word(plain_json.RENAL_WORDS),
        "carer": flag,
        "allergies": _list(plain_json.ALLERGY_FIELDS, status=_word(plain_json.ALLERGY_WORDS)),
        "department": _text("科室代码或名称"),
        "contact": _object(dict.fromkeys(plain_json.CONTACT_FIELDS, text)),
        "consent": _object(dict.fromkeys(plain_json.CONSENT_FIELDS, flag)),
        **dict.fromkeys(("complete", "opens", "discharge_cancelled", "cancelled", "test"), flag),
    }
    return {**_object(properties), "type": "object", "required": list(REQUIRED)}


def _text(description: str) -> Schema:
    told = {"description": description} if description else {}
    return {"type": ["string", "null"], "maxLength": MAX_TEXT, **told}


def _word(words: Iterable[str]) -> Schema:
    return {"enum": [*sorted(word for word in words if word), None]}


def _list(names: Iterable[str], **known: Schema) -> Schema:
    entry = _object({name: known.get(name, _text("")) for name in names})
    return {"type": ["array", "null"], "maxItems": MAX_ITEMS, "items": {**entry, "type": "object"}}


def _object(properties: Schema) -> Schema:
    ordered = {name: properties[name] for name in sorted(properties)}
    return {"type": ["object", "null"], "properties": ordered, "additionalProperties": False}
