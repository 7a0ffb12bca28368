"""HL7 Infobutton requests (URL form), read strictly: codes in, nothing of a person, never a guess.

    mainSearchCriteria.v.c/.cs/.dn/.ot   what it is about: a code and its system, or a dictionary's own word for it
    subTopic.v.c                         which part of the subject (MeSH qualifiers)
    ageGroup.v.c, age.v.v, age.v.u       for which age
    informationRecipient                 PAT or PROV
    informationRecipient.languageCode.c  a language; all content is Simplified Chinese, and a feed says so
    knowledgeResponseType                text/xml (Atom) or application/json
    representedOrganization.id.root      the hospital's OID

Other parameters of the standard are taken and have no effect. What tells of a person refuses the request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from narrowcast.application.intake import icd10
from narrowcast.application.intake.cells import carries_identity, clean, is_clean
from narrowcast.application.interop.profile import ATC, ICD10, RXNORM, SNOMED, InteropProfile
from narrowcast.domain.codes import diagnoses, drugs
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import AgeBand, Section

LONGEST = 200
MOST_PARAMETERS = 60
ATOM, JSON = "text/xml", "application/json"
RESPONSE_TYPES = {
    "": ATOM,
    "text/xml": ATOM,
    "application/xml": ATOM,
    "application/atom+xml": ATOM,
    "application/json": JSON,
}
RECIPIENTS = frozenset({"PAT", "PROV"})
ORGANIZATION = "representedOrganization.id.root"

_PERSONAL = frozenset(
    [
        *("name", "given", "family", "n", "birthtime", "birthdate", "birthday", "dob"),
        *("id", "ssn", "mrn", "patientid", "personid", "idcard", "idnumber", "cardno"),
        *("telecom", "telephone", "tel", "phone", "mobile", "email", "mail", "addr", "address", "street"),
    ]
)
_ALLOWED_OF_PERSON = ("patientPerson.administrativeGenderCode",)
# `n` and `id` are also how the standard calls an organization's name and OID, which tell of nobody.
_ORGANIZATIONS = ("representedOrganization.", "holder.assignedEntity.representedOrganization.")
_ATC_FORM = re.compile(r"[ABCDGHJLMNPRSV][0-9]{2}[A-Z]{2}[0-9]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
_OID = re.compile(r"(?:urn:oid:)?[0-9]+(?:\.[0-9]+){2,}")
_AGE = re.compile(r"[0-9]{1,4}")
_YEARS = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365, "d": 1 / 365, "": 1.0}
_OLDEST = 150
_AGE_GROUPS = {
    "D007231": (AgeBand.CHILD,),
    "D007223": (AgeBand.CHILD,),
    "D002675": (AgeBand.CHILD,),
    "D002648": (AgeBand.CHILD,),
    "D000293": (AgeBand.CHILD, AgeBand.TEEN, AgeBand.YOUNG),
    "D055815": (AgeBand.YOUNG,),
    "D000328": (AgeBand.YOUNG,),
    "D008875": (AgeBand.MIDDLE,),
    "D000368": (AgeBand.OLDER, AgeBand.OLDEST),
    "D000369": (AgeBand.OLDEST,),
}
_SUB_TOPICS = {
    "Q000175": (Section.DISEASE,),
    "Q000209": (Section.DISEASE,),
    "Q000517": tuple(Section),
    "Q000628": (Section.MEDICATION, Section.DIET, Section.EXERCISE),
    "Q000188": (Section.MEDICATION,),
    "Q000009": (Section.MEDICATION,),
    "Q000008": (Section.MEDICATION,),
    "Q000178": (Section.DIET,),
    "Q000534": (Section.EXERCISE,),
}


class RequestMalformed(Refusal):
    """The request cannot be answered as it stands."""


class CriteriaMissing(Refusal):
    """The request does not say what it is about."""


class RequestTellsIdentity(Refusal):
    """The request carries something of a person; nothing of it is kept."""


class OrganizationUnknown(Refusal):
    """No hospital here has this OID."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked. `codes` (ICD-10) and `treatments` (ATC) are empty when no map knows what was named.

    `age_bands` None and `sections` None set no bound; `echo` are the coded criteria, to be repeated in the feed.
    """

    codes: tuple[str, ...]
    treatments: tuple[str, ...]
    age_bands: frozenset[AgeBand] | None
    sections: frozenset[Section] | None
    recipient: str
    language: str
    response_type: str
    echo: tuple[tuple[str, str], ...]


def organization_of(query: Mapping[str, str]) -> str:
    """Return the OID of the hospital that the request names, or an empty string; RequestMalformed."""
    oid = query.get(ORGANIZATION, "").strip()
    if oid and not (len(oid) <= LONGEST and _OID.fullmatch(oid)):
        raise RequestMalformed("医院的OID不合法", field=ORGANIZATION)
    return oid.removeprefix("urn:oid:")


def refuse_identity(query: Mapping[str, str]) -> None:
    """RequestTellsIdentity if a parameter is about a person, or a value looks like a person's number."""
    for name, value in query.items():
        if _is_personal(name) or carries_identity(clean(f"{name} {value}")):
            field = name if _is_personal(name) and is_clean(name) and len(name) <= LONGEST else "query"
            raise RequestTellsIdentity("请求不得包含姓名、出生日期、证件号等个人信息，请去掉后重试", field=field)


