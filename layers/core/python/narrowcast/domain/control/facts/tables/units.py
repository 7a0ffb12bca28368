"""Units of measure: the dimension each measures, how many of the dimension's base it is, and how it is written."""

from __future__ import annotations

UNITS = """
mass 1 g 克
mass 1/1000 mg 毫克
mass 1/1000000 μg ug mcg 微克
mass 1/1000000000 ng 纳克
mass 1/1000000000000 pg 皮克
mass 1000 kg 千克 公斤
mass 500 斤
mass 50 两
volume 1000 l 升 公升
volume 100 dl 分升
volume 1 ml 毫升 cc
volume 1/1000 μl 微升
iu 1 iu u axaiu 抗xaiu 单位 国际单位 个单位 个国际单位
iu 1/1000 miu mu 毫国际单位 毫单位
iu 1/1000000 μiu uiu μu 微国际单位 微单位
iu 10000 万单位 万iu 万u
片 1 片 药片
粒 1 粒 颗 枚
支 1 支
袋 1 袋 包
丸 1 丸
滴 1 滴
喷 1 喷 揿 下 吸
贴 1 贴
瓶 1 瓶
勺 1 勺
杯 1 杯
碗 1 碗
个 1 个 只
份 1 份
块 1 块
根 1 根
步 1 步
步 10000 万步
针 1 针 剂
组 1 组
度 1 °c 摄氏度 度 °
energy 1 kcal 千卡 大卡
energy 100/418 kj 千焦
pressure 1 mmhg 毫米汞柱 毫米水银柱 毫米水银 个毫米汞柱
pressure 75/10 kpa 千帕
pressure 7356/10000 cmh2o 厘米水柱
amount 1 mol 摩尔
amount 1/1000 mmol 毫摩尔 毫摩
amount 1/1000000 μmol umol 微摩尔 微摩
amount 1/1000000000 nmol 纳摩尔 纳摩
amount 1/1000000000000 pmol 皮摩尔
equivalent 1 meq 毫当量
cells 1000000000 ×10^9 ×109 ×10^9个 ×109个 ×10的9次方 ×10的九次方
cells 1000000000000 ×10^12 ×1012 ×10^12个 ×1012个 ×10的12次方 ×10的十二次方
percent 1 % 个百分点 百分点
percent 10 成
length 1 cm 厘米 公分
length 1/10 mm 毫米
length 100 m 米
length 100000 km 公里 千米
gfr 1 ml/min/1.73m2 ml/(min1.73m2) ml/min/1.73㎡ ml/min/1.73平方米 毫升/分/1.73平方米 毫升/分钟/1.73平方米
clearance 1 ml/min 毫升/分 毫升/分钟 ml/分 ml/分钟 毫升/min
kg/m2 1 kg/m2 千克/平方米 公斤/平方米 千克每平方米
met 1 met mets 梅脱
fold 1 倍
second 1 秒 秒钟 s
second 60 分钟 分 min
second 900 刻钟 一刻
second 3600 小时 个小时 h 钟头 个钟头 个多小时 hr
second 86400 天 日 d 昼夜 天一夜
clock 1 点钟
晚 1 晚 个晚上 个夜晚
second 604800 周 星期 个星期 礼拜 个礼拜 w
month 1 个月 月 月龄 个月龄
month 3 个季度 季度
month 12 年 岁 周岁
times 1 次 回 遍 趟
type 1 型
stage 1 期
grade 1 级
餐 1 餐 顿
项 1 项 点 条 方面 类 种 步骤
人 1 人 例 名 位
层 1 层 格
"""

PER = """
kg 1 kg 公斤体重 千克体重 kg体重 公斤 千克
volume 1000 l 升 公升
volume 100 dl 分升
volume 1 ml 毫升
volume 1/1000 μl ul 微升
m2 1 m2 平方米 平方米体表面积
"""
"""What an amount may be meant per, so that its unit is one per another: 毫克/公斤, 毫摩尔/升."""
PER_WHAT = frozenset({"mass", "volume", "iu", "energy", "amount", "equivalent", "cells", "个"})
"""Dimensions whose units may be meant per something."""

DOSES = frozenset(
    {
        "mass",
        "volume",
        "iu",
        "片",
        "粒",
        "支",
        "袋",
        "丸",
        "滴",
        "喷",
        "贴",
        "瓶",
        "勺",
        "杯",
        "针",
        "mass/kg",
        "volume/kg",
        "iu/kg",
        "mass/m2",
        "iu/m2",
    }
)
TIME = frozenset({"second", "month"})
COUNTED = frozenset({"times", "个", "项", "人", "份", "组", "餐", "number", "percent", "fold"})
UNITLESS_NEVER = DOSES | TIME | COUNTED
"""Dimensions whose unit is never left out: a dose, a time and a count, other than a reading."""

AGES = frozenset({"岁", "周岁", "月龄", "个月龄"})
"""Units of age: what they bound is whom something is for."""
WEIGHTS = frozenset({"kg", "公斤", "千克"})
"""What people weigh, and no medicine does."""
