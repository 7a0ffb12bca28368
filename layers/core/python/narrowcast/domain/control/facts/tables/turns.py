"""Turns of speech around a choice, a preference and a content: 停不停 is 是否停, 含碘丰富的食物 is 高碘食物.

Pairs of a regular expression over normalized text and what it stands for, as in `phrases`.
"""

from __future__ import annotations

_NUTRIENT = "[^吃少多喝，。、：；的些类免含富高低\\d]{1,4}?"
_VERY = "(?:比较|较|很|特别|非常|偏)?"
_FOOD = "(?:的)?(?:东西|食物|食品|吃的)"
_ACTS = "停吃用打做换加减喝补开去拔拆洗切查测"

TURNS: tuple[tuple[str, str], ...] = (
    (rf"(?<![不合使服联同并单内外])([{_ACTS}])(?:药|针|饭|了)?(?:还是)?(?:不|别)\1", r"是否\1"),
    (
        r"(首选|优选|推荐|常用)的(?:药物?|治疗(?:方法|药物|方案)?|方法|检查|方案|措施|用药)?就?(?:是|为)(?!什么|哪|啥)",
        r"\1",
    ),
    (rf"(?:富?含有?|富)({_NUTRIENT})(?:量)?{_VERY}(?:丰富|高|多){_FOOD}", r"高\1食物"),
    (rf"富含?({_NUTRIENT}){_FOOD}", r"高\1食物"),
    (
        rf"(?<=[吃少多喝，。、：的些类免])({_NUTRIENT})(?:含量)?{_VERY}(?:丰富|高|多)(?:的)(?:东西|食物|食品)",
        r"高\1食物",
    ),
    (rf"含({_NUTRIENT})(?:量)?{_VERY}(?:少|低){_FOOD}", r"低\1食物"),
    (r"(?<![紧着])急(?=[查测检]|化验)", "紧急"),
    (r"酌(?=[减加增])", "酌情"),
    (r"一次性(?=[冲泡])", "一次"),
    (r"(?<=治疗|用药|服药)(?:之初|伊始)", "初期"),
    (r"[说讲]不(?:出|了)(?:来)?话(?:来)?", "不能说话"),
)
