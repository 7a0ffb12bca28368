"""The count of notices that followers of official accounts let a hospital send; they are known by pseudonyms alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import FOLLOWER
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain import follower
from narrowcast.domain.follower import Follower

ACTOR = Actor("system:wechat")


@dataclass(frozen=True, slots=True)
class Followers:
    """Counts what was allowed, and uses it up."""

    store: Store
    pseudonyms: Pseudonyms

    def allow(self, hospital: str, openid: str, event: str) -> None:
        """Count one more, once for each event of WeChat's."""
        self._on(hospital, openid, lambda s: follower.allow(s, event))

    def refuse(self, hospital: str, openid: str, event: str) -> None:
        """Count none, once for each event of WeChat's."""
        self._on(hospital, openid, lambda s: follower.refuse(s, event))

    def may_use(self, hospital: str, openid: str, effect: str) -> bool:
        """Use one up for an effect, once; False if none was left."""
        return effect in self._on(hospital, openid, lambda s: follower.use(s, effect)).used

    def _on(self, hospital: str, openid: str, decide: Callable[[Follower], tuple[follower.Event, ...]]) -> Follower:
        key = self.pseudonyms.patient(hospital, f"wechat:{openid}")
        return self.store.execute(FOLLOWER, hospital, key, decide, ACTOR).state
