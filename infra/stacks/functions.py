"""Every function on one page: what it is for, what it may do, what it is told, how long it may take.

A right is a resource and the actions allowed on it; a resource brings its own environment variables. Nobody may change
or delete an event: `UpdateItem` and `DeleteItem` never stand beside the event log.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.settings import Settings


class On(StrEnum):
    """What rights are given on; infra/stacks/resources.py says where each one is."""

    EVENT_LOG = "event log"
    EVENT_STREAM = "event stream"
    EVENT_STREAM_LIST = "list of event streams"
    SNAPSHOTS = "snapshots"
    READ_TABLE = "read table"
    LINKS = "links"
    TASKS = "tasks"
    EFFECTS = "effects"
    PARKED = "parked"
    VAULT = "vault"
    REFUSALS = "refusals"
    KEYS = "data keys"
    REFUSED_BODIES = "refused bodies"
    CODE_MAPS = "code maps"
    REFUSED_LIST = "list of refused bodies"
    VAULT_KEY = "vault key"
    SIGNING_KEY = "signing key"
    SEAL_KEY = "seal key"
    ROOTS = "roots"
    ROOT_LIST = "list of roots"
    LINK_SECRET = "link secret"  # noqa: S105 - the resource's name
    PSEUDONYM_SECRET = "pseudonym secret"  # noqa: S105 - the resource's name
    WEBHOOK_SECRET = "webhook secret"  # noqa: S105 - the resource's name
    SEARCH = "search"
    MAIL = "mail"
    SMS = "sms"
    DRAFTER_MODEL = "drafter's model"
    REVIEWER_MODEL = "reviewer's model"
    EMBEDDER_MODEL = "embedder's model"
    CHOOSER_MODEL = "chooser's model"
    DRAFTER_SECRET = "drafter secret"  # noqa: S105 - the resource's name
    REVIEWER_SECRET = "reviewer secret"  # noqa: S105 - the resource's name
    EMBEDDER_SECRET = "embedder secret"  # noqa: S105 - the resource's name
    CHOOSER_SECRET = "chooser secret"  # noqa: S105 - the resource's name
    API_KEYS = "api keys"
    STAFF_POOL = "staff accounts"
    WECHAT_SECRETS = "secrets of the official accounts"
    CONTENT_PRODUCTION = "content production"
    GUIDE_DELIVERY = "guide delivery"
    CONTENT_RECALL = "content recall"
    GUIDE_SCHEDULES = "guide schedules"
    GUIDE_SCHEDULES_ROLE = "role of the guide schedules"
    STREAM_LETTERS = "dead letters of the stream"
    LATE_LETTERS = "dead letters of asynchronous calls"


READ = ("Query",)
# A writer reads the stream, puts its next commit if no one else has, and looks whose it is if someone did.
APPEND = ("Query", "GetItem", "PutItem")
# Who loads streams that grow, of visits, patients and guides, begins at their snapshot and leaves the next one.
SNAPSHOTS: Mapping[On, tuple[str, ...]] = {On.SNAPSHOTS: ("GetItem", "PutItem")}
CONSUME: Mapping[On, tuple[str, ...]] = {
    On.EVENT_STREAM: ("DescribeStream", "GetRecords", "GetShardIterator"),
    On.EVENT_STREAM_LIST: ("ListStreams",),
    On.STREAM_LETTERS: ("SendMessage",),
    # Counts failures of a record, and parks it.
    On.PARKED: ("UpdateItem", "PutItem"),
}
# Which generation of the rows is read, the one that is made beside it if a rebuild is under way, and the rows.
READ_ROWS = ("Query", "GetItem")
WRITE_ROWS = ("GetItem", "PutItem")
INDEX_PIECES = ("ESHttpGet", "ESHttpPost", "ESHttpPut")
# Keeps the task token, finds the head of department, and answers at once if the decision is already in the log.
ASK_A_PERSON: Mapping[On, tuple[str, ...]] = {
    On.EVENT_LOG: APPEND,
    On.TASKS: ("PutItem",),
    On.READ_TABLE: ("Query", "GetItem"),
    On.CONTENT_PRODUCTION: ("SendTaskSuccess",),
}
# A guide or a piece is shown or used only if its signature holds, which the public half of the key tells.
VERIFY: Mapping[On, tuple[str, ...]] = {On.SIGNING_KEY: ("GetPublicKey",)}
# A person's data key is read anew each time it is needed: once its row says destroyed, nothing opens.
REACH_PEOPLE: Mapping[On, tuple[str, ...]] = {
    On.VAULT: ("GetItem",),
    On.KEYS: ("GetItem",),
    On.VAULT_KEY: ("Decrypt",),
}
# Overwrites the data key, removes the contact, and finds refused messages about the patient by her pseudonym.
FORGET_PEOPLE: Mapping[On, tuple[str, ...]] = {
    On.VAULT: ("GetItem", "DeleteItem"),
    On.KEYS: ("GetItem", "PutItem"),
    On.REFUSED_LIST: ("ListBucket", "ListBucketVersions"),
    On.REFUSED_BODIES: ("GetObjectVersion", "DeleteObjectVersion"),
    On.PSEUDONYM_SECRET: ("GetSecretValue",),
}
SENDING = ("PUBLIC_BASE_URL", "MAIL_SENDER", "APP_WEBHOOK_URL")
DRAFTER_RIGHTS: Mapping[str, Mapping[On, tuple[str, ...]]] = {
    "recombiner": {},
    "bedrock": {On.DRAFTER_MODEL: ("InvokeModel",)},
    "openai": {On.DRAFTER_SECRET: ("GetSecretValue",)},
}
REVIEWER_RIGHTS: Mapping[str, Mapping[On, tuple[str, ...]]] = {
    "none": {},
    "bedrock": {On.REVIEWER_MODEL: ("InvokeModel",)},
    "openai": {On.REVIEWER_SECRET: ("GetSecretValue",)},
}

EMBEDDER_RIGHTS: Mapping[str, Mapping[On, tuple[str, ...]]] = {
    "none": {},
    "local": {},
    "bedrock": {On.EMBEDDER_MODEL: ("InvokeModel",)},
    "openai": {On.EMBEDDER_SECRET: ("GetSecretValue",)},
}
CHOOSER_RIGHTS: Mapping[str, Mapping[On, tuple[str, ...]]] = {
    "none": {},
    "bedrock": {On.CHOOSER_MODEL: ("InvokeModel",)},
    "openai": {On.CHOOSER_SECRET: ("GetSecretValue",)},
}
EMBEDDING = ("EMBEDDER", "EMBEDDER_MODEL", "EMBEDDER_ENDPOINT", "EMBEDDER_DIMENSIONS")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One function. `variables` are those it needs besides what its rights bring; times in seconds, memory in MB."""

    purpose: str
    rights: Mapping[On, tuple[str, ...]]
    variables: tuple[str, ...] = ()
    timeout: int = 30
    memory: int = 512
    handler: str = "handler.handler"
    asynchronous: bool = False
    embeds: bool = False
    """Whether it turns texts into vectors: it then gets the model, in a layer if that is local."""


