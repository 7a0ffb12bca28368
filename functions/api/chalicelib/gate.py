"""Who may call which route, registered and checked in one place; refusals turned into answers people can read.

API Gateway authenticates (user pool, API key) before a request comes here; the gate looks at what it found out and
refuses what it did not vouch for, so that a route that infra wired wrongly stays shut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from chalice.app import Chalice, Response

from chalicelib.problems import Forbidden, Teller, problem_of
from narrowcast.application.ports import ConflictError, UnavailableError
from narrowcast.application.store import Actor
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.observability import logger, observed

View = Callable[..., Response]


class Role(StrEnum):
    """The groups of the user pool."""

    EDITOR = "editor"
    DOCTOR = "doctor"
    NURSE = "nurse"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom API Gateway vouched for: the hospital, and for staff the roles and the doctor they are.

    `name` is for events, `person` what patients may be told; it is in no event's envelope.
    """

    hospital: str
    name: str
    roles: frozenset[str] = frozenset()
    signer: str = ""
    person: str = ""

    @property
    def actor(self) -> Actor:
        """The caller as events name them."""
        return Actor(self.name)

    @property
    def doctor(self) -> str:
        """The doctor whom the account belongs to; Forbidden if there is none."""
        if not self.signer:
            raise Forbidden("您的账号没有关联签发医生", field="signer")
        return self.signer


app = Chalice(app_name="narrowcast-api")


class Gate:
    """Registers views with the app and remembers who may call them."""

    def __init__(self, app: Chalice) -> None:
        """Start without routes."""
        self._app = app
        self.access: dict[str, str] = {}
        self.roles: dict[str, tuple[str, ...]] = {}
        self.views: dict[str, View] = {}

    def staff(self, method: str, path: str, *roles: Role) -> Callable[[View], View]:
        """Register a view for signed-in staff with one of the roles; it gets the Caller."""
        self.roles[f"{method} {path}"] = roles
        return self._route((method,), path, "staff", lambda: _vouched(self._request_context(), frozenset(roles)))

    def client(self, method: str, path: str, *, told: Teller = problem_of) -> Callable[[View], View]:
        """Register a view for hospital systems; it gets the Caller. `told` makes the answer to a refusal or fault."""
        return self._route((method,), path, "client", lambda: _client(self._request_context()), told)

    def link(self, methods: tuple[str, ...], path: str) -> Callable[[View], View]:
        """Register a view whose only key is the nonce in its path."""
        return self._route(methods, path, "link", None)

    def public(self, method: str, path: str, *, told: Teller = problem_of) -> Callable[[View], View]:
        """Register a view that anybody may call: it gives out nothing of any person.

        A GET changes nothing; a POST begins something of the caller's own, or proves itself by what it carries.
        """
        return self._route((method,), path, "public", None, told)

    def session(self, methods: tuple[str, ...], path: str) -> Callable[[View], View]:
        """Register a page of staff; it looks for the session's cookie itself and leads to signing in without one."""
        return self._route(methods, path, "session", None)

    def _route(
        self,
        methods: tuple[str, ...],
        path: str,
        access: str,
        admit: Callable[[], Caller] | None,
        told: Teller = problem_of,
    ) -> Callable[[View], View]:
        self.access.update({f"{method} {path}": access for method in methods})

        def register(view: View) -> View:
            self.views.update({f"{method} {path}": view for method in methods})
            guarded = _guarded(view, admit, told)
            self._app.route(path, methods=list(methods), content_types=["*/*"], name=view.__name__)(guarded)
            return guarded

        return register

    def _request_context(self) -> dict[str, Any]:
        request = self._app.current_request
        context: dict[str, Any] = request.context if request else {}
        return context.get("authorizer") or {}


def _guarded(view: View, admit: Callable[[], Caller] | None, told: Teller) -> View:
    @wraps(view)
    def guarded(**path: str) -> Response:
        try:
            return view(admit(), **path) if admit else view(**path)
        except (Refusal, ConflictError, UnavailableError) as error:
            return told(error)
        except Exception as error:  # noqa: BLE001 - the last net: the caller gets an answer, the log the fault
            logger.exception("unexpected fault in %s", view.__name__)
            return told(error)

    return guarded


def _vouched(authorizer: dict[str, Any], allowed: frozenset[str]) -> Caller:
    return staff_of(authorizer.get("claims") or {}, allowed)


def staff_of(claims: Mapping[str, Any], allowed: frozenset[str]) -> Caller:
    """Return the member of staff of whom the user pool says this; Forbidden without one of the roles."""
    roles = frozenset(str(claims.get("cognito:groups", "")).strip("[]").replace(",", " ").split())
    hospital = str(claims.get("custom:hospital", ""))
    if not hospital or not roles & allowed:
        raise Forbidden("您的账号没有这项操作的权限")
    signer, person = str(claims.get("custom:signer", "")), str(claims.get("name", ""))
    return Caller(hospital, f"staff:{claims['sub']}", roles, signer, person)


def _client(authorizer: dict[str, Any]) -> Caller:
    hospital = str(authorizer.get("hospital", ""))
    if not hospital:
        raise Forbidden("接口密钥无效")
    return Caller(hospital, f"his:{hospital}")


gate = Gate(app)
handler = observed(app)
"""What Lambda calls."""