def _is_personal(name: str) -> bool:
    if name == ORGANIZATION or name.startswith(_ALLOWED_OF_PERSON) or name.startswith(_ORGANIZATIONS):
        return False
    parts = re.split(r"[.\[\]_-]", name)
    return parts[0] == "patientPerson" or bool(_PERSONAL & {part.lower() for part in parts})


def read_request(query: Mapping[str, str], profile: InteropProfile) -> Criteria:
    """Read the parameters; RequestTellsIdentity, CriteriaMissing or RequestMalformed names the one that is wrong."""
    refuse_identity(query)
    _refuse_excess(query)
    code, system = _text(query, "mainSearchCriteria.v.c"), _text(query, "mainSearchCriteria.v.cs")
    words = [text for key in ("dn", "ot") if (text := _text(query, f"mainSearchCriteria.v.{key}"))]
    if not (code or words):
        raise CriteriaMissing("请提供 mainSearchCriteria.v.c，或 .dn、.ot", field="mainSearchCriteria.v.c")
    codes, treatments = _meaning(code, profile.system_of(system) if system else "", known=bool(system), words=words)
    return Criteria(
        codes,
        treatments,
        _ages(query),
        _SUB_TOPIC_SECTIONS.get(_text(query, "subTopic.v.c")),
        _recipient(query),
        _language(query),
        _response_type(query),
        _echo(query),
    )


_SUB_TOPIC_SECTIONS = {code: frozenset(sections) for code, sections in _SUB_TOPICS.items()}


def _refuse_excess(query: Mapping[str, str]) -> None:
    if len(query) > MOST_PARAMETERS:
        raise RequestMalformed("参数过多", field="query")
    for name, value in query.items():
        if len(name) > LONGEST or len(value) > LONGEST or not is_clean(name + value):
            raise RequestMalformed("参数过长，或含有不允许的字符", field="query")


def _text(query: Mapping[str, str], name: str) -> str:
    return clean(query.get(name, ""))


def _meaning(code: str, system: str, *, known: bool, words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ICD-10 and ATC codes that are meant: by code and system, a bare code by its form, else by name."""
    if code:
        found = _of_system(code, system) if known else _of_form(code)
        if any(found) or not words:
            return found
    return _of_words(words)


def _of_system(code: str, system: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if system == ICD10:
        return _icd10(code), ()
    if system == ATC:
        return (), (code.upper(),) if _ATC_FORM.fullmatch(code.upper()) else ()
    if system == SNOMED:
        return _icd10(diagnoses.of_snomed(code)), ()
    if system == RXNORM:
        return (), tuple(filter(None, (drugs.of_rxnorm(code),)))
    return (), ()


def _of_form(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A bare code is a drug's if it has the form of ATC, else a diagnosis; the two forms exclude each other."""
    return _of_system(code, ATC if _ATC_FORM.fullmatch(code.upper()) else ICD10)


def _icd10(code: str) -> tuple[str, ...]:
    found = icd10.codes_in(code) if code else ()
    return found if len(found) == 1 and icd10.is_known(found[0]) else ()


def _of_words(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a dictionary's own word stands for; free text stands for nothing."""
    named = [code for word in words if (code := diagnoses.of_name(word))]
    taken = [atc for word in words if (atc := drugs.atc_of(word))]
    return (named[0],) if named else (), (taken[0],) if taken and not named else ()


def _ages(query: Mapping[str, str]) -> frozenset[AgeBand] | None:
    if group := _text(query, "ageGroup.v.c"):
        return frozenset(_AGE_GROUPS[group]) if group in _AGE_GROUPS else None
    value, unit = _text(query, "age.v.v"), _text(query, "age.v.u")
    if not value:
        return None
    if not _AGE.fullmatch(value) or unit not in _YEARS or int(value) * _YEARS[unit] > _OLDEST:
        raise RequestMalformed("年龄不合法", field="age.v.v")
    return frozenset({AgeBand.of_years(int(int(value) * _YEARS[unit]))})


def _recipient(query: Mapping[str, str]) -> str:
    """Return PAT unless a professional asks: whoever does not say gets what is for patients."""
    told = _text(query, "informationRecipient") or _text(query, "informationRecipient.v.c") or "PAT"
    if told not in RECIPIENTS:
        raise RequestMalformed("informationRecipient 只能是 PAT 或 PROV", field="informationRecipient")
    return told


def _language(query: Mapping[str, str]) -> str:
    told = _text(query, "informationRecipient.languageCode.c")
    return told if _LANGUAGE.fullmatch(told) else ""


def _response_type(query: Mapping[str, str]) -> str:
    told = _text(query, "knowledgeResponseType").lower()
    if told not in RESPONSE_TYPES:
        raise RequestMalformed(
            "knowledgeResponseType 只支持 text/xml 和 application/json", field="knowledgeResponseType"
        )
    return RESPONSE_TYPES[told]


_ECHOED = {
    "mainSearchCriteria.v.c": re.compile(r"[A-Za-z0-9.+*†/-]{1,32}"),
    "mainSearchCriteria.v.cs": _OID,
    "subTopic.v.c": re.compile(r"[A-Za-z0-9.-]{1,32}"),
    "subTopic.v.cs": _OID,
    "taskContext.c.c": re.compile(r"[A-Z]{1,20}"),
    "ageGroup.v.c": re.compile(r"D[0-9]{6}"),
    "informationRecipient": re.compile(r"PAT|PROV"),
}


def _echo(query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the criteria that are codes: words are not repeated, they may tell of somebody."""
    told = ((name, _text(query, name), form) for name, form in _ECHOED.items())
    return tuple((name, value) for name, value, form in told if value and form.fullmatch(value))
