"""The closed word lists that content, facts and visits share.

A word that is not here is refused at the edge; a new word is a change of this file, reviewed like one.
"""

from __future__ import annotations

from enum import StrEnum


class Section(StrEnum):
    """The five parts of a guide, in the order a patient reads them."""

    DISEASE = "disease"
    MEDICATION = "medication"
    DIET = "diet"
    EXERCISE = "exercise"
    FOLLOWUP = "followup"

    @property
    def heading(self) -> str:
        """The heading on the patient's page."""
        return _SECTION_HEADINGS[self]


_SECTION_HEADINGS = {
    Section.DISEASE: "疾病认知",
    Section.MEDICATION: "用药指导",
    Section.DIET: "饮食建议",
    Section.EXERCISE: "运动推荐",
    Section.FOLLOWUP: "复诊提醒",
}


class Form(StrEnum):
    """The shape a piece is written in."""

    ARTICLE = "article"
    QA = "qa"
    VIDEO_SCRIPT = "video_script"
    POST = "post"
    EMERGENCY = "emergency"
    HANDOFF = "handoff"
    VISIT_PREPARATION = "visit_preparation"
    PROCEDURE = "procedure"
    GLOSSARY = "glossary"
    SERVICE = "service"
    SCRIPT = "script"
    CORRECTION = "correction"
    QUIZ = "quiz"

    @property
    def for_guides(self) -> bool:
        """Whether a piece of this form may stand in a guide; the others are said when somebody asks."""
        return self in (Form.ARTICLE, Form.QA, Form.VIDEO_SCRIPT, Form.POST, Form.VISIT_PREPARATION, Form.PROCEDURE)


class Stage(StrEnum):
    """Where the patient stands in the illness when the visit happens."""

    FIRST_DIAGNOSIS = "first_diagnosis"
    TREATMENT_START = "treatment_start"
    FOLLOW_UP = "follow_up"
    INPATIENT = "inpatient"
    PRE_OP = "pre_op"
    POST_OP = "post_op"
    DISCHARGE = "discharge"
    REHABILITATION = "rehabilitation"


class Audience(StrEnum):
    """Who reads."""

    PATIENT = "patient"
    CARER = "carer"


class AgeBand(StrEnum):
    """Age as coarse as the guide needs it: nothing finer enters the log (law 6)."""

    CHILD = "0-13"
    TEEN = "14-17"
    YOUNG = "18-44"
    MIDDLE = "45-64"
    OLDER = "65-79"
    OLDEST = "80+"

    @classmethod
    def of_years(cls, years: int) -> AgeBand:
        """Return the band of an age in completed years (0 or more)."""
        uppers = ((14, cls.CHILD), (18, cls.TEEN), (45, cls.YOUNG), (65, cls.MIDDLE), (80, cls.OLDER))
        return next((band for upper, band in uppers if years < upper), cls.OLDEST)


class Sex(StrEnum):
    """Administrative sex as the HIS gives it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Risk(StrEnum):
    """What a mistake in the fact would touch."""

    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"
    MEDICATION = "medication"
    SAFETY = "safety"
    LIFESTYLE = "lifestyle"
    GENERAL = "general"

    @property
    def high(self) -> bool:
        """Whether one doctor alone must not both write and sign it."""
        return self not in (Risk.LIFESTYLE, Risk.GENERAL)


class SourceKind(StrEnum):
    """What kind of public document a fact comes from."""

    GUIDELINE = "guideline"
    LABEL = "label"
    CONSENSUS = "consensus"
    ARTICLE = "article"


class Channel(StrEnum):
    """How a message reaches a person."""

    MAIL = "mail"
    SMS = "sms"
    APP = "app"
    WECHAT = "wechat"


class Purpose(StrEnum):
    """What a patient's consent is for: one each, kept apart from the consent to treatment (PIPL art. 29)."""

    PERSONAL_EDUCATION = "personal_education"
    REMINDERS = "reminders"
    FOLLOW_UP = "follow_up"

    @property
    def words(self) -> str:
        """The purpose as people say it."""
        return _PURPOSES[self]


_PURPOSES = {
    Purpose.PERSONAL_EDUCATION: "个性化健康教育",
    Purpose.REMINDERS: "用药和复诊提醒",
    Purpose.FOLLOW_UP: "随访提问",
}


