"""How easily a patient can read a text: the items of PEMAT a machine can check, and measures of our own.

Advice, not a verdict: nothing is refused here unless the hospital makes the score a gate. No accepted grade formula
exists for Chinese; lengths and rates are heuristics and are called so. Whether the text is right is not asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.domain.control.readability.plain_words import PLAIN_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from narrowcast.domain.draft import Draft

BEST_SCORE = 100
PLAIN_ENOUGH = 70
"""The usual PEMAT bar; a text below it gets a warning."""

_LONGEST_TITLE = 30
_USUAL_LENGTH = 25  # characters of a sentence, on average
_LONGEST_SENTENCE = 50
_MANY = 8  # sentences from which on a summary is expected
_MOST_NUMBERS = 4
_MOST_ACTIONS = 3
_PASSIVE = re.compile(r"被(?!子|单|褥|窝|套)|予以|给予|加以|得以|由[^，。]{1,8}进行")
_CALCULATION = re.compile(r"乘以|除以|[×÷*]\s*\d|等于[^，。]{0,8}[+×÷/]|每公斤|/kg|公式|计算", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千半]+(?=[次片粒天周个月年小时毫克克分钟倍])")
_ACTION = re.compile(
    r"请|应|需要?|要(?!求|是)|不要|不能|勿|避免|坚持|记得|注意|停止|拨打|就医|就诊|复查|复诊|服用|测量"
)
_SUMMARY = re.compile(r"总之|总的来说|总结|小结|记住|最后提醒|归纳|一句话")
_FAMILIAR = re.compile(r"你(?!好(?:[，。！]|$))")
_ACRONYM = re.compile(r"(?<![A-Za-z])[A-Z]{2,}[A-Za-z0-9]*")
_KNOWN_ACRONYMS = frozenset(("AI", "CT", "B超", "DNA", "KG", "ML", "MG"))
_COLD = re.compile(r"必须|严禁|一律|务必|否则后果自负|不听劝")
_NEAR = 24  # characters before or after a term in which its plain word explains it


@dataclass(frozen=True, slots=True)
class Reason:
    """An item the text fails: PEMAT's number or a word of ours, what is wrong in Chinese, and in which sentences."""

    item: str
    message: str
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Readability:
    """Agreed items in percent of the applicable ones, 0 to 100, and why it is not more."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the text reaches the usual bar."""
        return self.score >= PLAIN_ENOUGH


def assess(draft: Draft, plain_words: Mapping[str, str] = PLAIN_WORDS) -> Readability:
    """Score a draft; `plain_words` is the hospital's glossary, term -> plain word. An empty draft scores 0."""
    texts = [sentence.text for sentence in draft.sentences]
    if not texts:
        return Readability(0, (Reason("length", "没有正文"),))
    verdicts = [check(draft.title, texts, plain_words) for check in _CHECKS]
    applicable = [verdict for verdict in verdicts if verdict is not None]
    reasons = tuple(verdict for verdict in applicable if isinstance(verdict, Reason))
    return Readability(round(BEST_SCORE * (len(applicable) - len(reasons)) / len(applicable)), reasons)


_Verdict = Reason | bool | None
"""A reason why the item fails, True when it is met, None when it does not apply."""


def _places(texts: Sequence[str], wrong: Callable[[str], object]) -> tuple[int, ...]:
    return tuple(place for place, text in enumerate(texts) if wrong(text))


def _met_unless(places: tuple[int, ...], allowed: float, texts: Sequence[str], item: str, message: str) -> _Verdict:
    return Reason(item, message, places) if len(places) > allowed * len(texts) else True