def plans(settings: Settings) -> dict[str, Plan]:
    """All functions by folder name."""
    return {
        **_entry(settings),
        **_production(settings),
        **_delivery(),
        **_recall(),
        **_consumers(settings),
        **_upkeep(settings),
        **_sealing(),
        **_conversations(),
    }


def _entry(settings: Settings) -> dict[str, Plan]:
    # Signs staff in at the pages of the inbox; where the hospital has its own sign-on, there are no such pages.
    desk = {On.STAFF_POOL: ("AdminInitiateAuth", "AdminRespondToAuthChallenge")} if settings.cognito else {}
    wechat = _wechat(settings)
    choosing = () if settings.chooser.kind == "none" else ("CHOOSER", "CHOOSER_MODEL", "CHOOSER_ENDPOINT")
    return {
        "api": Plan(
            purpose="Answers hospital systems, staff, doctors and patients over HTTP",
            handler="app.handler",
            memory=1024,
            timeout=15,
            embeds=True,
            variables=("PUBLIC_BASE_URL", "INTEROP", *choosing),
            rights={
                **EMBEDDER_RIGHTS[settings.embedder.kind],
                **CHOOSER_RIGHTS[settings.chooser.kind],
                On.EVENT_LOG: APPEND,
                **SNAPSHOTS,
                On.READ_TABLE: READ_ROWS,
                On.LINKS: ("GetItem", "UpdateItem", "PutItem"),
                On.SEARCH: ("ESHttpGet", "ESHttpPost"),
                **desk,
                **wechat,
                On.REFUSALS: ("PutItem", "Query"),
                On.REFUSED_BODIES: ("PutObject",),
                On.CODE_MAPS: ("GetObject",),
                # A reply to WeChat is claimed, and given back when nobody knows whether it was heard.
                On.EFFECTS: ("GetItem", "PutItem", *(("DeleteItem",) if settings.wechat else ())),
                On.VAULT: ("PutItem", "GetItem"),
                On.KEYS: ("GetItem", "PutItem"),
                On.VAULT_KEY: ("GenerateDataKey", "Decrypt"),
                On.SIGNING_KEY: ("Sign", "GetPublicKey"),
                On.LINK_SECRET: ("GetSecretValue",),
                # Under it the hospital's app vouches for its session.
                On.WEBHOOK_SECRET: ("GetSecretValue",),
                On.PSEUDONYM_SECRET: ("GetSecretValue",),
            },
        ),
        "authorize_client": Plan(
            purpose="Tells which hospital an API key belongs to",
            timeout=10,
            rights={On.API_KEYS: ("GET",)},
        ),
    }


