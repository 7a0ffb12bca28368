"""The waits of content production: each has a task token, and is told what the log says now.

Because the answer comes from the state and not from the event at hand, a decision that is delivered late or again
answers no newer wait wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from narrowcast.application.folding import Loaded
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

    def tell(self, hospital: str, content_id: str, *waits: str) -> tuple[str, ...]:
        """Tell these waits of a piece, or all of them, what was decided; those still undecided go on waiting.

        Return the waits that were waiting for that.
        """
        loaded = self.store.load(CONTENT, hospital, content_id)
        return tuple(wait for wait in waits or DECISIONS if self._answer(loaded, wait))

    def _answer(self, loaded: Loaded[Content], wait: str) -> bool:
        decision = DECISIONS[wait](loaded.state)
        token = self.tokens.find(loaded.stream, wait) if decision else None
        return token is not None and self.workflows.answer(token, {"decision": str(decision)})
