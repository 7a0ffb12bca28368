"""A leaflet as the signing of a piece leaves it, and its exports with a label taken out by other means than ours."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from narrowcast.adapters.printing import fonts
from narrowcast.application.exports import Leaflet, Passage, PrinterError
from narrowcast.domain.draft import Source
from narrowcast.domain.vocabulary import Audience, Section, SourceKind

LABEL = "本内容由人工智能（AI）辅助生成，经仁和医院内分泌科陈怡然主治医师审核签发（2026年11月22日）"
FIELDS = {"Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"}
LEAFLET = Leaflet(
    hospital_name="仁和医院",
    content_id="met-start",
    revision=2,
    document_hash="9f" * 32,
    section=Section.MEDICATION,
    title="开始服用二甲双胍：怎么吃，注意什么",
    passages=(
        Passage("我们来看看怎样安全地用药。", ()),
        Passage("随餐或餐后服用，可以减轻恶心、腹泻等胃肠道不适。", (0,)),
        Passage("血糖低于3.9 mmol/L即属于低血糖；意识清楚时，可以口服15～20克糖类食品。", (1,)),
    ),
    sources=(
        Source(SourceKind.LABEL, "盐酸二甲双胍片说明书", "国家药品监督管理局", 2023, "用法用量"),
        Source(SourceKind.GUIDELINE, "中国糖尿病防治指南（2024版）", "中华医学会糖尿病学分会", 2025, "低血糖"),
    ),
    signer_name="陈怡然",
    signer_title="主治医师",
    department="内分泌科",
    signed_at=datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    audience=Audience.PATIENT,
    valid_until=date(2027, 11, 22),
    label=LABEL,
)
_VISIBLE = {
    "html": rb'<p class="ai-label">.*?</p>',
    "md": rb"(?m)^> .*$",
    "txt": "(?m)^本内容由.*$".encode(),
}
_HIDDEN = {"html": rb'<meta name="AIGC"[^>]*>', "md": rb"(?m)^AIGC: .*\n", "txt": rb"(?m)^AIGC: .*$"}


def needs_chinese_font() -> None:
    """Skip the test on a machine that cannot draw Chinese, as the browser tests are skipped there."""
    try:
        fonts.hei()
    except PrinterError as error:
        pytest.skip(str(error))


def without_visible(form: str, data: bytes) -> bytes:
    """Return a text export as someone who cut its last line off would leave it."""
    return _without_key(data, "label") if form == "json" else re.sub(_VISIBLE[form], b"", data)


def without_hidden(form: str, data: bytes) -> bytes:
    """Return a text export as a tool that drops metadata would leave it."""
    return _without_key(data, "AIGC") if form == "json" else re.sub(_HIDDEN[form], b"", data)


def _without_key(data: bytes, key: str) -> bytes:
    value = json.loads(data)
    del value[key]
    return json.dumps(value, ensure_ascii=False).encode()


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, body) of a PNG file, each with its checksum verified."""
    at = 8
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size) == (zlib.crc32(kind + body),)
        yield kind, body
        at += 12 + size


def png_without(data: bytes, keyword: bytes) -> bytes:
    """Return the picture without the international text chunk of that keyword."""
    kept = [each for each in png_chunks(data) if not (each[0] == b"iTXt" and each[1].startswith(keyword + b"\0"))]
    packed = (struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in kept)
    return data[:8] + b"".join(packed)
