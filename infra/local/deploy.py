"""The deploy: uploads the assets of a cloud assembly to the emulator and creates or updates its stacks with boto3.

A stack that already has this template and these parameters is left alone; packages are named after their content, so
a template with other code is another template.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shlex
import shutil
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local import bootstrap, bridges
from infra.local.clients import client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infra.local.assembly import Asset, StackTemplate
    from infra.local.bridges import Location, PythonFunction, Template
    from infra.local.home import Home

BUCKET = "narrowcast-local-assets"
PATIENCE_SECONDS = 120.0
_POLL_SECONDS = 0.1
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_BEYOND_UPDATE = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}
_DEPLOYED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_LONG_AGO = (2020, 1, 1, 0, 0, 0)  # equal content, equal zip


class DeployError(Exception):
    """A stack did not reach its template; the message names the resources and reasons."""


@dataclass(frozen=True)
class Site:
    """Where to deploy to: the emulator's URL, and host and port of the search server."""

    home: Home
    aws: str
    search: str


def deploy(site: Site, stacks: Iterable[StackTemplate], parameters: Mapping[str, str]) -> Iterator[str]:
    """Bring every stack up to its template, yielding the names of those that were created or updated."""
    for stack in stacks:
        template = _bridged(site, stack)
        values = bridges.declared(template, parameters)
        if not _is_current(site.aws, stack.name, template, values):
            _create_or_update(site.aws, stack.name, template, values)
            set_time_to_live(site.aws, stack.name, template)
            yield stack.name


def outputs(aws: str, stack_names: Iterable[str]) -> dict[str, str]:
    """Every output of the stacks, by its key."""
    cloudformation = client("cloudformation", aws)
    return {
        output["OutputKey"]: output["OutputValue"]
        for name in stack_names
        for output in cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    }


# --- the template and what it refers to ---------------------------------------------------------------------------


def _bridged(site: Site, stack: StackTemplate) -> Template:
    functions = bridges.python_functions(stack.template)
    _upload_plain_assets(site.aws, stack.assets, packaged_otherwise=_keys_of(functions.values()))
    packages = _upload_packages(site, functions, {asset.key: asset.source for asset in stack.assets})
    template = bridges.run_python_on_our_bootstrap(stack.template, packages)
    template = bridges.leave_layers_to_the_bootstrap(template, _placeholder(site.aws))
    template = bridges.disable_event_source_mappings(template)
    template = bridges.leave_api_keys_to_the_authorizer(template)
    template = bridges.watch_one_metric(template)
    template = bridges.search_at(template, site.search)
    return bridges.forget_the_cdk_bootstrap(template)


def _keys_of(functions: Iterable[PythonFunction]) -> set[str]:
    return {key for function in functions for key in (function.code, *function.layers)}


def _upload_plain_assets(aws: str, assets: Iterable[Asset], packaged_otherwise: set[str]) -> None:
    for asset in assets:
        if asset.key not in packaged_otherwise and not asset.key.endswith(".template.json"):
            content = zipped(asset.source) if asset.is_folder else asset.source.read_bytes()
            _put(aws, asset.bucket, asset.key, content)


def _upload_packages(
    site: Site, functions: Mapping[str, PythonFunction], sources: Mapping[str, Path]
) -> dict[str, Location]:
    packages = {}
    for name, function in functions.items():
        layers = [unpacked_layer(site.home, sources[key]) for key in function.layers]
        content = zipped(sources[function.code], {"bootstrap": bootstrap_script(layers)})
        packages[name] = _put_by_content(site.aws, content)
    return packages


def unpacked_layer(home: Home, source: Path) -> Path:
    """The python folder of a layer, linked once into the stack's home.

    All functions share it on their path. Zipping 30 MB of third-party code into each of 16 packages would take
    the emulator 500 MB and the deploy a minute; cdk.out may be deleted while the stack runs.
    """
    folder = home.layers / source.name
    if not folder.exists():
        unfinished = folder.with_name(folder.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source, unfinished, copy_function=_link_or_copy)
        unfinished.replace(folder)
    return folder / "python"


