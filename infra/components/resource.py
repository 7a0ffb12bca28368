"""What a function can be given rights on: a place in AWS, and the variables by which the function finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`service` is the prefix of its IAM actions; a wildcard among `arns` needs a written `wildcard_reason`."""

    service: str
    arns: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    wildcard_reason: str = ""
    spare_arns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any("*" in arn for arn in self.arns) and not self.wildcard_reason:
            raise ValueError(f"a wildcard needs its reason: {self.arns}")

    def statements(self, actions: Iterable[str]) -> list[iam.PolicyStatement]:
        """Allow exactly these actions here, and deny them on what the wildcard would catch too much."""
        names = [f"{self.service}:{action}" for action in actions]
        allow = iam.PolicyStatement(actions=names, resources=list(self.arns))
        if not self.spare_arns:
            return [allow]
        deny = iam.PolicyStatement(effect=iam.Effect.DENY, actions=names, resources=list(self.spare_arns))
        return [allow, deny]
