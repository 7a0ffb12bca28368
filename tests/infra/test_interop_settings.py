from __future__ import annotations

import json
from typing import Any

import pytest

from infra.settings import Settings, SettingsError, cdk_context
from narrowcast.application.interop.profile import read_profiles

OWN: dict[str, Any] = {"organization": "1.2.3", "code_systems": {"1.2.4": "ICD-10"}, "ai_labels": ["AIAST"]}


def chosen(interop: dict[str, Any]) -> Settings:
    return Settings.of({**cdk_context()["narrowcast"], "interop": interop})


def test_what_a_hospital_chooses_is_what_the_api_reads() -> None:
    assert chosen({"renhe": OWN}).interop["renhe"].organization == "1.2.3"
    profile = read_profiles(json.dumps({"renhe": OWN}))["renhe"]
    assert (profile.organization, profile.system_of("1.2.4"), profile.ai_labels) == ("1.2.3", "ICD-10", ("AIAST",))


def test_a_choice_for_a_hospital_that_is_not_there_is_refused() -> None:
    with pytest.raises(SettingsError, match="kangning"):
        chosen({"kangning": OWN})


def test_a_hospital_that_chooses_nothing_gives_nothing_to_strangers() -> None:

    assert read_profiles("") == {}
