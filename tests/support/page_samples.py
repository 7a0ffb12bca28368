"""Pages as a hospital would fill them: type-2 diabetes newly diagnosed, starting metformin.

The medical sentences restate public patient-education material and stand in for signed content in tests.
"""

from __future__ import annotations

import json
from dataclasses import replace

from chalicelib.pages import (
    AlarmPage,
    DiaryForm,
    GuideCard,
    GuidePage,
    GuidePiece,
    Option,
    ReminderForm,
    ShownFact,
    ShownNote,
    ShownQuestion,
    ShownVerdict,
    SignedSentence,
    SigningPage,
)
from chalicelib.pages.upkeep import BacklogPage, BacklogRow, KeyPointsPage, RecallCard, RecallsPage
from chalicelib.pages.wishes import Choice, LibraryEntry, LibraryPage, Wish, WishesPage
from chalicelib.pages.wishes import Option as Chosen
from narrowcast.domain.diary import Severity, Symptom

HOSPITAL = "仁和医院"
GUIDELINE = "中华医学会糖尿病学分会《中国2型糖尿病防治指南（2020年版）》"
DRUG_LABEL = "国家药品监督管理局 盐酸二甲双胍片说明书"
LABEL = "本内容由人工智能（AI）辅助生成，经仁和医院内分泌科王建国主任医师审核签发（2026年3月5日）"
AIGC = json.dumps(
    {
        "Label": "1",
        "ContentProducer": "renhe-hospital",
        "ProduceID": "content-7f3a",
        "ReservedCode1": "",
        "ContentPropagator": "renhe-hospital",
        "PropagateID": "guide-91c2",
        "ReservedCode2": "",
    }
)

SIGNING = SigningPage(
    hospital_name=HOSPITAL,
    department="内分泌科",
    title="开始服用二甲双胍：怎么吃，注意什么",
    form_name="图文",
    section_title="用药指导",
    sentences=(
        SignedSentence("下面几点，帮助您安全地开始服药。"),
        SignedSentence(
            "二甲双胍是2型糖尿病常用的起始药物，请按医生开具的剂量服用。",
            (ShownFact("若无禁忌证，二甲双胍是2型糖尿病患者控制高血糖的一线用药。", GUIDELINE, 2),),
        ),
        SignedSentence(
            "随餐或餐后服用，可以减轻恶心、腹泻等胃肠道不适。",
            (
                ShownFact("二甲双胍的主要不良反应为胃肠道反应。", GUIDELINE, 2),
                ShownFact("盐酸二甲双胍片随餐服用可减轻胃肠道反应。", DRUG_LABEL, 1),
            ),
        ),
        SignedSentence(
            "单独使用二甲双胍一般不会引起低血糖；与胰岛素或促胰岛素分泌剂合用时，低血糖风险会增加。",
            (
                ShownFact(
                    "单独使用二甲双胍不增加低血糖风险，与胰岛素或胰岛素促泌剂联合使用时可增加低血糖风险。", GUIDELINE, 2
                ),
            ),
        ),
        SignedSentence(
            "做增强CT等需要注射含碘造影剂的检查前，请告诉医生您正在服用二甲双胍。",
            (ShownFact("接受血管内注射碘化造影剂的患者应按医嘱暂停盐酸二甲双胍。", DRUG_LABEL, 1),),
        ),
    ),
    label=LABEL,
    document_hash="9f2c41d07ab8e35519c6d0f4b27e8a13c5d96e0218f7b4a3e6d1905c8b7f2a46",
    revision=3,
    tags=("2型糖尿病（E11）", "初诊", "开始服用二甲双胍", "18–79岁", "患者本人"),
    compliance=(
        ShownVerdict("患者指南", "通过"),
        ShownVerdict("医院公众号", "有提示", ("“一线用药”出现在药品名称附近：公众渠道请确认不构成推荐。",)),
    ),
    signer_name="王建国",
    signer_title="主任医师",
    other_channel="短信",
    masked_contact="138****0001",
    expires_text="2026年3月7日 18:00 前",
    aigc=AIGC,
)
SIGNING_AFTER_A_WRONG_CODE = replace(SIGNING, error="验证码不正确，还可尝试 4 次。")
SIGNING_CLOSED = replace(SIGNING, state="signed")