class Urgency(StrEnum):
    """How a message stands to the patient's wish for quiet."""

    ROUTINE = "routine"
    """Keeps to budget, quiet hours and the rhythm that the patient chose."""
    REMINDER = "reminder"
    """Comes when the patient herself asked for it."""
    CORRECTION = "correction"
    """Takes back what a guide told in error: needs no place in the budget, and waits for the morning."""
    RECALL = "recall"
    """Takes back what medicine no longer holds: by the risk of what was told."""


class Frequency(StrEnum):
    """How often a patient wants to hear of what is not urgent."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


class Basis(StrEnum):
    """On what ground a message goes to a patient."""

    CONSENT = "consent"
    SAFETY_DUTY = "safety_duty"
    """Something dangerous was told and must be taken back, whatever she wishes to be taught (PIPL art. 13(4))."""


class ForgettingReason(StrEnum):
    """Why a patient's data are deleted (PIPL art. 47): a closed list, for free text could name somebody."""

    PATIENT_REQUEST = "patient_request"
    GUARDIAN_REQUEST = "guardian_request"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    PURPOSE_FULFILLED = "purpose_fulfilled"
    RETENTION_EXPIRED = "retention_expired"
    RECORDED_IN_ERROR = "recorded_in_error"
    UNLAWFUL_PROCESSING = "unlawful_processing"
    AUTHORITY_ORDER = "authority_order"

    @property
    def words(self) -> str:
        """The reason as people say it."""
        return _FORGETTING_REASONS[self]


_FORGETTING_REASONS = {
    ForgettingReason.PATIENT_REQUEST: "本人要求",
    ForgettingReason.GUARDIAN_REQUEST: "监护人要求",
    ForgettingReason.CONSENT_WITHDRAWN: "撤回同意",
    ForgettingReason.PURPOSE_FULFILLED: "目的已实现",
    ForgettingReason.RETENTION_EXPIRED: "保存期限届满",
    ForgettingReason.RECORDED_IN_ERROR: "误录",
    ForgettingReason.UNLAWFUL_PROCESSING: "违法处理",
    ForgettingReason.AUTHORITY_ORDER: "主管部门要求",
}


class DiagnosisStatus(StrEnum):
    """How sure the hospital is of a diagnosis."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    REFUTED = "refuted"
    ENTERED_IN_ERROR = "entered_in_error"


class RenalClass(StrEnum):
    """How well the kidneys work, as coarse as a fact's condition needs it (eGFR in mL/min/1.73 m²)."""

    NORMAL = "normal"
    REDUCED = "reduced"
    SEVERE = "severe"
    DIALYSIS = "dialysis"


class Literacy(StrEnum):
    """How much a reader wants to take in: a piece names the level that it is written for."""

    BASIC = "basic"
    STANDARD = "standard"
    DETAILED = "detailed"


class Style(StrEnum):
    """How a piece speaks, whatever its form."""

    PLAIN = "plain"
    QUESTIONS = "questions"
    STEPS = "steps"
    STORY = "story"


class Custom(StrEnum):
    """Ways of eating and living that advice must respect."""

    HALAL = "halal"
    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"


class Language(StrEnum):
    """What a piece is written in (BCP 47)."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    TIBETAN = "bo"
    UYGHUR = "ug"
    MONGOLIAN = "mn"
    ENGLISH = "en"


class Step(StrEnum):
    """A step of a course of treatment, reached on a day that the visit's record gives."""

    PRE_OP = "pre_op"
    POST_OP_DAY_1 = "post_op_day_1"
    POST_OP_DAY_3 = "post_op_day_3"
    POST_OP_DAY_7 = "post_op_day_7"
    DISCHARGE = "discharge"
    MONTH_1 = "month_1"
    MONTH_3 = "month_3"


class Bar(StrEnum):
    """What may keep a piece from a patient for whom it might be harmful."""

    PREGNANCY = "pregnancy"
    RENAL = "renal"
    ALLERGY = "allergy"
    AGE = "age"
    DRUG = "drug"
    PROCEDURE = "procedure"


class Advice(StrEnum):
    """What a piece advises that does not go with every other illness or drug."""

    EXERTION = "exertion"
    EXERCISE_FASTING = "exercise_fasting"
    POTASSIUM = "potassium"
    PROTEIN = "protein"
    FLUIDS = "fluids"
    PURINES = "purines"
    VITAMIN_K = "vitamin_k"
    GRAPEFRUIT = "grapefruit"