def _wechat(settings: Settings) -> Mapping[On, tuple[str, ...]]:
    return {On.WECHAT_SECRETS: ("GetSecretValue",)} if settings.wechat else {}


def _production(settings: Settings) -> dict[str, Plan]:
    drafting = ("DRAFTER", "DRAFTER_MODEL", "DRAFTER_ENDPOINT")
    reviewing = () if settings.reviewer.kind == "none" else ("REVIEWER", "REVIEWER_MODEL", "REVIEWER_ENDPOINT")
    asking = ("SIGNATURE_EXPIRES_SECONDS",)
    return {
        "generate_draft": Plan(
            purpose="Has a draft composed from facts",
            timeout=120,
            variables=drafting,
            rights={On.EVENT_LOG: APPEND, **DRAFTER_RIGHTS[settings.drafter.kind]},
        ),
        "check_facts": Plan(
            purpose="Binds each sentence to its facts",
            timeout=60,
            variables=reviewing,
            rights={On.EVENT_LOG: APPEND, **REVIEWER_RIGHTS[settings.reviewer.kind]},
        ),
        "check_compliance": Plan(purpose="Checks a draft for its channel", rights={On.EVENT_LOG: APPEND}),
        "request_editing": Plan(purpose="Asks the editor", rights=ASK_A_PERSON, variables=asking),
        "request_signature": Plan(purpose="Asks the doctor to sign", rights=ASK_A_PERSON, variables=asking),
        "remind_signer": Plan(purpose="Reminds the doctor", rights=ASK_A_PERSON, variables=asking),
        "escalate_signature": Plan(purpose="Asks the department head", rights=ASK_A_PERSON, variables=asking),
        "expire_content": Plan(purpose="Closes a piece nobody answered for", rights={On.EVENT_LOG: APPEND}),
        "tag_content": Plan(purpose="Tags a signed piece", rights={On.EVENT_LOG: APPEND}),
        "publish_content": Plan(
            purpose="Verifies the signature and publishes",
            rights={On.EVENT_LOG: APPEND, **VERIFY},
        ),
    }


def _delivery() -> dict[str, Plan]:
    return {
        "assemble_guide": Plan(
            purpose="Assembles a visit's guide from signed content",
            memory=1024,
            rights={
                On.EVENT_LOG: APPEND,
                **SNAPSHOTS,
                **VERIFY,
                On.SEARCH: ("ESHttpGet", "ESHttpPost"),
                On.EFFECTS: ("PutItem",),
            },
        ),
        "push_guide": Plan(
            purpose="Decides whether and how a guide is pushed",
            rights={On.EVENT_LOG: APPEND, **SNAPSHOTS, **REACH_PEOPLE},
        ),
        "release_pushes": Plan(
            purpose="Judges again what was held back for a while",
            rights={On.EVENT_LOG: APPEND, **SNAPSHOTS, **REACH_PEOPLE},
        ),
        "remind_patient": Plan(
            purpose="Reminds a patient at a time she chose",
            rights={On.EVENT_LOG: APPEND, **SNAPSHOTS, **REACH_PEOPLE, **VERIFY},
        ),
    }


def _recall() -> dict[str, Plan]:
    return {
        "close_content": Plan(
            purpose="Takes back the pieces that rest on a fact",
            timeout=300,
            rights={On.EVENT_LOG: APPEND, On.READ_TABLE: READ_ROWS},
        ),
        "find_recipients": Plan(
            purpose="Finds the guides that carried what is taken back",
            timeout=600,
            memory=1024,
            rights={On.EVENT_LOG: APPEND, On.READ_TABLE: READ_ROWS},
        ),
        "request_correction": Plan(
            purpose="Has a correction written for a doctor's signature",
            timeout=60,
            # Answers at once if the correction is signed already, or a later recall has taken this one's place.
            rights={
                On.EVENT_LOG: APPEND,
                On.READ_TABLE: READ_ROWS,
                On.TASKS: ("GetItem", "PutItem"),
                On.CONTENT_RECALL: ("SendTaskSuccess",),
            },
        ),
        "push_corrections": Plan(
            purpose="Tells those who were given what is taken back",
            timeout=900,
            memory=1024,
            rights={On.EVENT_LOG: APPEND, **SNAPSHOTS, **REACH_PEOPLE},
        ),
    }


