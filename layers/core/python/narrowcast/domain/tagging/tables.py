"""The words by which facts name whom they are not for, and what they advise: data to be reviewed, no behaviour.

Patterns are searched within one clause. Where two lines could match, both count.
"""

from __future__ import annotations

from narrowcast.domain.vocabulary import Advice, AgeBand, Bar, RenalClass

FORBIDS = (
    r"禁用|忌用|禁忌|禁止|慎用|不适用|不适合|不适宜|不宜|不得用于|不得使用|不得合用|不能用|不能使用|不能合用|不可用|"
    r"不可合用|不应使用|不应合用|不用于|不推荐.{0,8}使用|除外|不(?:得|能|可|应).{0,14}(?:合用|同服|同用|联用)"
)
"""Words by which a fact keeps somebody from what it speaks of. 避免 and 不要 are advice to the reader and not here."""

GROUPS: tuple[tuple[Bar, str, str], ...] = (
    (Bar.PREGNANCY, "", r"孕妇|孕期|妊娠|怀孕|备孕"),
    (Bar.RENAL, RenalClass.DIALYSIS, r"透析"),
    (Bar.RENAL, RenalClass.SEVERE, r"(?:严重|重度|中重度)(?:的)?(?:肾功能|肾脏|肾)|肾功能?衰竭|肾衰|尿毒症"),
    (Bar.RENAL, RenalClass.SEVERE, r"(?:eGFR|肾小球滤过率).{0,8}(?:低于|小于|不足|<|＜)\s*(?:15|30)(?!\d)"),
    (Bar.RENAL, RenalClass.REDUCED, r"(?:eGFR|肾小球滤过率).{0,8}(?:低于|小于|不足|<|＜)\s*(?:45|60|90)(?!\d)"),
    (Bar.RENAL, RenalClass.REDUCED, r"(?<!严重)(?<!重度)(?<!严重的)肾脏?(?:功能)?(?:不全|减退|受损|损害)|肾脏?病"),
    (Bar.AGE, AgeBand.CHILD, r"儿童|小儿|婴幼?儿|未成年|18岁以下|不满18岁|14岁以下"),
    (Bar.AGE, AgeBand.TEEN, r"青少年|未成年|18岁以下|不满18岁"),
    (Bar.AGE, AgeBand.OLDER, r"老年|老人|65岁及?以上"),
    (Bar.AGE, AgeBand.OLDEST, r"老年|老人|高龄|65岁及?以上|80岁及?以上"),
)
"""Whom a clause forbids what it speaks of."""

ONLY_WITHOUT: tuple[tuple[Bar, str, str], ...] = (
    (Bar.PREGNANCY, "", r"非(?:妊娠|孕)|未(?:怀孕|妊娠)|没有怀孕"),
    (Bar.RENAL, RenalClass.REDUCED, r"肾功能正常|无肾(?:脏)?(?:功能|病)|没有肾脏?病"),
    (Bar.AGE, AgeBand.OLDEST, r"80岁以下"),
    (Bar.AGE, AgeBand.OLDER, r"65岁以下|非老年"),
    (Bar.AGE, AgeBand.OLDEST, r"65岁以下|非老年"),
)
"""For whom alone a statement holds, by whom it leaves out: in its text, its conditions and its population."""

GROWN_UP = r"(?<!未)成年|成人"
"""A population of grown-ups leaves out children."""
ABOUT_PREGNANCY = r"(?<!非)(?<!未)(?:孕妇|孕期|妊娠|怀孕|产妇|哺乳)"
"""A population that is pregnant is whom the statement is for."""
TOGETHER = r"合用|同服|同用|联用|一起(?:服|吃|用)"
ALLERGIC = r"对?([一-龥]{2,10}?)(?:类)?(?:药物?)?过敏"

ADVICE: tuple[tuple[Advice, str], ...] = (
    (Advice.EXERTION, r"高强度|剧烈运动|冲刺|间歇训练|大重量|快跑|马拉松"),
    (Advice.EXERCISE_FASTING, r"(?:空腹|早餐前|饭前).{0,6}(?:运动|锻炼|快走|跑步|晨练)"),
    (Advice.POTASSIUM, r"低钠盐|富含钾|含钾高|高钾(?!血症)|补钾(?!前)|香蕉"),
    (Advice.PROTEIN, r"高蛋白|(?:多吃|增加|补充|足够的?).{0,6}蛋白"),
    (Advice.FLUIDS, r"多(?:喝|饮)(?:些|点)?水|大量饮水|饮水.{0,8}(?:2000|2500|3000)"),
    (Advice.PURINES, r"(?:多吃|常吃|适量吃|补充|可以吃).{0,12}(?:动物内脏|动物肝脏?|猪肝|海鲜|贝类|浓肉汤)"),
    (Advice.VITAMIN_K, r"多吃.{0,12}(?:菠菜|西兰花|绿叶(?:蔬)?菜|深色蔬菜)"),
    (Advice.GRAPEFRUIT, r"西柚|葡萄柚|柚子"),
)
"""What a clause advises, unless a word of WARNS stands before it."""
WARNS = r"不|勿|避免|限制|减少|少吃|少喝|控制|禁|忌|慎|先问|咨询|如果|若|高危"
