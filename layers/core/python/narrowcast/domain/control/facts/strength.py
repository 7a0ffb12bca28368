"""How strongly a sentence says what its facts say: only for preferably, surely for perhaps, seldom for often.

Looks at words that no operator of the grammar has; the operators themselves are for `operators`. Each public function
finds one way to be stronger or weaker than every fact cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.segments import Features, drugs_of
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason

_ONLY = Form(
    "(?:只|仅|唯有|唯)(?:能|可以|可|许|准|允许|限于|应|该|需要?用|要用)|非[^，。；]{1,12}不(?:可|行)|唯一|别无(?:他法|选择)|没有别的"
)
_LIMITED = re.compile(
    "[只仅唯单禁勿别]|方可|方能|才|必须|不得|不可|不能|不应|不宜|不要|除(?:了|非|[^，；。]{1,12}外)|以外|外用"
)
_CASE = re.compile("[^，；。]*(?:时|者)，")
_PREFERABLY = re.compile("(?:最好|尽量|尽可能)(?![^，。；]{0,2}(?:不|别|少|避|勿|是?选|选择的))")
_PREFERRED = re.compile("[宜优]|最好|尽量|尽可能|建议|推荐|提倡|鼓励|首选|主张|值得|尽早|避免|原则上|可(?!能)")
_SURELY = (
    "(?:就是|(?<=[，；。：这那都])是|就说明|说明|就表示|就意味着|等于|说明(?:是|有|得)?|肯定是|一定是|那就是|即为|就算|便是|必是|(?:就|都|必|准|一定|必然|肯定|者|的人?|病人|患者)会)"
    "(?:得了|患了|患上|得上|长了?|有了?|出现了?|发生了?)?"
)
_SUSPECTS = Form(
    "(?:考虑|警惕|怀疑|疑似|排查|排除|提示|当心|注意|可能(?:是|为|有)?|筛查|鉴别)(?:是|为|有|存在|发生|合并|出现)*(?P<what>[^，。；、和或及等]{2,})"
)
_DOUBTS = re.compile("也就是|可能|考虑|怀疑|警惕|疑|会不会|是不是|是否|排查|筛查|提示|当心|注意|先兆|信号")
"""What keeps a suspicion one, and what only explains a word: 血压会降，也就是体位性低血压."""
_RARELY = re.compile("偶尔|偶可|偶见|偶有|罕见|极少|很少见|少见|个别|难得")
_OFTEN = re.compile(
    "常见|常有|常会|多见|(?<![正经非通平异日])常(?![规用温住年])|经常|往往|容易|易(?=[出引发导致])|多数|大多"
)
_DOUBTED = re.compile("偶|罕|少|个别|部分|有时|可能")


def exclusives(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 只能 for 首选 and for 宜: the one way where the facts prefer one."""
    only = _ONLY.search(said.text)
    if only and not any(
        _LIMITED.search(_CASE.sub("", clause)) for fact in facts for clause in _clauses_about(fact, said)
    ):
        yield Reason("certainty", "", only[0])


def _clauses_about(fact: Statement, said: Statement) -> Iterable[str]:
    """Give the clauses of a fact that share a word with a sentence; all where none does."""
    clauses = re.split("[；。]", fact.text)
    words = {said.text[i : i + _WORD] for i in range(len(said.text) - _WORD + 1)}
    shared = [clause for clause in clauses if any(clause[i : i + _WORD] in words for i in range(len(clause)))]
    return shared or clauses