def _piece(
    title: str, *sentences: str, signer: tuple[str, str, str] = ("王建国", "主任医师", "内分泌科")
) -> GuidePiece:
    name, rank, department = signer
    label = f"本内容由人工智能（AI）辅助生成，经仁和医院{department}{name}{rank}审核签发（2026年3月5日）"
    return GuidePiece(title, sentences, name, rank, department, "2026年3月5日", label)


_DIETITIAN = ("林淑芬", "副主任医师", "临床营养科")

GUIDE = GuidePage(
    hospital_name=HOSPITAL,
    greeting="您好！这是您本次就诊后，医院为您准备的健康指南，共5部分。您可以慢慢看，也可以请家人一起看。",
    sections=(
        GuideCard(
            "disease",
            "疾病认知",
            (
                _piece(
                    "刚查出2型糖尿病，先弄清这几件事",
                    "2型糖尿病是一种需要长期管理的慢性病，血糖长期偏高会损害眼、肾、神经和血管。",
                    "通过健康饮食、规律运动、按医嘱用药和监测血糖，大多数人可以把血糖控制好。",
                    "多数非妊娠成年人的糖化血红蛋白控制目标是低于7%，您的目标请以医生制定的为准。",
                ),
            ),
        ),
        GuideCard(
            "medication",
            "用药指导",
            (
                _piece(
                    "开始服用二甲双胍：怎么吃，注意什么",
                    "二甲双胍是2型糖尿病常用的起始药物，请按医生开具的剂量服用。",
                    "随餐或餐后服用，可以减轻恶心、腹泻等胃肠道不适。",
                    "单独使用二甲双胍一般不会引起低血糖；与胰岛素或促胰岛素分泌剂合用时，低血糖风险会增加。",
                    "做增强CT等需要注射含碘造影剂的检查前，请告诉医生您正在服用二甲双胍。",
                ),
                _piece(
                    "出现低血糖时怎么办",
                    "心慌、手抖、出汗、饥饿感，可能是低血糖的表现。",
                    "有条件时立即测血糖；糖尿病患者血糖低于3.9 mmol/L即属于低血糖。",
                    "意识清楚时，可以口服15～20克糖类食品，15分钟后再测一次血糖。",
                ),
            ),
        ),
        GuideCard(
            "diet",
            "饮食建议",
            (
                _piece(
                    "一日三餐，这样安排",
                    "三餐定时定量，主食粗细搭配，多选全谷物和杂豆。",
                    "每天吃够新鲜蔬菜，少油少盐，每天食盐不超过5克。",
                    "不喝含糖饮料；水果放在两餐之间，少量吃。",
                    signer=_DIETITIAN,
                ),
            ),
        ),
        GuideCard(
            "exercise",
            "运动推荐",
            (
                _piece(
                    "从快走开始，每周150分钟",
                    "每周至少150分钟中等强度的有氧运动，例如每周5天、每次30分钟的快走。",
                    "运动中如果感到胸闷、头晕或心慌，请立即停下休息，并及时就医。",
                ),
            ),
        ),
        GuideCard(
            "followup",
            "复诊提醒",
            (
                _piece(
                    "什么时候复查，查什么",
                    "治疗初期，每3个月查一次糖化血红蛋白；达标后，每6个月查一次。",
                    "每年至少检查一次眼底、尿白蛋白和足部。",
                ),
            ),
        ),
    ),
    why="您在本次就诊中被诊断为2型糖尿病，并开始服用二甲双胍。医院根据诊断、治疗、就诊阶段和年龄段，从医师签发的内容中选出了这些部分。您同意过接收个性化健康教育，可以随时停止。",
    emergency_line="如遇紧急情况，请立即拨打120，或到最近的医院急诊就诊。仁和医院急诊电话：010-5550-0120。",
    aigc=AIGC,
)
GUIDE_WITH_ANSWERS = replace(GUIDE, answered={"disease": "understood", "medication": "questioned"})

