"""cdk-nag's rules for AWS solutions: every finding is either gone or accepted here, with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks

from infra.app import build_app
from tests.support.templates import artefacts, settings


class Finding(NamedTuple):
    """A rule, with the detail it names in brackets, and the construct it complains of."""

    rule: str
    construct: str


class Accepted(NamedTuple):
    """Patterns of findings that stay, and why."""

    rule: str
    construct: str
    reason: str


ACCEPTED = [
    Accepted(r"SMG4", r"NarrowcastData/LinkSecret", "rotating it would void every open signing link and guide"),
    Accepted(r"SMG4", r"NarrowcastData/PseudonymSecret", "rotating it would cut patients off from their own guides"),
    Accepted(r"SMG4", r"NarrowcastData/AppWebhookSecret", "shared with the hospital's app, which rotates it by hand"),
    Accepted(
        r"OS[13]", r"NarrowcastData/Search", "public signed text only; every request is signed by one of our roles"
    ),
    Accepted(
        r"OS[47]", r"NarrowcastData/Search", "rebuilt from the log in minutes; search.instances spreads it over zones"
    ),
    Accepted(r"OS9\[.*", r"NarrowcastData/Search", "slow logs would write queries, that is diagnosis codes of a visit"),
    Accepted(r"COG2", r"NarrowcastData/Staff", "a second factor is offered; signing has its own, typed by the doctor"),
    Accepted(r"COG8", r"NarrowcastData/Staff", "the paid tier is the hospital's choice; sign-up is closed"),
    Accepted(r"SQS3", r"NarrowcastService/StreamDeadLetters", "it is the dead-letter queue of both stream mappings"),
    Accepted(r"APIG2", r"NarrowcastService/Http", "the app validates, names the field and keeps what it refused"),
    Accepted(
        r"APIG3", r"NarrowcastService/Http", "a web ACL is the hospital's; throttles, quotas and nonces stand here"
    ),
    Accepted(
        r"APIG6", r"NarrowcastService/Http", "execution logs write whole paths, and with them the nonces of links"
    ),
    Accepted(r"APIG4|COG4", r"NarrowcastService/Http/.*/sign/.*", "a signing link opens by nonce, code and version"),
    Accepted(r"COG4", r"NarrowcastService/Http/.*/visits/.*", "hospital systems come with an API key"),
    Accepted(
        r"IAM4\[.*PushToCloudWatchLogs\]", r"NarrowcastService/Http/.*", "API Gateway's account setting asks for it"
    ),
    Accepted(r"DDB3", r"NarrowcastData/KeysTable", "a backup would bring back the keys that are destroyed to forget"),
    Accepted(
        r"IAM5\[.*/refused/\*\]",
        r"NarrowcastService/(Api|DispatchEvents|ReconcileWorkflows)/.*",
        "object names are made at run time, under one prefix",
    ),
    Accepted(r"IAM5\[.*/codes/\*\]", r"NarrowcastService/Api/.*", "one object for each hospital, under one prefix"),
    Accepted(
        r"IAM5\[.*RootBucket.*/\*\]",
        r"NarrowcastService/SealLog/.*",
        "a root's name is its hospital and number; the bucket holds nothing else",
    ),
    Accepted(
        r"IAM5\[.*/content(/|-)\*\]",
        r"NarrowcastService/(Api|AssembleGuide|ProjectEvents|ReconcileWorkflows)/.*",
        "paths below one alias and its numbered indices",
    ),
    Accepted(
        r"IAM5\[.*:schedule/.*/\*\]",
        r"NarrowcastService/(DispatchEvents|ReconcileWorkflows)/.*",
        "a schedule is named at run time after its visit, in one group",
    ),
    Accepted(
        r"IAM5\[Resource::\*\]",
        r"NarrowcastService/(ProjectEvents|DispatchEvents)/.*",
        "ListStreams knows no resource; an SMS goes to a number, topics are denied",
    ),
    Accepted(r"IAM5\[Resource::\*\]", r"NarrowcastService/ReconcileWorkflows/.*", "an SMS goes to a number"),
    Accepted(
        r"IAM5\[Resource::\*\]", r"NarrowcastService/.*/Machine/.*", "log delivery of Step Functions knows no resource"
    ),
    Accepted(r"L1", r"NarrowcastService/.*", "the runtime is the Python that compiled the layers, still supported"),
    Accepted(r"SF2", r"NarrowcastService/.*", "tracing is a switch in cdk.json; every step is logged"),
]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> set[Finding]:
    folder, chosen = tmp_path_factory.mktemp("nag"), settings()
    app = build_app(chosen, artefacts(folder / "code", chosen), outdir=str(folder / "out"))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    return set(_read(folder / "out/validation-report.json"))


def _read(report: Path) -> Iterator[Finding]:
    for plugin in json.loads(report.read_text())["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                yield Finding(violation["ruleName"].removeprefix("AwsSolutions-"), construct["constructPath"])


def _accepts(accepted: Accepted, finding: Finding) -> bool:
    return bool(re.fullmatch(accepted.rule, finding.rule) and re.match(accepted.construct, finding.construct))


def test_every_finding_is_accepted_with_a_reason(findings: set[Finding]) -> None:
    assert sorted(each for each in findings if not any(_accepts(accepted, each) for accepted in ACCEPTED)) == []


def test_nothing_is_accepted_that_no_longer_occurs(findings: set[Finding]) -> None:
    assert [accepted for accepted in ACCEPTED if not any(_accepts(accepted, each) for each in findings)] == []