def considered_musts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 可以考虑用 for 首选: an idea where the facts advise."""
    idea = _CONSIDERED.search(said.text)
    if idea and (not _any(_OPEN_TO, facts) or _is_settled(said, facts)):
        yield Reason("certainty", "", idea[0])


def _is_settled(said: Statement, facts: Sequence[Statement]) -> bool:
    """Say whether facts ask of all without exception what a sentence only thinks of: 一律使用抗生素."""
    ideas = [_words(unit) | drugs_of(unit.scope) for unit in said.units if unit.asserts and unit.force == "may"]
    told = [unit for fact in facts for unit in fact.units if unit.asserts and "all" in unit.certainties]
    return any(idea & unit.scope for idea in ideas for unit in told)


def unconsidered_musts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 必须手术 for 应考虑手术: an order where the facts ask for a thought."""
    told = [unit.text for unit in said.units if unit.asserts and unit.force in {"must", "should"}]
    if not told or _THOUGHT_OF.search(said.text) or _ASSESSING.search(said.text):
        return
    for fact in facts:
        for match in _TO_CONSIDER.finditer(fact.text):
            elsewhere = fact.text.replace(match[0], "")
            if match["what"] not in elsewhere and any(match["what"] in text for text in told):
                yield Reason("certainty", match[0], match["what"])


