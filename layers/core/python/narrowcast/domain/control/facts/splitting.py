"""A doctor's key points, pasted as free text, as one statement each: a proposal that she confirms, never a record.

Cuts only where both sides stand alone: a condition stays with all that it governs. Drops nothing but the signs that
set items apart (bullets, item numbers, blanks, `；` `、` `，` at a cut); adds nothing. In doubt it does not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

JOINTS = "；;、，,"
"""Signs between statements; they belong to neither."""

_NUMBER = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})"
_NO_NUMBER = r"(?![0-9０-９一二三四五六七八九十])"  # 1、2片 and -5℃ begin with a quantity, not with a mark
_CIRCLED = "[①-⑳❶-❿⑴-⑽⒈-⒛]"
_MARK = (
    rf"(?:[·•●○◆◇■□▪▸►※★☆]+\s*|[-*+–—]+(?:\s+|{_NO_NUMBER})|{_CIRCLED}\s*|[(（]{_NUMBER}[)）][、.．]?\s*"
    rf"|{_NUMBER}[)）]\s*|{_NUMBER}[、.．]{_NO_NUMBER}\s*|第{_NUMBER}[，,、:：]\s*)"
)
_ITEM = re.compile(rf"\s*{_MARK}")
_INLINE_ITEM = re.compile(rf"(?<=[。；;！？!?\s:：])(?={_MARK})|(?={_CIRCLED})")
_STOP = re.compile(r"(?:[。！？!?；;]|(?<=[\u4e00-\u9fff])[.．](?=\s|$))+[”’』」）)]*")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)|“[^“”]*”|《[^《》]*》|「[^「」]*」")
_WORD = re.compile(r"\w")

_CONDITION = re.compile(
    r"(?:如果|如有|如需|如|若|假如|倘若|一旦|当|凡|万一|除非|在)|[^，。；]{1,16}(?:时|期间|的话|情况下|以后|之后|之前)[，,:：]"
)
_LEAD = re.compile(r"(?:时|期间|后|前|者|患者|的人|以下|下列|如下|之一|情况)[^，。；：:]{0,8}[:：]\s*$")
_HEAD = re.compile(r"[^。！？；;]*?(?:(?<!\d)[:：]|[:：](?!\d))")
_PLAIN_HEAD = re.compile(r"(?:要点|事项|须知|建议|提示|提醒|几点|要求|原则|内容|注意)(?:如下|包括)?\s*[:：]\s*$")
_BARE_CONDITION = re.compile(r"(?:如果|如|若|一旦|当)[^，,。；;]*[。；;]?|[^，,。；;]{1,16}(?:时|期间|的话)[。；;]?")
_LEANS = re.compile(
    r"(?:并|且|同时|也|还应|还要|再|则|但|否则|然后|以免|以防|不过|然而|除非|此时|这时|其中|上述|该|它|其|如仍|若仍|仍|之后|此后|随后)"
)
_DO = (
    r"(?:请?(?:不要|不得|不能|不可|不宜|不应|不|勿|切勿|禁止|避免|应|要|需|须|每[天日周月次年晚]|定期|坚持|按时"
    r"|遵医嘱|监测|控制|限制|保持|戒|少|多))"
)
_STEP = re.compile(rf"{_DO}[\w～~.%％]{{2,}}")
_FORBIDS = r"请?(?:不要|不得|不能|不可|不宜|切勿|勿)"
_TWO_BANS = re.compile(rf"(?<=[，,])(?=也{_FORBIDS}\w{{2,}}[。！!]?$)")
_ONE_BAN = re.compile(rf"{_FORBIDS}\w{{2,}}[，,]")


def split_statements(text: str) -> tuple[str, ...]:
    """Return the statements of a text in its order, each a part of it as it was typed."""
    return tuple(kept for part in _parts(text) if _WORD.search(kept := _bare(part)))


def _parts(text: str) -> Iterator[str]:
    for block in _blocks(text.splitlines()):
        for sentence in _leaning(_sentences(block)):
            for step in _steps(sentence):
                yield from _bans(step)


def _blocks(lines: list[str]) -> Iterator[str]:
    """Give every line by itself, but a list whose head governs it (如有以下情况：) in one piece."""
    head = ""
    for line in lines:
        if head and _ITEM.match(line):
            head += "\n" + line
            continue
        if head:
            yield head
            head = ""
        if _governs(line):
            head = line
        else:
            yield line
    if head:
        yield head


def _governs(line: str) -> bool:
    """Say whether a line is a head without which the points below it would say something else."""
    headed = line.rstrip().endswith((":", "：")) and not _PLAIN_HEAD.search(line)
    return headed and (bool(_LEAD.search(line)) or _conditional(line))


def _sentences(block: str) -> list[str]:
    """Cut at stops and before inline item numbers; never inside brackets, nor behind a head that governs the rest."""
    if "\n" in block:
        return [block]
    closed = [found.span() for found in _BRACKETS.finditer(block)]
    places = [found.end() for found in _STOP.finditer(block)] + [
        found.start() for found in _INLINE_ITEM.finditer(block)
    ]
    free = sorted({place for place in places if not any(start < place < end for start, end in closed)})
    return [block[start:end] for start, end in zip([0, *free], [*free, len(block)], strict=True)]


def _leaning(sentences: list[str]) -> Iterator[str]:
    """Put back what does not stand alone: 并…, 否则…, a condition or a consequence without the other."""
    kept = ""
    for sentence in sentences:
        if kept and not _stays(kept, sentence):
            yield kept
            kept = ""
        kept += sentence
    if kept:
        yield kept


def _stays(before: str, sentence: str) -> bool:
    """Say whether the sentence belongs to the text before it."""
    words = _bare(sentence)
    if not _WORD.search(words) or not _WORD.search(_bare(before)) or _LEANS.match(words):
        return True
    if _governs(before) or _BARE_CONDITION.fullmatch(_bare(before)):
        return True
    if before.rstrip().endswith(tuple("。！？!?.．”’』」）)")):
        return False
    head = _HEAD.match(_bare(before))
    headed = head is not None and not _PLAIN_HEAD.search(head[0])
    return headed or (_conditional(before) and not _conditional(words))


def _conditional(text: str) -> bool:
    return bool(_CONDITION.match(_bare(text)))


def _steps(sentence: str) -> list[str]:
    """Cut at `、` where every part tells the reader to do something; a list of nouns stays whole."""
    parts = re.split(r"(?<=、)", sentence)
    return parts if len(parts) > 1 and all(_STEP.match(_bare(part)) for part in parts) else [sentence]


def _bans(step: str) -> list[str]:
    """Cut 不要…，也不要… where the first ban has neither condition nor subject that the second would lose."""
    parts = _TWO_BANS.split(step)
    return parts if len(parts) > 1 and _ONE_BAN.fullmatch(_ITEM.sub("", parts[0], count=1).strip()) else [step]


def _bare(part: str) -> str:
    """Return the part without its item mark and the signs at its edges."""
    edges = JOINTS + " \t\r\n\u3000\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
    stripped = part.strip().strip(edges)
    unmarked = _ITEM.match(stripped)
    return stripped[unmarked.end() :].strip().strip(edges) if unmarked else stripped