def forget_layers(home: Home, stacks: Iterable[StackTemplate]) -> None:
    """Delete the folders of layers that no stack uses any more."""
    used = {asset.source.name for stack in stacks for asset in stack.assets}
    for folder in home.layers.iterdir():
        if folder.name not in used:
            shutil.rmtree(folder)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def bootstrap_script(layers: Iterable[Path]) -> str:
    """The program the emulator starts for each execution environment of a function."""
    command = [_bare_python(), "-I", "-S", str(Path(bootstrap.__file__)), *map(str, layers)]
    return f"#!/bin/sh\nexec {shlex.join(command)}\n"


def _bare_python() -> str:
    """The interpreter under the virtual environment: its standard library alone."""
    return getattr(sys, "_base_executable", sys.executable)


def zipped(folder: Path, programs: Mapping[str, str] | None = None) -> bytes:
    """A folder as a zip archive, with executable files added to its root."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                package.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix(), _LONG_AGO), file.read_bytes())
        for name, text in (programs or {}).items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = 0o755 << 16
            package.writestr(entry, text)
    return archive.getvalue()


def _placeholder(aws: str) -> Location:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr(zipfile.ZipInfo("README", _LONG_AGO), "This layer lies unpacked under .narrowcast/layers.\n")
    return _put_by_content(aws, archive.getvalue())


def _put_by_content(aws: str, content: bytes) -> Location:
    key = hashlib.sha256(content).hexdigest() + ".zip"
    _put(aws, BUCKET, key, content)
    return {"S3Bucket": BUCKET, "S3Key": key}


def _put(aws: str, bucket: str, key: str, content: bytes) -> None:
    s3 = client("s3", aws)
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=content)


# --- CloudFormation -----------------------------------------------------------------------------------------------


def _is_current(aws: str, name: str, template: Template, parameters: Mapping[str, str]) -> bool:
    if _status(aws, name) not in _DEPLOYED:
        return False
    cloudformation = client("cloudformation", aws)
    deployed = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Parameters", [])
    values = {parameter["ParameterKey"]: parameter.get("ParameterValue") for parameter in deployed}
    body: Template = cloudformation.get_template(StackName=name)["TemplateBody"]
    return body == template and values == {**values, **parameters}


def _create_or_update(aws: str, name: str, template: Template, parameters: Mapping[str, str]) -> None:
    cloudformation = client("cloudformation", aws)
    status = _status(aws, name)
    if status in _BEYOND_UPDATE:
        cloudformation.delete_stack(StackName=name)
        status = _settled(aws, name)
    request = {
        "StackName": name,
        "TemplateURL": f"{aws}/{BUCKET}/{_put_template(aws, template)}",
        "Capabilities": _CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    if status in (None, "DELETE_COMPLETE"):
        cloudformation.create_stack(**request, OnFailure="DO_NOTHING")
    elif not _updated(cloudformation, request):
        return
    if _settled(aws, name) not in _DEPLOYED:
        raise DeployError(f"{name}: {_failures(aws, name)}")


def _put_template(aws: str, template: Template) -> str:
    content = json.dumps(template).encode()
    key = hashlib.sha256(content).hexdigest() + ".template.json"
    _put(aws, BUCKET, key, content)
    return key


def _updated(cloudformation: Any, request: dict[str, Any]) -> bool:
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise DeployError(str(error)) from error
    return True


def _status(aws: str, name: str) -> str | None:
    try:
        status: str = client("cloudformation", aws).describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError:
        return None  # no such stack
    return status


def _settled(aws: str, name: str) -> str | None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (status := _status(aws, name)) and status.endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeployError(f"{name} is still {status} after {PATIENCE_SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)
    return status


def _failures(aws: str, name: str) -> str:
    events = client("cloudformation", aws).describe_stack_events(StackName=name)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '?')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
    return "; ".join(failed) or "no reason given"


def set_time_to_live(aws: str, name: str, template: Template) -> None:
    """The emulator drops TimeToLiveSpecification: switch it on through the table's own interface."""
    cloudformation, dynamodb = client("cloudformation", aws), client("dynamodb", aws)
    for logical_id, attribute in bridges.time_to_live(template).items():
        resource = cloudformation.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        table = resource["StackResourceDetail"]["PhysicalResourceId"]
        if dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED":
            dynamodb.update_time_to_live(
                TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
            )