def regardless_of_limits(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 不论有没有肾病，都 where the facts have limits and no such word."""
    anyhow = _REGARDLESS.search(said.text)
    if anyhow and not _any(_ALSO_REGARDLESS, facts) and any(fact.conditions for fact in facts):
        yield Reason("condition_dropped", "", anyhow[0])


def decided_beforehand(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 评估后停药 for 评估后决定是否停药."""
    if _UNDECIDED.search(said.text):
        return
    for fact in facts:
        for match in _DECIDES.finditer(fact.text):
            done = re.search(
                f"(?:评估|同意|检查|判断)(?:[^，。；]{{0,8}}，?(?:然后)?(?=后|再|就|才))?(?:过|完)?(?:以后|之后|后)?"
                f"(?:再|就|才)?{match['what']}",
                said.text,
            )
            if done and done[0] not in fact.text:
                yield Reason("certainty", match[0], done[0])


def mere_preferences(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 最好 for 须: a wish where the facts instruct."""
    wish = _PREFERABLY.search(said.text)
    if wish and not any(_PREFERRED.search(fact.text) for fact in facts):
        yield Reason("certainty", "", wish[0])


def certain_suspicions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 就是消化道出血 for 应考虑消化道出血."""
    if _DOUBTS.search(said.text):
        return
    for suspected in (match["what"][:4] for fact in facts for match in _SUSPECTS.finditer(fact.text)):
        sure = re.search(_SURELY + re.escape(suspected), said.text)
        if sure and not any(re.search(_SURELY + re.escape(suspected), fact.text) for fact in facts):
            yield Reason("certainty", suspected, sure[0])


_WORD = 2
_CONSIDERED = re.compile("可以?考虑|不妨|可以?试试|考虑考虑")
_TO_CONSIDER = re.compile("考虑(?:行|做|接受|进行|给予|使用|予|用)?(?P<what>[^，。；、或和及]{2,8})")
_THOUGHT_OF = re.compile("考虑|酌情|可能|想[到着]|警惕|当心|小心|怀疑|留[心意]|提示|商量")
_OPEN_TO = re.compile("考虑|酌情|可(?!能)|试|或|必要时|不推荐|不建议")
"""What leaves open whether something is done."""
_REGARDLESS = Form(
    "(?:不论|不管|无论|甭管|别管|任凭)[^，。；]{0,6}?(?:有|是|是否|会不会|能不能|会|能|好不好|好|处于|在)[^，。；]{2,}"
    "|(?:是否[^，。；]{1,8}|[^，。；]{2,8}(?:与否|不[^，。；]{1,4}))(?:都|均|皆|全)(?:一样|无所谓|可以?|行|能|要|得|应|[，。]|$)"
)
_ALSO_REGARDLESS = re.compile("不论|不管|无论|任何|所有|均|是否|有无|都")
_DECIDES = Form("决定是否(?P<what>[^，。；、或]{2,6})")
_UNDECIDED = re.compile("是否|决定|要不要|能不能|可不可以|需不需要|停不停|用不用")
_ASSESSED = Form(
    "(?:评估|判断|决定|咨询)[^，。；]{0,4}?(?:是否|能否|可否|需要|要不要)(?:需要?)?(?:使用|进行|行)?(?P<what>[^，。；]{2,14})"
    "|(?P<act>手术|溶栓|介入)评估|评估(?P<on>输血|手术|溶栓|介入|透析|插管)"
)
_ASSESSING = re.compile("评估|判断|决定|咨询|是否|看看?(?:要不要|能不能|需不需要)|要不要|能不能|由医生|听医生|问")


def settled_questions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 一定要切开引流 for 应评估是否切开引流."""
    if _ASSESSING.search(said.text):
        return
    told = [unit.text for unit in said.units if unit.asserts and not unit.negations]
    for fact in facts:
        for match in _ASSESSED.finditer(fact.text):
            elsewhere = fact.text.replace(match[0], "")
            for what in re.split("[、或和及]", match["what"] or match["act"] or match["on"]):
                if len(what) > 1 and what not in elsewhere and any(what in text for text in told):
                    yield Reason("certainty", match[0], what)


_LATER = re.compile(
    "过(?:几|两|些)[天日]|过(?:一)?阵子|改天|有空(?:时|了|的时候|再|就|去|可)|抽空|得空|择期|等(?:几|两)[天日]"
)
_LEFT_ALONE = re.compile("(?:先|暂时|暂且)(?:不管|不用管|不去管|不理(?!会)|放着|搁着)")
_CALLS = re.compile("联系|告知|就诊|就医|门诊|急诊|呼叫|医院")
_LEAVES = re.compile("观察|不必|无需|不需|暂不")
_SOON = re.compile("立即|立刻|马上|尽快|尽早|及时|第一时间|赶紧|紧急")


def delayed_calls(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 过几天去看看 for 应尽快就诊."""
    late = _LATER.search(said.text)
    soon = next(filter(None, (_SOON.search(fact.text) for fact in facts)), None) if late else None
    if late and soon and not _any(_LATER, facts):
        yield Reason("timing", soon[0], late[0])
    left = _LEFT_ALONE.search(said.text)
    if left and _any(_CALLS, facts) and not _any(_LEAVES, facts):
        yield Reason("certainty", "", left[0])


_UNSURE = re.compile("(?:应该?|应当|恐怕|估计|想必|似乎|好像|按说|照理|大概)(?:说|是|都|也)?不(?:太|大|怎么|至于)?会")
_ALSO_UNSURE = re.compile("应|可能|一般|通常|不易|很少|极少|不太|不一定|估计|大多|多数")


def doubted_denials(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 应该不太会传播 for 不会传播."""
    unsure = _UNSURE.search(said.text)
    if unsure and not any(_ALSO_UNSURE.search(fact.text) for fact in facts if "不会" in fact.text):
        yield Reason("certainty", "不会", unsure[0])


def lost_doubts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 大便会变黑 for 大便可能变黑."""
    known = [unit for fact in facts for unit in fact.units if unit.asserts and unit.governs_itself]
    doubted = [unit for unit in known if "possible" in unit.certainties]
    if not doubted or any("possible" in unit.certainties for unit in said.units):
        return
    for unit in (one for one in said.units if one.asserts and "会" in one.text and not one.negations):
        lost = (other for other in doubted if _words(other) and _words(other) <= unit.scope)
        for other in lost:
            if not any(_words(other) <= sure.scope for sure in known if sure not in doubted):
                yield Reason("certainty", other.text, unit.text)


def _words(unit: Unit) -> Features:
    return frozenset(feature for feature in unit.scope if feature.startswith("w:"))


_HALF_LEAVE = re.compile(
    "(?:或许|也许|兴许|说不定|没准|大概|恐怕|可能|应该|估计|好像|似乎)[是也就都还]?(?:可以|能够|能|允许)(?!性|[力量])"
)
_HALF = re.compile("或许|也许|可能|大概|恐|一般|通常|个别|部分|有时|多数|大多|考虑|酌情|评估|应(?:该|当)?[能可]")
"""What leaves a permission of a fact half open itself."""


def doubted_leaves(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 或许可以接种 for 可以接种."""
    half = _HALF_LEAVE.search(said.text)
    if half and not any(_HALF.search(fact.text) for fact in facts):
        yield Reason("certainty", "", half[0])


_HELPS = re.compile("(?:有助于|有利于|有益于|有助|利于|帮助)(?P<what>[^，。；、]{2,4})")
_PROMISED = "(?:就|便|准|必|都|一定|肯定|总|自然)(?:能够?|会|可以?)(?:让[^，。；]{1,4})?"


def promised_help(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 就能恢复排卵 for 有助于恢复排卵."""
    for what in (match["what"] for fact in facts for match in _HELPS.finditer(fact.text)):
        sure = re.search(_PROMISED + re.escape(what), said.text)
        if sure and not any(sure[0] in fact.text for fact in facts):
            yield Reason("certainty", what, sure[0])


_BRINGS = re.compile("(?<!不)(?<!机)会(?:让|使|令|引起|引发|导致|造成|带来|害|发生|诱发)")
_TELLS_CAUSE = re.compile(
    "会|可(?!以|用|选|服)|能|引|导?致(?!电)|造成|诱|使(?!用)|令|让|因|由|易|(?<!异)(?<!正)常|反应|副作用|影响|损|增|降|加|减|毒|否则|以免|避免|预防|防|后果|"
    "发生率|风险|危险|[低高]血|出血|过敏|成瘾|依赖|反跳|多见|为主|产生|恶|带来|促|刺激|抑制"
)


def bare_cases_as_effects(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 会让人情绪异常 for 出现情绪异常应停药: a case told as what surely comes."""
    brings = _BRINGS.search(said.text)
    if brings and not any(_TELLS_CAUSE.search(fact.text) for fact in facts):
        yield Reason("certainty", "", brings[0])


_SELDOM = re.compile("(?:偶尔|有时候?|想起来|时不时)(?:才|就)?(?=要|应|得|去|立即|及时|尽快|定期|吃|测|查|用|服|打)")
_NOW_AND_THEN = re.compile("偶|有时|间断|必要时|按需|需要时")


def seldom_done(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 偶尔测血压 for 应每日测血压."""
    seldom = _SELDOM.search(said.text)
    if seldom and not _any(_NOW_AND_THEN, facts):
        yield Reason("certainty", "", seldom[0])


def turned_odds(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 偶尔 for 常见, and 常 for 偶见."""
    rare, often = _RARELY.search(said.text), _OFTEN.search(said.text)
    if rare and _any(_OFTEN, facts) and not _any(_DOUBTED, facts):
        yield Reason("certainty", "常", rare[0])
    if often and not rare and _any(_RARELY, facts) and not _any(_OFTEN, facts):
        yield Reason("certainty", "偶", often[0])


def _any(pattern: re.Pattern[str], facts: Sequence[Statement]) -> bool:
    return any(pattern.search(fact.text) for fact in facts)


_SAME_FOREVER = re.compile(
    "(?:一直|始终|永远|长期|以后)[都就]*(?:这样|这么|如此|[按照]这个|维持这个|保持这个|不变|是这个量)"
)
_CHANGING = re.compile("[起初]始|起步|首剂|(?:逐渐|逐步|缓慢|递)[加增减]|[加增减][至到]|改为|调整")


def unchanging_doses(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 每次1片，一直这样吃 for 起始每次1片，逐渐加量."""
    same = _SAME_FOREVER.search(said.text)
    if same and _any(_CHANGING, facts) and not _any(_SAME_FOREVER, facts):
        yield Reason("condition_dropped", "", same[0])
