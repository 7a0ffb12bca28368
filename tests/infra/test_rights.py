"""Who may do what, read from the policies of the template and not from the page they are made of."""

from __future__ import annotations

import re

import pytest

from infra.stacks.functions import On, plans
from tests.support.templates import Right, Template, listed, rights_of, settings, written

FUNCTIONS = sorted(plans(settings()))
MODEL = {"model": "m-1", "endpoint": "https://models.example/v1", "secret_arn": "arn:secret"}
WRITERS = set(FUNCTIONS) - {"authorize_client", "project_events", "seal_log"}
# Where AWS knows no narrower resource, or the names below a resource are made at run time.
WILDCARDS = [
    ("api", "s3:PutObject", r".*AssetBucket.*/refused/\*"),
    ("api", "s3:GetObject", r".*AssetBucket.*/codes/\*"),
    ("api", "es:ESHttp(Get|Post)", r".*SearchDomain.*/content(/|-)\*"),
    ("assemble_guide", "es:ESHttp(Get|Post)", r".*SearchDomain.*/content(/|-)\*"),
    ("project_events", "es:ESHttp(Get|Post|Put)", r".*SearchDomain.*/content(/|-)\*"),
    ("dispatch_events", "s3:(Get|Delete)ObjectVersion", r".*AssetBucket.*/refused/\*"),
    ("reconcile_workflows", "s3:(Get|Delete)ObjectVersion", r".*AssetBucket.*/refused/\*"),
    ("seal_log", "s3:(Get|Put)Object", r".*RootBucket.*/\*"),
    ("reconcile_workflows", "es:ESHttp(Get|Post|Put)", r".*SearchDomain.*/content(/|-)\*"),
    ("project_events", "dynamodb:ListStreams", r"\*"),
    ("dispatch_events", "dynamodb:ListStreams", r"\*"),
    ("dispatch_events", "sns:Publish", r"\*"),
    ("dispatch_events", "scheduler:(Create|Delete)Schedule", r".*:schedule/.*/\*"),
    ("reconcile_workflows", "scheduler:(Create|Delete)Schedule", r".*:schedule/.*/\*"),
    ("reconcile_workflows", "sns:Publish", r"\*"),
]


def allowed(service: Template, function: str) -> set[Right]:
    return {right for right in service.rights(function) if right.effect == "Allow"}


def holders(service: Template, action: str, resource: str) -> set[str]:
    return {
        function
        for function in FUNCTIONS
        for right in allowed(service, function)
        if right.action == action and resource in right.resource
    }


def test_only_who_decides_something_may_append_to_the_log(service: Template) -> None:
    assert holders(service, "dynamodb:PutItem", "EventLogTable") == WRITERS


def test_nobody_may_change_or_delete_an_event(service: Template) -> None:
    actions = {
        right.action
        for function in FUNCTIONS
        for right in allowed(service, function)
        if "EventLogTable" in right.resource and "Stream" not in right.resource
    }

    assert actions == {"dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"}


def test_who_seals_the_log_can_neither_write_it_nor_sign_for_a_doctor(service: Template) -> None:
    assert holders(service, "kms:Sign", "SealKey") == {"seal_log"}
    assert holders(service, "s3:PutObject", "RootBucket") == {"seal_log"}
    assert holders(service, "dynamodb:Scan", "EventLogTable") == {"seal_log"}


def test_nobody_may_lift_the_lock_of_a_root(service: Template) -> None:
    on_roots = {
        right.action for name in FUNCTIONS for right in allowed(service, name) if "RootBucket" in right.resource
    }
    assert on_roots == {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}


def test_no_function_scans_or_deletes_rows(service: Template) -> None:
    assert holders(service, "dynamodb:Scan", "ReadTable") == set()
    assert holders(service, "dynamodb:DeleteItem", "ReadTable") == set()
    assert holders(service, "dynamodb:PutItem", "ReadTable") == {"project_events", "reconcile_workflows"}


def test_a_consumer_parks_and_only_upkeep_takes_off_the_list(service: Template) -> None:
    assert holders(service, "dynamodb:UpdateItem", "ParkedTable") == {"project_events", "dispatch_events"}
    assert holders(service, "dynamodb:DeleteItem", "ParkedTable") == {"reconcile_workflows"}


def test_only_the_api_may_sign(service: Template) -> None:
    assert holders(service, "kms:Sign", "SigningKey") == {"api"}