def _dispatching(settings: Settings) -> Mapping[On, tuple[str, ...]]:
    """What it takes to carry an event out, for the first time or again."""
    mail: Mapping[On, tuple[str, ...]] = {On.MAIL: ("SendEmail",)} if settings.mail else {}
    sms: Mapping[On, tuple[str, ...]] = {On.SMS: ("Publish",)} if settings.sms else {}
    return {
        **mail,
        **sms,
        **_wechat(settings),
        **REACH_PEOPLE,
        **FORGET_PEOPLE,
        On.EVENT_LOG: APPEND,
        **SNAPSHOTS,
        On.READ_TABLE: READ_ROWS,
        On.LINKS: ("PutItem",),
        # Claims an effect, marks it done, gives back the claim of one that did not happen.
        On.EFFECTS: ("GetItem", "PutItem", "DeleteItem"),
        On.TASKS: ("GetItem",),
        On.LINK_SECRET: ("GetSecretValue",),
        On.WEBHOOK_SECRET: ("GetSecretValue",),
        On.CONTENT_PRODUCTION: ("StartExecution", "SendTaskSuccess"),
        On.GUIDE_DELIVERY: ("StartExecution",),
        On.CONTENT_RECALL: ("StartExecution", "SendTaskSuccess"),
        On.GUIDE_SCHEDULES: ("CreateSchedule", "DeleteSchedule"),
        On.GUIDE_SCHEDULES_ROLE: ("PassRole",),
    }


def _consumers(settings: Settings) -> dict[str, Plan]:
    return {
        "project_events": Plan(
            purpose="Keeps read tables and the search index in step with the log",
            timeout=60,
            memory=1769,  # one core: a published piece takes 0.1 s for each of its passages
            embeds=True,
            rights={
                **EMBEDDER_RIGHTS[settings.embedder.kind],
                **CONSUME,
                On.EVENT_LOG: READ,
                On.SNAPSHOTS: ("GetItem",),
                On.READ_TABLE: WRITE_ROWS,
                On.SEARCH: INDEX_PIECES,
            },
        ),
        "dispatch_events": Plan(
            purpose="Carries events out: starts and answers workflows, sends mail, SMS and webhooks",
            timeout=60,
            memory=1024,
            variables=SENDING,
            rights={**CONSUME, **_dispatching(settings)},
        ),
    }


def _sealing() -> dict[str, Plan]:
    return {
        "seal_log": Plan(
            purpose="Signs a root over every hospital's stream heads, once a day",
            timeout=900,
            memory=3008,  # 1.2 KB for each stream: two million streams
            asynchronous=True,
            rights={
                On.EVENT_LOG: ("Query", "Scan"),
                On.SEAL_KEY: ("Sign", "GetPublicKey"),
                On.ROOTS: ("GetObject", "PutObject"),
                On.ROOT_LIST: ("ListBucket",),
                On.LATE_LETTERS: ("SendMessage",),
            },
        )
    }


def _conversations() -> dict[str, Plan]:
    found = {On.EVENT_LOG: APPEND, On.READ_TABLE: READ_ROWS, On.LATE_LETTERS: ("SendMessage",)}
    return {
        "remind_staff": Plan(
            purpose="Reminds staff of people who wait for them",
            timeout=60,
            asynchronous=True,
            rights=found,
        ),
        "erase_conversations": Plan(
            purpose="Destroys the words of conversations that were kept long enough",
            timeout=900,
            asynchronous=True,
            # Destroying a data key is overwriting it; the key that wraps it is not asked.
            variables=("VAULT_KEY_ID",),
            rights={**found, On.KEYS: ("PutItem",)},
        ),
    }


def _upkeep(settings: Settings) -> dict[str, Plan]:
    running = dict.fromkeys(
        (On.CONTENT_PRODUCTION, On.CONTENT_RECALL), ("ListExecutions", "StartExecution", "SendTaskSuccess")
    )
    return {
        "reconcile_workflows": Plan(
            purpose="Restarts workflows whose execution was lost and repeats effects that are missing",
            timeout=300,
            memory=1024,
            asynchronous=True,
            embeds=True,
            variables=SENDING,
            rights={
                **EMBEDDER_RIGHTS[settings.embedder.kind],
                **_dispatching(settings),
                **running,
                # What was parked because something did not answer is taken in by the consumer's own code.
                On.PARKED: ("Scan", "PutItem", "DeleteItem"),
                On.READ_TABLE: (*READ_ROWS, "PutItem"),
                On.SEARCH: INDEX_PIECES,
                On.LATE_LETTERS: ("SendMessage",),
            },
        ),
    }
