"""What is told of a person's present condition, by visits and apart from them: the last telling holds of each thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from narrowcast.domain.telling import Stamp, Told, in_order, joined, joined_each, tell, tell_each, value_of
from narrowcast.domain.visit_report import Allergy, Condition
from narrowcast.domain.vocabulary import RenalClass


@dataclass(frozen=True, slots=True)
class ConditionAccount:
    """The tellings of pregnancy, kidneys, carer and each allergy."""

    pregnant: Told[bool] | None = None
    renal: Told[RenalClass] | None = None
    carer: Told[bool] | None = None
    allergies: Mapping[str, Told[Allergy]] = field(default_factory=dict)

    def told(self, condition: Condition, stamp: Stamp) -> ConditionAccount:
        """Return the account after one more telling."""
        each = {f"{allergy.system}|{allergy.code}": allergy for allergy in condition.allergies}
        return ConditionAccount(
            tell(self.pregnant, condition.pregnant, stamp),
            tell(self.renal, condition.renal, stamp),
            tell(self.carer, condition.carer, stamp),
            tell_each(self.allergies, each, stamp),
        )

    def joined(self, other: ConditionAccount) -> ConditionAccount:
        """Return what both tell together."""
        return ConditionAccount(
            joined(self.pregnant, other.pregnant),
            joined(self.renal, other.renal),
            joined(self.carer, other.carer),
            joined_each((self.allergies, other.allergies)),
        )

    def beneath(self, nearer: ConditionAccount) -> ConditionAccount:
        """Return what the nearer account tells, and this one's where that is silent; allergies of both."""
        return ConditionAccount(
            nearer.pregnant or self.pregnant,
            nearer.renal or self.renal,
            nearer.carer or self.carer,
            joined_each((self.allergies, nearer.allergies)),
        )

    @property
    def known(self) -> Condition:
        """What holds; a refuted allergy is none."""
        allergies = (told.value for told in in_order(self.allergies))
        return Condition(
            value_of(self.pregnant),
            value_of(self.renal),
            value_of(self.carer),
            tuple(allergy for allergy in allergies if allergy.status == "active"),
        )