def _purpose(title: str, _texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    evident = 0 < len(title.strip()) <= _LONGEST_TITLE
    return evident or Reason("PEMAT-1", f"标题应在{_LONGEST_TITLE}字以内说明主题")


def _everyday_words(_title: str, texts: Sequence[str], words: Mapping[str, str]) -> _Verdict:
    places = _places(texts, lambda text: list(_unexplained(text, text, words)))
    terms = sorted({term for place in places for term in _unexplained(texts[place], texts[place], words)})
    advice = "、".join(f"“{term}”可写作“{words[term]}”" for term in terms[:3])
    return _met_unless(places, 0.3, texts, "PEMAT-3", f"术语偏多：{advice}")


def _terms_defined(_title: str, texts: Sequence[str], words: Mapping[str, str]) -> _Verdict:
    whole = "".join(texts)
    used = {term for term in words if term in whole}
    if not used:
        return None
    undefined = sorted(term for term in used if words[term] not in whole)
    places = _places(texts, lambda text: any(term in text for term in undefined))
    return not undefined or Reason("PEMAT-4", f"请解释术语：{'、'.join(undefined[:5])}", places)


def _unexplained(text: str, around: str, words: Mapping[str, str]) -> Iterable[str]:
    for term, plain in words.items():
        at = text.find(term)
        if at >= 0 and plain not in around[max(0, at - _NEAR) : at + len(term) + _NEAR]:
            yield term


def _active_voice(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    return _met_unless(_places(texts, _PASSIVE.search), 0.2, texts, "PEMAT-5", "被动句偏多，请改为“您可以……”“请……”")


def _clear_numbers(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    if not any(map(_NUMBER.search, texts)):
        return None
    places = _places(texts, lambda text: len(_NUMBER.findall(text)) > _MOST_NUMBERS)
    return _met_unless(places, 0, texts, "PEMAT-6", f"一句话里的数字超过{_MOST_NUMBERS}个，请分开写")


def _no_calculation(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    if not any(map(_NUMBER.search, texts)):
        return None
    places = _places(texts, _CALCULATION.search)
    return _met_unless(places, 0, texts, "PEMAT-7", "不要让读者自己计算，请直接写出结果")


def _summary(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    if len(texts) < _MANY:
        return None
    told = any(map(_SUMMARY.search, texts[-3:]))
    return told or Reason("PEMAT-11", "内容较长，结尾请用一两句话小结")


def _an_action(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    return any(map(_ACTION.search, texts)) or Reason("PEMAT-20", "请至少写出一件读者可以做的事")


def _direct_address(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    told = any("您" in text or "请" in text for text in texts)
    return told or Reason("PEMAT-21", "请直接对读者说话，使用“您”或“请”")


def _explicit_steps(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    places = _places(texts, lambda text: len(_ACTION.findall(text)) > _MOST_ACTIONS)
    return _met_unless(places, 0.1, texts, "PEMAT-22", "一句话里要做的事太多，请分步骤写")


def _usual_length(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    mean = sum(map(len, texts)) / len(texts)
    return mean <= _USUAL_LENGTH or Reason("length", f"平均每句{mean:.0f}字，建议不超过{_USUAL_LENGTH}字")


def _no_long_sentence(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    places = _places(texts, lambda text: len(text) > _LONGEST_SENTENCE)
    return _met_unless(places, 0, texts, "long_sentence", f"有句子超过{_LONGEST_SENTENCE}字，请拆开")


def _polite_address(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    return _met_unless(_places(texts, _FAMILIAR.search), 0, texts, "address", "称呼请统一用“您”，不用“你”")


def _no_bare_acronym(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    places = _places(texts, _bare_acronym)
    return _met_unless(places, 0, texts, "acronym", "英文缩写请写出中文名称")


def _bare_acronym(text: str) -> bool:
    found = (match for match in _ACRONYM.finditer(text) if match.group().upper() not in _KNOWN_ACRONYMS)
    return any(text[max(0, match.start() - 1) : match.start()] not in ("（", "(") for match in found)


def _warm_tone(_title: str, texts: Sequence[str], _words: Mapping[str, str]) -> _Verdict:
    return _met_unless(_places(texts, _COLD.search), 0.2, texts, "tone", "命令语气偏多，请说明原因并改用“请”“建议”")


_CHECKS: tuple[Callable[[str, Sequence[str], Mapping[str, str]], _Verdict], ...] = (
    _purpose,
    _everyday_words,
    _terms_defined,
    _active_voice,
    _clear_numbers,
    _no_calculation,
    _summary,
    _an_action,
    _direct_address,
    _explicit_steps,
    _usual_length,
    _no_long_sentence,
    _polite_address,
    _no_bare_acronym,
    _warm_tone,
)
