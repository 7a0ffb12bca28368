"""The waits of content production: each has a task token, and is told what the log says now.

Because the answer comes from the state and not from the event at hand, a decision that is delivered late or again
answers no newer wait wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from narrowcast.application.ports import TaskTokens, Workflows
from narrowcast.application.store import Store
from narrowcast.application.streams import CONTENT
from narrowcast.domain.content import Content, editing_decision, signing_decision

EDITING, SIGNATURE = "editing", "signature"
DECISIONS: dict[str, Callable[[Content], str | None]] = {EDITING: editing_decision, SIGNATURE: signing_decision}


@dataclass(frozen=True, slots=True)
class Waits:
    """Keeps tokens, and answers the waits that have their decision."""

    store: Store
    tokens: TaskTokens
    workflows: Workflows

    def keep(self, hospital: str, content_id: str, wait: str, token: str) -> None:
        """Keep the token of a wait, in place of an earlier one."""
        self.tokens.keep(CONTENT.stream(hospital, content_id), wait, token)

    def tell(self, hospital: str, content_id: str, *waits: str) -> None:
        """Tell these waits of a piece, or all of them, what was decided; those still undecided go on waiting."""
        loaded = self.store.load(CONTENT, hospital, content_id)
        for wait in waits or DECISIONS:
            decision, token = DECISIONS[wait](loaded.state), self.tokens.find(loaded.stream, wait)
            if decision and token:
                self.workflows.answer(token, {"decision": decision})
