"""How key points abbreviate what sentences write out: Hb is 血红蛋白, 3×ULN is 正常上限的3倍, q6~8h is 每6~8小时1次.

Pairs of a regular expression over normalized text and what it stands for. Only abbreviations that stand for one thing
wherever they are written; none changes a number.
"""

from __future__ import annotations

_WORD, _END = r"(?<![a-z\d])", "(?![a-z])"
_BOUND = r"(?=[<>≤≥=]|(?:低于|高于|大于|小于|不足|超过|不到|达|降)?\d)"
_NUMBER = r"(\d+(?:\.\d+)?)"
_MANY = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十])"
_TIME = "(?:h|d|min|小时|钟头|分钟|天|日|周|个月|月|年)"

_NAMES = {
    "hba1c|a1c": "糖化血红蛋白",
    "hb|hgb": "血红蛋白",
    "crcl|ccr": "肌酐清除率",
    "scr": "血肌酐",
    "plt": "血小板",
    "wbc": "白细胞",
    "anc": "中性粒细胞",
    "sbp": "收缩压",
    "dbp": "舒张压",
    "pef": "呼气峰流速",
    "fpg": "空腹血糖",
    "bun": "尿素氮",
    "qm": "每早1次",
    "hfref": "射血分数降低的心衰",
    "hfpef": "射血分数保留的心衰",
    "hfmref": "射血分数轻度降低的心衰",
}
_MEASURED = {"t": "体温", "bp": "血压", "hr": "心率"}
"""Letters that stand for a measure only before its bound."""

_SIGNS = ((">", "超过"), ("<", "低于"), ("≥", "不低于"), ("≤", "不超过"))

SHORTHAND: tuple[tuple[str, str], ...] = (
    *((f"{_WORD}(?:{short}){_END}", name) for short, name in _NAMES.items()),
    *((f"{_WORD}{short}{_BOUND}", name) for short, name in _MEASURED.items()),
    (
        r"(射血分数(?:轻度)?(?:降低|保留)的?)(?:心力衰竭|心功能不全|心衰)(?:\((?:射血分数(?:轻度)?(?:降低|保留)的心衰)\))?",
        r"\1心衰",
    ),
    (r"中性粒细胞(?:绝对)?(?:计数|值)", "中性粒细胞"),
    (
        r"(血红蛋白|肌酐清除率|血肌酐|血小板|白细胞|中性粒细胞|收缩压|舒张压|呼气峰流速|尿素氮|体温|血压|心率)\(\1\)",
        r"\1",
    ),
    *((rf"{sign}{_NUMBER}(?:[×x*]|倍)?uln", rf"{word}正常上限的\1倍") for sign, word in _SIGNS),
    (rf"{_NUMBER}(?:[×x*]|倍)?uln", r"正常上限的\1倍"),
    (rf"{_MANY}倍的?正常(?:值|范围)?的?上限值?", r"正常上限的\1倍"),
    (r"正常(?:值|范围)的?上限值?|正常上限值", "正常上限"),
    (rf"{_WORD}q(\d+)[~-](\d+)h{_END}", r"每\1~\2小时1次"),
    (rf"{_WORD}q(\d+)d{_END}", r"每\1天1次"),
    (rf"{_WORD}q(\d+)w{_END}", r"每\1周1次"),
    (rf"{_WORD}q(\d+)m{_END}", r"每\1个月1次"),
    (rf"({_TIME}[之以]?)内服(?=[过用])", r"\1内吃"),
    (r"(?<![每第\d])24h(?=[≤<])", "24小时内"),
    (r"(?<![\d:])(\d{1,2}):00(?![\d:])", r"\1点钟"),
    (r"(\d-\d-\d):(?=\d)", r"\1法："),
    (r"(?<=\d)d、(?=\d{1,2}d各?\d剂)", "、"),
    (r"(?<=[：，；])(\d{1,2}(?:、\d{1,2})*)d(?=各?\d剂)|(?<=法：)(\d{1,2}(?:、\d{1,2})+)d", r"第\1\2天"),
    (r"(?<![a-z])qd(?:或者?|/|~|-|至)bid(?![a-z])", "每日1~2次"),
    (r"(?<![a-z])bid(?:或者?|/|~|-|至)tid(?![a-z])", "每日2~3次"),
    (r"(?<![a-z])tid(?:或者?|/|~|-|至)qid(?![a-z])", "每日3~4次"),
)
