"""A cloud assembly small enough to deploy in a test: two stacks, one table with a stream, a layer and functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3

CODE = """
import os, greeting, boto3

class BadRecordError(Exception):
    pass

def handler(event, context):
    table = boto3.client("dynamodb")
    for record in event["Records"]:
        name = record["dynamodb"]["Keys"]["name"]["S"]
        if name.startswith("poison"):
            raise BadRecordError(name)
        table.put_item(TableName=os.environ["SEEN_TABLE"], Item={
            "name": {"S": name}, "greeting": {"S": greeting.of(name)}, "request": {"S": context.aws_request_id}})
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def write(outdir: Path) -> Path:
    """Write the assembly; its layer holds one small module beside the boto3 of this interpreter."""
    (outdir / "asset.code").mkdir(parents=True)
    (outdir / "asset.code" / "handler.py").write_text(CODE)
    layer = outdir / "asset.layer" / "python"
    layer.mkdir(parents=True)
    (layer / "greeting.py").write_text("def of(name):\n    return f'hello {name}'\n")
    for package in ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py"):
        (layer / package).symlink_to(Path(boto3.__file__).parents[1] / package)
    _write(outdir / "ToyData.template.json", data_template())
    _write(outdir / "ToyService.template.json", service_template())
    _write(outdir / "ToyData.assets.json", {"files": {}})
    _write(outdir / "ToyService.assets.json", {"files": {name: _asset(name) for name in ("code", "layer")}})
    artifacts = {
        "ToyService": _artifact("ToyService", ["ToyData", "ToyService.assets"]),
        "ToyData": _artifact("ToyData", ["ToyData.assets"]),
        "ToyService.assets": {"type": "cdk:asset-manifest"},
    }
    _write(outdir / "manifest.json", {"artifacts": artifacts})
    return outdir


def data_template() -> dict[str, Any]:
    key = {
        "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return {
        "Resources": {
            "Log": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": key | {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}},
            },
            "Seen": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": key | {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"}},
            },
            "Search": {"Type": "AWS::OpenSearchService::Domain", "Properties": {"EngineVersion": "OpenSearch_2.19"}},
        },
        "Outputs": {
            "EventLogTable": {"Value": {"Ref": "Log"}, "Export": {"Name": "toy-log"}},
            "ReadTable": {"Value": {"Ref": "Seen"}, "Export": {"Name": "toy-seen"}},
            "LogStream": {"Value": {"Fn::GetAtt": ["Log", "StreamArn"]}, "Export": {"Name": "toy-stream"}},
            "SearchEndpoint": {"Value": {"Fn::GetAtt": ["Search", "DomainEndpoint"]}},
        },
    }


def service_template() -> dict[str, Any]:
    return {
        "Parameters": {
            "BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/version"},
            "PublicUrlPrefix": {"Type": "String", "Default": "https://"},
        },
        "Rules": {"CheckBootstrapVersion": {"Assertions": []}},
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
            "Parked": {"Type": "AWS::SQS::Queue"},
            "Layer": {
                "Type": "AWS::Lambda::LayerVersion",
                "Properties": {"Content": {"S3Bucket": "assets", "S3Key": "layer.zip"}},
            },
            "Greet": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.11",
                    "Handler": "handler.handler",
                    "Timeout": 30,
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Layers": [{"Ref": "Layer"}],
                    "Code": {"S3Bucket": "assets", "S3Key": "code.zip"},
                    "Environment": {"Variables": {"SEEN_TABLE": {"Fn::ImportValue": "toy-seen"}}},
                },
            },
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::ImportValue": "toy-stream"},
                    "FunctionName": {"Ref": "Greet"},
                    "StartingPosition": "TRIM_HORIZON",
                    "BatchSize": 10,
                    "MaximumRetryAttempts": 1,
                    "BisectBatchOnFunctionError": True,
                    "Enabled": True,
                    "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Parked", "Arn"]}}},
                },
            },
        },
        "Outputs": {
            "StreamDeadLetterQueueUrl": {"Value": {"Ref": "Parked"}},
            "GreetFunction": {"Value": {"Ref": "Greet"}},
            "PublicBaseUrl": {"Value": {"Fn::Sub": "${PublicUrlPrefix}toy"}},
        },
    }


def _asset(name: str) -> dict[str, Any]:
    return {
        "source": {"path": f"asset.{name}", "packaging": "zip"},
        "destinations": {"here": {"bucketName": "assets-${AWS::AccountId}-${AWS::Region}", "objectKey": f"{name}.zip"}},
    }


def _artifact(name: str, dependencies: list[str]) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "dependencies": dependencies,
        "properties": {"templateFile": f"{name}.template.json"},
    }


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content))
