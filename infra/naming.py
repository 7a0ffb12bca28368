"""One name in all its homes: check_facts = functions/check_facts = state CheckFacts = ${CheckFactsFunctionArn}."""

from __future__ import annotations


def pascal(name: str) -> str:
    """`check_facts` as CloudFormation and Step Functions write it: `CheckFacts`."""
    return "".join(word.capitalize() for word in name.split("_"))


def function_arn_substitution(function: str) -> str:
    """Name under which a state machine knows the function's ARN."""
    return f"{pascal(function)}FunctionArn"


def workflow_name(stack: str, workflow: str) -> str:
    """Physical name of a state machine: fixed, because its functions' rights name it before it exists."""
    return f"{stack}-{pascal(workflow)}"
