"""The words and the metadata that say a text was made with AI (人工智能生成合成内容标识办法, arts. 4 and 5).

The visible sentence is what a reader sees; the hidden label is what a platform's machine reads. How either is put
into a file, and looked for there, is `exports`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrowcast.domain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

HIDDEN_KEY = "AIGC"
HIDDEN_FIELDS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
LABEL_VALUES = ("1", "2", "3")  # is, may be, is suspected to be generated

_STATED = re.compile(r"(?:人工智能|AI|ＡＩ).{0,8}?(?:生成|合成)", re.IGNORECASE)
_DENIED = re.compile(r"(?:非|不是|并未|没有|未|无|不含|不由|从未|绝不|不靠)[^，。；！？\n]{0,4}$")
_DENIED_INSIDE = re.compile(r"未|没有|不|无")
_PERSONAL = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dXx])|[\w.+-]+@[\w-]+\.\w+")


class LabelRefused(Refusal):
    """The hidden label would carry an unknown value or something personal."""


def visible_label(*, hospital_name: str, department: str, signer_name: str, title: str, signed_on: date) -> str:
    """Return the sentence every signed copy shows: made with AI, reviewed and signed by whom, and when."""
    day = f"{signed_on.year}年{signed_on.month}月{signed_on.day}日"
    return f"本内容由人工智能（AI）辅助生成，经{hospital_name}{department}{signer_name}{title}审核签发（{day}）"


def draft_label() -> str:
    """Return the sentence a copy shows before anyone has signed it."""
    return "本内容由人工智能（AI）辅助生成，尚未经医生审核签发，仅供院内审阅"


def hidden_label(
    *,
    producer: str,
    content_id: str,
    label: str = "1",
    propagator: str = "",
    propagate_id: str = "",
    reserved_1: str = "",
    reserved_2: str = "",
) -> dict[str, dict[str, str]]:
    """Return the metadata under its key, `{"AIGC": {...}}`, with the seven TC260 fields in their order.

    Raises LabelRefused when a value is missing, unknown, or could identify a person.
    """
    values = (label, producer, content_id, reserved_1, propagator, propagate_id, reserved_2)
    fields = dict(zip(HIDDEN_FIELDS, values, strict=True))
    if reasons := faults_of_hidden(fields):
        raise LabelRefused(f"隐式标识不合规：{'；'.join(reasons)}", field=HIDDEN_KEY)
    return {HIDDEN_KEY: fields}


def faults_of_hidden(fields: Mapping[str, object]) -> tuple[str, ...]:
    """Name what keeps `fields` (the object under `AIGC`) from being a lawful label; empty when nothing does."""
    faults = [f"缺少 {name}" for name in HIDDEN_FIELDS if not isinstance(fields.get(name), str)]
    faults += [f"{name} 为空" for name in ("ContentProducer", "ProduceID") if fields.get(name) == ""]
    if not faults and fields["Label"] not in LABEL_VALUES:
        faults.append("Label 取值未知")
    faults += [f"{name} 含个人信息" for name in HIDDEN_FIELDS if _PERSONAL.search(str(fields.get(name, "")))]
    return tuple(faults)


def find_visible(text: str) -> bool:
    """Tell whether `text` states that AI generated or synthesised it; a denial is no statement."""
    return any(_is_statement(text, found) for found in _STATED.finditer(text))


def _is_statement(text: str, found: re.Match[str]) -> bool:
    denied = _DENIED.search(text[max(0, found.start() - 8) : found.start()])
    return not denied and not _DENIED_INSIDE.search(found.group())
