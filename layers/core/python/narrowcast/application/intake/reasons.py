"""Why a message is refused: every sentence a sender may read, and how HL7 and FHIR name the same condition.

The sentences are fixed, so that no refusal can ever repeat what the message said about a person.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """One sentence per kind of fault; the field it is about stands in the problem's path."""

    TOO_LARGE = "报文超过 256 KB 的上限"
    UNKNOWN_FORMAT = "无法识别的格式，只接受 HL7 v2、FHIR R4（JSON）和 JSON"
    FHIR_JSON_ONLY = "只接受 JSON 形式的 FHIR（application/fhir+json），不接受 XML"
    BAD_BYTES = "字节不是所声明字符集的合法文本"
    UNKNOWN_CHARSET = "不支持的字符集，只接受 UTF-8、GB18030、GBK、GB2312 和 ASCII"
    NOT_JSON = "不是合法的 JSON"
    DUPLICATE_KEY = "同一对象内有重复的字段"
    TOO_DEEP = "嵌套过深"
    NOT_AN_OBJECT = "应为 JSON 对象"
    NOT_HL7 = "不是 HL7 v2 报文，应以 MSH 开头"
    BAD_DELIMITERS = "MSH 的分隔符定义不合法"
    SEVERAL_MESSAGES = "一次只能发送一条报文"
    REQUIRED = "缺少必填内容"
    WRONG_TYPE = "数据类型不对"
    BAD_TEXT = "含有不允许的字符"
    TOO_LONG = "内容过长"
    TOO_MANY = "条目过多"
    UNKNOWN_FIELD = "未知字段"
    IDENTITY = "身份信息（姓名、证件号、住址等）不得上传，请去掉"
    CONTACT_ELSEWHERE = "联系方式只能放在 contact 内"
    BAD_TIME = "时间不合法或格式不对"
    BAD_BIRTH_DATE = "出生日期不合法，或与就诊时间矛盾"
    SEVERAL_AGES = "birth_date、age_years、age_band 只能给出一个"
    BAD_ICD10 = "不是合法的 ICD-10 编码"
    UNKNOWN_ICD10 = "ICD-10 中没有这个类目"
    BAD_ATC = "不是合法的 7 位 ATC 编码"
    UNKNOWN_SYSTEM = "不支持的编码体系"
    UNKNOWN_VALUE = "取值不在允许的范围内"
    BAD_PHONE = "不是可接收短信的手机号码"
    BAD_EMAIL = "不是合法的电子邮箱"
    OTHER_HOSPITAL = "与本接口密钥所属的医院不一致"
    UNKNOWN_HOSPITAL = "未登记的医院"
    OTHER_PATIENT = "所指患者与本 Bundle 的患者不一致"
    UNRESOLVED = "所引用的资源不在报文内，也不是“类型/编号”的形式"
    ONE_VISIT_ONLY = "一个 Bundle 只能描述一位患者的一次就诊"
    UNSUPPORTED_TYPE = "不支持的消息类型"
    UNSUPPORTED_EVENT = "不支持的触发事件"
    UNSUPPORTED_PROCESSING = "不支持的处理标识，只接受 P、T、D"
    UNSUPPORTED_VERSION = "不支持的 HL7 版本，只接受 2.3 至 2.8"
    DUPLICATE_ID = "同一发送方、同一时间和同一消息控制号已有内容不同的报文"
    BUSY = "系统繁忙，报文未保存，请稍后重发"
    QUEUED = "平台暂不可达，报文已在网桥排队，将自动转达；重发无妨"


class Condition(NamedTuple):
    """The code of HL7 table 0357 and the FHIR issue type for one reason."""

    hl7: str
    fhir: str


HL7_CONDITION_NAMES = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "207": "Application internal error",
}

# HL7 chapter 2: these faults reject (AR) what the receiver could never process; all others are errors (AE).
_REJECTING = frozenset({"200", "201", "202", "203"})

_DEFAULT = Condition("102", "value")
_CONDITIONS: dict[str, Condition] = {
    Reason.TOO_LARGE: Condition("207", "too-long"),
    Reason.UNKNOWN_FORMAT: Condition("200", "not-supported"),
    Reason.FHIR_JSON_ONLY: Condition("200", "not-supported"),
    Reason.BAD_BYTES: Condition("102", "structure"),
    Reason.UNKNOWN_CHARSET: Condition("103", "not-supported"),
    Reason.NOT_JSON: Condition("102", "structure"),
    Reason.DUPLICATE_KEY: Condition("102", "structure"),
    Reason.TOO_DEEP: Condition("102", "structure"),
    Reason.NOT_AN_OBJECT: Condition("102", "structure"),
    Reason.NOT_HL7: Condition("200", "structure"),
    Reason.BAD_DELIMITERS: Condition("100", "structure"),
    Reason.SEVERAL_MESSAGES: Condition("200", "not-supported"),
    Reason.REQUIRED: Condition("101", "required"),
    Reason.WRONG_TYPE: Condition("102", "structure"),
    Reason.TOO_MANY: Condition("102", "too-long"),
    Reason.TOO_LONG: Condition("102", "too-long"),
    Reason.IDENTITY: Condition("102", "business-rule"),
    Reason.UNKNOWN_ICD10: Condition("103", "code-invalid"),
    Reason.BAD_ICD10: Condition("103", "code-invalid"),
    Reason.BAD_ATC: Condition("103", "code-invalid"),
    Reason.UNKNOWN_SYSTEM: Condition("103", "code-invalid"),
    Reason.UNKNOWN_VALUE: Condition("103", "code-invalid"),
    Reason.OTHER_HOSPITAL: Condition("204", "business-rule"),
    Reason.UNKNOWN_HOSPITAL: Condition("204", "business-rule"),
    Reason.OTHER_PATIENT: Condition("204", "invariant"),
    Reason.UNRESOLVED: Condition("204", "not-found"),
    Reason.ONE_VISIT_ONLY: Condition("102", "invariant"),
    Reason.DUPLICATE_ID: Condition("205", "duplicate"),
    Reason.BUSY: Condition("207", "transient"),
    Reason.QUEUED: Condition("207", "transient"),
    Reason.UNSUPPORTED_TYPE: Condition("200", "not-supported"),
    Reason.UNSUPPORTED_EVENT: Condition("201", "not-supported"),
    Reason.UNSUPPORTED_PROCESSING: Condition("202", "not-supported"),
    Reason.UNSUPPORTED_VERSION: Condition("203", "not-supported"),
}


def condition_of(reason: str) -> Condition:
    """Return how HL7 and FHIR name this reason."""
    return _CONDITIONS.get(reason, _DEFAULT)


def rejects(reason: str) -> bool:
    """Tell whether the fault is one that an HL7 receiver answers with AR instead of AE."""
    return condition_of(reason).hl7 in _REJECTING
