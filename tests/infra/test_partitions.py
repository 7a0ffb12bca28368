"""The same app for AWS and for AWS China."""

from __future__ import annotations

import json
import re

import pytest

from infra.settings import SettingsError
from tests.support.templates import CHINA, STAFF_AUTHORIZER, Template, settings

# A service's principal is written the same in every partition.
PRINCIPAL = re.compile(r'"(Service|Principal)": "[\w.-]+\.amazonaws\.com"')
NOT_IN_CHINA = ("AWS::Cognito::", "AWS::SES::", "AWS::Bedrock::", "AWS::WAFv2::")
ABSENT_ACTIONS = ("bedrock:", "ses:", "sns:Publish", "cognito-idp:")


def text_of(template: Template) -> str:
    return PRINCIPAL.sub("", json.dumps(template.body))


def test_no_template_names_a_partition_or_a_region(
    stacks: tuple[Template, Template], stacks_in_china: tuple[Template, Template]
) -> None:
    for template in stacks:
        assert not re.findall(r"arn:aws|amazonaws\.com|us-east-1|cn-north", text_of(template))
    for template in stacks_in_china:
        assert not re.findall(r"arn:aws:|amazonaws\.com(?!\.cn)|us-east-1", text_of(template))


def test_china_gets_nothing_that_is_not_offered_there(stacks_in_china: tuple[Template, Template]) -> None:
    for template in stacks_in_china:
        kinds = {entry["Type"] for entry in template.body["Resources"].values()}
        policies = json.dumps([entry["Properties"] for entry in template.of_type("AWS::IAM::Policy").values()])

        assert not [kind for kind in kinds if kind.startswith(NOT_IN_CHINA)]
        assert not [action for action in ABSENT_ACTIONS if f'"{action}' in policies]


def test_staff_in_china_come_with_the_hospitals_own_sign_on(stacks_in_china: tuple[Template, Template]) -> None:
    authorizer = stacks_in_china[1].starting_with("AWS::ApiGateway::Authorizer", "HttpStaff")["Properties"]

    assert authorizer["Type"] == "TOKEN"
    assert STAFF_AUTHORIZER in json.dumps(authorizer["AuthorizerUri"])


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"mail": True}, "mail"),
        ({"sms": True}, "sms"),
        ({"staff_authorizer_arn": ""}, "staff_authorizer_arn"),
        ({"drafter": {"kind": "bedrock", "model": "m-1"}}, "drafter.kind"),
        ({"reviewer": {"kind": "bedrock", "model": "m-1"}}, "reviewer.kind"),
        ({"chooser": {"kind": "bedrock", "model": "m-1"}}, "chooser.kind"),
    ],
)
def test_asking_china_for_what_it_lacks_is_refused_by_name(wrong: dict[str, object], hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        settings({**CHINA, **wrong})