def test_only_the_api_reads_the_hospitals_own_codes_and_may_use_the_key_they_are_under(
    service: Template, data: Template
) -> None:
    codes = {right for name in FUNCTIONS for right in allowed(service, name) if "/codes/" in right.resource}
    bucket = data.starting_with("AWS::S3::Bucket", "AssetBucket")["Properties"]["BucketEncryption"]
    rule = bucket["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
    key = data.starting_with("AWS::KMS::Key", "DataKey")["Properties"]["KeyPolicy"]
    decrypting = [each for each in key["Statement"] if "kms:Decrypt" in listed(each["Action"])]

    assert {right.action for right in codes} == {"s3:GetObject"}
    assert holders(service, "s3:GetObject", "/codes/*") == {"api"}
    assert written(rule["KMSMasterKeyID"]).startswith("<DataKey")
    assert [each["Principal"] for each in decrypting] == [{"AWS": "*"}]


def test_who_shows_or_publishes_can_verify(service: Template) -> None:
    verifying = {"api", "publish_content", "assemble_guide", "remind_patient"}

    assert holders(service, "kms:GetPublicKey", "SigningKey") == verifying


def test_only_the_api_writes_contacts_and_only_who_reaches_people_reads_them(service: Template) -> None:
    assert holders(service, "dynamodb:PutItem", "VaultTable") == {"api"}
    assert holders(service, "kms:GenerateDataKey", "VaultKey") == {"api"}
    reaching = {"api", "push_guide", "release_pushes", "remind_patient", "push_corrections"}
    reaching |= {"dispatch_events", "reconcile_workflows"}
    assert holders(service, "kms:Decrypt", "VaultKey") == reaching


def test_only_who_carries_events_out_forgets_anybody(service: Template) -> None:
    forgetting = {"dispatch_events", "reconcile_workflows"}

    assert holders(service, "dynamodb:DeleteItem", "VaultTable") == forgetting
    assert holders(service, "s3:DeleteObjectVersion", "AssetBucket") == forgetting
    assert holders(service, "dynamodb:PutItem", "KeysTable") == {"api", "erase_conversations", *forgetting}
    assert holders(service, "dynamodb:DeleteItem", "KeysTable") == set()


def test_only_who_carries_events_out_sends_anything(service: Template) -> None:
    sending = {"dispatch_events", "reconcile_workflows"}

    assert holders(service, "ses:SendEmail", "identity/<MailSender>") == sending
    assert holders(service, "sns:Publish", "*") == sending
    assert holders(service, "states:StartExecution", "stateMachine:") == sending


def test_an_sms_right_reaches_no_topic(service: Template) -> None:
    denied = {right for right in service.rights("dispatch_events") if right.effect == "Deny"}

    assert denied == {Right("Deny", "sns:Publish", "arn:<AWS::Partition>:sns:*:*:*")}


def test_the_drafting_function_reaches_the_log_and_nothing_else(service: Template) -> None:
    reached = {right.resource for right in allowed(service, "generate_draft") if not right.action.startswith("logs:")}

    assert len(reached) == 1
    assert "EventLogTable" in reached.pop()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_allows_what_the_page_says_and_its_own_log(service: Template, function: str) -> None:
    planned = {action for actions in plans(settings())[function].rights.values() for action in actions}
    given = {right.action for right in allowed(service, function)}

    logs = {action for action in given if action.startswith("logs:")}
    assert logs == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert {action.partition(":")[2] for action in given - logs} == planned


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_role_of_its_own(service: Template, function: str) -> None:
    roles = [written(properties["Role"]) for properties in service.properties("AWS::Lambda::Function")]

    assert roles.count(written(service.function(function)["Role"])) == 1


def test_every_wildcard_has_its_reason(service: Template) -> None:
    unexplained = [
        (function, right)
        for function in FUNCTIONS
        for right in allowed(service, function)
        if "*" in right.resource + right.action and not _explained(function, right)
    ]

    assert unexplained == []


def _explained(function: str, right: Right) -> bool:
    return any(
        function == name and re.fullmatch(action, right.action) and re.fullmatch(resource, right.resource)
        for name, action, resource in WILDCARDS
    )


def test_a_workflow_invokes_its_own_functions_and_none_besides(service: Template) -> None:
    for workflow, functions in (("ContentProduction", 10), ("GuideDelivery", 4), ("ContentRecall", 4)):
        policy = service.starting_with("AWS::IAM::Policy", f"{workflow}MachineRoleDefaultPolicy")
        rights = [right for right in rights_of(policy["Properties"]["PolicyDocument"]) if "lambda:" in right.action]

        assert len(rights) == functions
        assert all(right.action == "lambda:InvokeFunction" and "*" not in right.resource for right in rights)


@pytest.mark.parametrize(
    ("use", "kind", "on", "action", "function"),
    [
        ("drafter", "bedrock", On.DRAFTER_MODEL, "InvokeModel", "generate_draft"),
        ("drafter", "openai", On.DRAFTER_SECRET, "GetSecretValue", "generate_draft"),
        ("reviewer", "bedrock", On.REVIEWER_MODEL, "InvokeModel", "check_facts"),
        ("reviewer", "openai", On.REVIEWER_SECRET, "GetSecretValue", "check_facts"),
    ],
)
def test_a_model_is_reached_by_the_one_function_that_uses_it(
    use: str, kind: str, on: On, action: str, function: str
) -> None:
    chosen, usual = plans(settings({use: MODEL | {"kind": kind}})), plans(settings())

    assert {name for name, plan in chosen.items() if on in plan.rights} == {function}
    assert chosen[function].rights == {**usual[function].rights, on: (action,)}


@pytest.mark.parametrize(
    ("kind", "on", "action"),
    [("bedrock", On.EMBEDDER_MODEL, "InvokeModel"), ("openai", On.EMBEDDER_SECRET, "GetSecretValue")],
)
def test_an_embedder_is_reached_by_those_that_search_or_index(kind: str, on: On, action: str) -> None:
    chosen = plans(settings({"embedder": MODEL | {"kind": kind}}))

    assert {name for name, plan in chosen.items() if on in plan.rights} == {
        "api",
        "project_events",
        "reconcile_workflows",
    }
    assert chosen["api"].rights[on] == (action,)


@pytest.mark.parametrize(
    ("kind", "on", "action"),
    [("bedrock", On.CHOOSER_MODEL, "InvokeModel"), ("openai", On.CHOOSER_SECRET, "GetSecretValue")],
)
def test_a_chooser_is_reached_by_the_api_alone_and_named_to_it(kind: str, on: On, action: str) -> None:
    usual, chosen = plans(settings()), plans(settings({"chooser": MODEL | {"kind": kind}}))

    assert {name for name, plan in chosen.items() if on in plan.rights} == {"api"}
    assert chosen["api"].rights == {**usual["api"].rights, on: (action,)}
    assert set(chosen["api"].variables) - set(usual["api"].variables) == {
        "CHOOSER",
        "CHOOSER_MODEL",
        "CHOOSER_ENDPOINT",
    }


def test_a_chooser_is_told_its_model_and_may_ask_that_one_alone(service_with_models: Template) -> None:
    models = {right for right in allowed(service_with_models, "api") if right.action.startswith("bedrock:")}
    variables = service_with_models.function("api")["Environment"]["Variables"]

    assert models == {
        Right("Allow", "bedrock:InvokeModel", "arn:<AWS::Partition>:bedrock:<AWS::Region>::foundation-model/m-1")
    }
    assert (variables["CHOOSER"], variables["CHOOSER_MODEL"]) == ("bedrock", "m-1")


def test_who_erases_words_can_destroy_keys_and_open_none(service: Template) -> None:
    actions = {right.action for right in allowed(service, "erase_conversations") if "KeysTable" in right.resource}

    assert actions == {"dynamodb:PutItem"}
    assert not [right for right in allowed(service, "erase_conversations") if right.action.startswith("kms:")]


def test_a_reviewer_is_named_to_its_function_which_may_ask_that_model_alone(service_with_models: Template) -> None:
    models = {right for right in allowed(service_with_models, "check_facts") if right.action.startswith("bedrock:")}
    variables = service_with_models.function("check_facts")["Environment"]["Variables"]

    assert models == {
        Right("Allow", "bedrock:InvokeModel", "arn:<AWS::Partition>:bedrock:<AWS::Region>::foundation-model/m-1")
    }
    assert (variables["REVIEWER"], variables["REVIEWER_MODEL"]) == ("bedrock", "m-1")
    assert "DRAFTER" not in variables


def test_no_policy_of_the_services_own_is_attached_to_a_function(service: Template) -> None:
    managed = [
        name
        for name, role in service.of_type("AWS::IAM::Role").items()
        if role["Properties"].get("ManagedPolicyArns") and "CloudWatchRole" not in name
    ]

    assert managed == []


def test_a_resource_policy_opens_nothing_to_strangers(data: Template, service: Template) -> None:
    documents = [
        entry["Properties"]["PolicyDocument"]
        for template in (data, service)
        for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
        for entry in template.of_type(kind).values()
    ]
    open_to_all = [
        statement
        for document in documents
        for statement in listed(document["Statement"])
        if statement["Effect"] == "Allow" and statement["Principal"] in ("*", {"AWS": "*"})
    ]

    assert open_to_all == []