_ASKED = ShownQuestion(
    "quiz-met", 1, 0, "医生一般会从小剂量开始、逐渐加量，请您", "自行加量、减量或停药。", ("应立即", "不要"), LABEL
)
_WHOLE = "医生一般会从小剂量开始、逐渐加量，请您不要自行加量、减量或停药。"
_MISSED = replace(_ASKED, number=1, chosen="应立即", answer=_WHOLE)
_KNOWN = replace(_ASKED, number=2, chosen="不要", right=True, answer=_WHOLE)
REMINDERS = (
    ReminderForm(
        "medication", "提醒我看用药指导", ("08:00", "20:00", "", ""), "2026-03-05", "2026-06-03", "2026-04-04"
    ),
    ReminderForm(
        "follow_up",
        "提醒我看复诊安排",
        ("08:00",),
        "2026-03-05",
        "2026-06-03",
        "2026-06-01",
        "已设：2026年6月1日 08:00",
    ),
)
DIARY = DiaryForm(
    "entry-1",
    tuple(Option(each, each.words) for each in Symptom),
    tuple(Option(each, each.words) for each in Severity),
    (ShownNote("2026年3月6日 09:12", "头晕（轻）", "早上起床时头有点晕，坐一会儿就好了。"),),
)
GUIDE_TO_USE = replace(
    GUIDE,
    sections=tuple(
        replace(card, why="选出这部分，是根据您这次就诊的诊断。内容由医生签发。")
        if card.section != "medication"
        else replace(
            card,
            why="选出这部分，是根据您这次就诊的诊断、您正在使用的药物。内容由医生签发。",
            asks=("有些内容需要先了解您的肾功能，没有放进来，请咨询医生。",),
            questions=(_ASKED, _MISSED, _KNOWN),
            hint="下面第一篇说得更简单，请先看它。",
        )
        for card in GUIDE.sections
    ),
    reminders=REMINDERS,
    diary=DIARY,
)
ALARM = AlarmPage(
    HOSPITAL,
    ("您记录的情况可能是紧急情况，请不要等医院回复。", "本院急诊电话：010-5550-0120。"),
    ("120", "010-5550-0120"),
    "../token",
)

RECALLS = RecallsPage(
    hospital_name="仁和医院",
    name="编辑 文静",
    recalls=(
        RecallCard(
            recall="met-meal.3",
            title="met-meal（事实更新）：事实已有新版本",
            state="等医生签发更正",
            harmful=True,
            counts=("停用内容 2 篇，涉及指南 214 份、患者 198 人", "已通知 0 人，待通知 0 人，未通知 0 人"),
            why=(),
            fact="现在的说法：二甲双胍缓释片应随晚餐服用。",
        ),
        RecallCard(
            recall="rehab-place.3",
            title="rehab-place（事实停用）：门诊搬迁",
            state="已全部处理",
            harmful=False,
            counts=("停用内容 1 篇，涉及指南 31 份、患者 30 人", "已通知 29 人，待通知 0 人，未通知 1 人"),
            why=("未通知：没有联系方式 1 人",),
            fact="停用前的说法：康复门诊在二楼。",
            proof="核对一致：日志中收到过的指南 31 份，已全部记录，没有多出",
        ),
    ),
)
BACKLOG = BacklogPage(
    hospital_name="仁和医院",
    name="编辑 文静",
    rows=(
        BacklogRow("gap-1b2c3d4e5f60", "指南缺少这部分", "饮食建议 I10", 214, "未处理", askable=True),
        BacklogRow(
            "expiring-1b2c3d4e5f6",
            "即将到期",
            "认识2型糖尿病",
            90,
            "已请医生提供要点，有效期至2026-12-31",
            askable=False,
        ),
    ),
)
KEY_POINTS = KeyPointsPage(
    hospital_name="仁和医院",
    need="指南缺少这部分",
    label="饮食建议 I10",
    section="饮食建议",
    codes="I10",
    other_channel="短信",
    kinds=(("guideline", "指南"), ("label", "药品说明书")),
    error="请填写四位数的年份",
    typed=dict.fromkeys(("text", "kind", "title", "publisher", "year", "locator", "valid_until"), ""),
)


WISHES = WishesPage(
    HOSPITAL,
    (
        Wish("personal_education", "个性化健康教育", given=True),
        Wish("reminders", "用药和复诊提醒", given=False),
        Wish("follow_up", "随访提问", given=False),
    ),
    (Chosen("at_once", "有新内容就告诉我", chosen=True), Chosen("weekly", "每周汇总一次", chosen=False)),
    "12:00",
    "14:00",
    "21:00到08:00",
    (Choice("literacy", "深浅", (Chosen("", "不限", chosen=True), Chosen("basic", "浅显易懂", chosen=False))),),
    "安静时段太长，没有可以联系您的时间",
)
LIBRARY = LibraryPage(
    HOSPITAL,
    (Chosen("renhe", "全部", chosen=True), Chosen("renhe?section=disease", "疾病认知", chosen=False)),
    (LibraryEntry("renhe/dm-know", "认识2型糖尿病", "疾病认知", "王建国 主任医师"),),
    "renhe?after=dm-know",
)
