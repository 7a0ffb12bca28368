"""The composition root: which adapter stands behind which port, and what each use case is made of.

Everything is made on first use and then kept for the life of the process. Adapters are imported where they are made,
so that a function pays only for those it uses.
"""

from __future__ import annotations

from functools import cache, cached_property
from time import sleep
from typing import TYPE_CHECKING, Any

from narrowcast.adapters.system import RandomIds, SystemClock
from narrowcast.application.adoption import Adopting
from narrowcast.application.assembling import Assembly
from narrowcast.application.care_desk import CareDesk, Diaries, TaskMaker
from narrowcast.application.consequences import Consequences
from narrowcast.application.dispatch import Dispatcher, Mailroom
from narrowcast.application.facts import FactLedger
from narrowcast.application.followers import Followers
from narrowcast.application.forgetting import Erasure, Forgetting
from narrowcast.application.guides import ReadingRoom, SignedLibrary
from narrowcast.application.hl7_desk import Hl7Desk
from narrowcast.application.hospitals import Registry
from narrowcast.application.links import LinkOffice, LinkSecret
from narrowcast.application.parking import DISPATCH, PROJECT, Parking, Replay
from narrowcast.application.postponing import Postponing
from narrowcast.application.production import Catalogue, Checking, Drafting, Newsroom, Publishing, Waiting
from narrowcast.application.projections import PROJECTIONS, READ, Projector
from narrowcast.application.push_desk import PushDesk
from narrowcast.application.rebuild import Rebuilder
from narrowcast.application.recalls import Closing, Correcting, RecallRegister, RecallWaits, Telling
from narrowcast.application.reconcile import Reconciler
from narrowcast.application.reminding import ReminderPlan, Reminding
from narrowcast.application.sealing import Sealer
from narrowcast.application.settling import Settling
from narrowcast.application.signing import SigningDesk
from narrowcast.application.store import Store
from narrowcast.application.visits import Pseudonyms, Reception
from narrowcast.application.waits import Waits
from narrowcast.domain.vocabulary import Channel
from narrowcast.runtime.settings import Settings, from_environment

if TYPE_CHECKING:
    from pynamodb.connection import Connection

    from narrowcast.adapters.models.model import Model
    from narrowcast.adapters.s3.bodies import S3Bodies
    from narrowcast.application import ports
    from narrowcast.application.admission import Admission
    from narrowcast.application.aftercare import Aftercare
    from narrowcast.application.app_inbox import AppInbox
    from narrowcast.application.assistant import Assistant
    from narrowcast.application.backlog import Backlog, KeyPointsDesk
    from narrowcast.application.courier import Courier
    from narrowcast.application.doors import Doors
    from narrowcast.application.explanations import Explanations
    from narrowcast.application.exports import Exports
    from narrowcast.application.fhir_desk import FhirDesk
    from narrowcast.application.inbox import Inbox
    from narrowcast.application.interop.cds_hooks import CardDesk
    from narrowcast.application.interop.fhir_reading import FhirReading
    from narrowcast.application.interop.knowledge import Knowledge
    from narrowcast.application.interop.profile import Profiles
    from narrowcast.application.past import Past
    from narrowcast.application.patients import PatientFiles
    from narrowcast.application.public_library import PublicLibrary
    from narrowcast.application.quoting import Shelves
    from narrowcast.application.readers import Readers
    from narrowcast.application.reminders import Reminders
    from narrowcast.application.reports import Reports
    from narrowcast.application.retention import Retention
    from narrowcast.application.retrieval import Retrieval
    from narrowcast.application.sign_on import SignOn
    from narrowcast.application.simulation import Simulation
    from narrowcast.application.transcripts import Transcripts
    from narrowcast.application.wechat import Accounts as WechatAccounts
    from narrowcast.application.wechat import ServiceMessages, WechatDesk
    from narrowcast.application.wishes import Wishes
    from narrowcast.domain.routing import Embed

DRAFTING_SECONDS = 100
REVIEWING_SECONDS = 40
EMBEDDING_SECONDS = 5
CHOOSING_SECONDS = 3
"""How long a model may keep its function waiting: less than the function has, so that the function can go on."""


class Composition:
    """Ports and use cases of one process."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing is made yet."""
        self.settings = settings

    # Ports

    @cached_property
    def store(self) -> Store:
        from narrowcast.adapters.dynamodb.event_log import DynamoEventLog

        log = DynamoEventLog(self._tables, self.settings["EVENT_LOG_TABLE"])
        return Store(log, SystemClock(), RandomIds(), self.snapshots)

    @cached_property
    def snapshots(self) -> ports.Snapshots | None:
        """Snapshots of long streams; None for a function that loads none of them."""
        name = self.settings.get("SNAPSHOT_TABLE")
        if not name:
            return None
        from narrowcast.adapters.dynamodb.snapshots import DynamoSnapshots

        return DynamoSnapshots(self._tables, name)

    @cached_property
    def read(self) -> ports.ReadTable:
        from narrowcast.adapters.dynamodb.read_table import DynamoReadTable

        return DynamoReadTable(self._tables, self.settings["READ_TABLE"])

    @cached_property
    def links(self) -> ports.Links:
        from narrowcast.adapters.dynamodb.links import DynamoLinks

        return DynamoLinks(self._tables, self.settings["LINKS_TABLE"])

    @cached_property
    def tokens(self) -> ports.TaskTokens:
        from narrowcast.adapters.dynamodb.task_tokens import DynamoTaskTokens

        return DynamoTaskTokens(self._tables, self.settings["TASKS_TABLE"], SystemClock())

    @cached_property
    def effects(self) -> ports.Effects:
        from narrowcast.adapters.dynamodb.effects import DynamoEffects

        return DynamoEffects(self._tables, self.settings["EFFECTS_TABLE"], SystemClock())

    @cached_property
    def key_ring(self) -> ports.KeyRing:
        from narrowcast.adapters.dynamodb.key_ring import DynamoKeyRing
        from narrowcast.adapters.kms.sealer import KmsSealer

        sealer = KmsSealer(self._client("kms"), self.settings["VAULT_KEY_ID"])
        return DynamoKeyRing(self._tables, self.settings["KEYS_TABLE"], sealer)

    @cached_property
    def parking_lot(self) -> ports.ParkingLot:
        from narrowcast.adapters.dynamodb.parked import DynamoParkingLot

        return DynamoParkingLot(self._tables, self.settings["PARKED_TABLE"], SystemClock())

    @cached_property
    def vault(self) -> ports.Vault:
        from narrowcast.adapters.dynamodb.vault import DynamoVault

        return DynamoVault(self._tables, self.settings["VAULT_TABLE"], self.key_ring)

    @cached_property
    def refusals(self) -> ports.Refusals:
        from narrowcast.adapters.dynamodb.refusals import DynamoRefusals

        return DynamoRefusals(self._tables, self.settings["REFUSALS_TABLE"], self.refused_bodies)

    @cached_property
    def refused_bodies(self) -> S3Bodies:
        from narrowcast.adapters.s3.bodies import S3Bodies

        return S3Bodies(self._client("s3"), self.settings["ASSET_BUCKET"], "refused/")

    @cached_property
    def receipts(self) -> ports.Receipts:
        from narrowcast.adapters.dynamodb.receipts import DynamoReceipts

        return DynamoReceipts(self._tables, self.settings["EFFECTS_TABLE"], SystemClock())

    @cached_property
    def code_maps(self) -> ports.CodeMaps:
        from narrowcast.adapters.s3.code_maps import S3CodeMaps

        return S3CodeMaps(self._client("s3"), self.settings["ASSET_BUCKET"], SystemClock())

    @cached_property
    def signing_key(self) -> ports.SigningKey:
        from narrowcast.adapters.kms.signing_key import KmsSigningKey
        from narrowcast.adapters.remembering_key import RememberingKey

        return RememberingKey(KmsSigningKey(self._client("kms"), self.settings["SIGNING_KEY_ID"]))

    @cached_property
    def seal_key(self) -> ports.SigningKey:
        from narrowcast.adapters.kms.signing_key import KmsSigningKey

        return KmsSigningKey(self._client("kms"), self.settings["SEAL_KEY_ID"])

    @cached_property
    def roots(self) -> ports.Roots:
        from narrowcast.adapters.s3.roots import S3Roots

        return S3Roots(self._client("s3"), self.settings["ROOT_BUCKET"])

    @cached_property
    def index(self) -> ports.ContentIndex:
        import boto3

        from narrowcast.adapters.opensearch.client import open_search
        from narrowcast.adapters.opensearch.content_index import OpenSearchContentIndex

        session = boto3.Session(region_name=self.settings.region)
        client = open_search(self.settings["SEARCH_ENDPOINT"], session=session, region=self.settings.region)
        embedder = self.search_embedder
        if embedder is None:
            return OpenSearchContentIndex(client)
        from narrowcast.application.vectors import VectorIndex

        index = OpenSearchContentIndex(client, model=embedder.name, dimensions=embedder.dimensions)
        return VectorIndex(index, embedder)

    @cached_property
    def search_embedder(self) -> ports.Embedder | None:
        """The embedder as search uses it: the local model's vectors are centred."""
        from narrowcast.adapters.embedding.centred import Centred

        local = self.settings.get("EMBEDDER", "none") == "local"
        return Centred(self.embedder) if self.embedder and local else self.embedder

    @cached_property
    def embedder(self) -> ports.Embedder | None:
        """What turns texts into vectors; None if search is by words alone, or this function does not search."""
        kind = self.settings.get("EMBEDDER", "none")
        make = {"local": self._local_embedder, "bedrock": self._bedrock_embedder, "openai": self._openai_embedder}
        return None if kind == "none" else make[kind]()

    def _local_embedder(self) -> ports.Embedder:
        from narrowcast.adapters.embedding.local_e5 import LocalE5

        return LocalE5()

    def _bedrock_embedder(self) -> ports.Embedder:
        from narrowcast.adapters.embedding.bedrock import BedrockEmbedder

        return BedrockEmbedder(self._client("bedrock-runtime", EMBEDDING_SECONDS), self.settings["EMBEDDER_MODEL"])

    def _openai_embedder(self) -> ports.Embedder:
        from urllib3 import PoolManager

        from narrowcast.adapters.embedding.openai import OpenAiEmbedder

        return OpenAiEmbedder(
            PoolManager(),
            self.settings["EMBEDDER_ENDPOINT"],
            self.settings["EMBEDDER_MODEL"],
            lambda: self._secret("EMBEDDER_SECRET_ARN").decode(),
            dimensions=int(self.settings.get("EMBEDDER_DIMENSIONS", "1024")),
            seconds=EMBEDDING_SECONDS,
        )

    @cached_property
    def workflows(self) -> ports.Workflows:
        from narrowcast.adapters.stepfunctions.workflows import StepFunctionsWorkflows

        machines = {
            "content_production": self.settings.get("CONTENT_PRODUCTION_ARN"),
            "guide_delivery": self.settings.get("GUIDE_DELIVERY_ARN"),
            "content_recall": self.settings.get("CONTENT_RECALL_ARN"),
        }
        return StepFunctionsWorkflows(self._client("stepfunctions"), machines)

    @cached_property
    def schedules(self) -> ports.Schedules:
        from narrowcast.adapters.scheduler.schedules import EventBridgeSchedules

        machines = {"guide_delivery": self.settings["GUIDE_DELIVERY_ARN"]}
        group, role = self.settings["GUIDE_SCHEDULES"], self.settings["GUIDE_SCHEDULES_ROLE_ARN"]
        return EventBridgeSchedules(self._client("scheduler"), group, role, machines)

    @cached_property
    def messenger(self) -> ports.Messenger:
        from urllib3 import PoolManager

        from narrowcast.adapters.messaging.app_webhook import AppWebhook
        from narrowcast.adapters.messaging.mail import SesMail
        from narrowcast.adapters.messaging.router import ChannelMessenger
        from narrowcast.adapters.messaging.sms import SnsSms

        channels: dict[Channel, ports.Messenger] = {Channel.SMS: SnsSms(self._client("sns", attempts=1))}
        if sender := self.settings.get("MAIL_SENDER"):
            channels[Channel.MAIL] = SesMail(self._client("ses", attempts=1), sender)
        if url := self.settings.get("APP_WEBHOOK_URL"):
            channels[Channel.APP] = AppWebhook(PoolManager(), url, self._secret("APP_WEBHOOK_SECRET_ARN"))
        if self.settings.get("WECHAT", "{}") != "{}":
            from narrowcast.adapters.messaging.wechat import WechatNotices

            channels[Channel.WECHAT] = WechatNotices(PoolManager(), self.wechat_accounts)
        return ChannelMessenger(channels)

    @cached_property
    def drafter(self) -> ports.Drafter:
        if self.settings.get("DRAFTER", "recombiner") == "recombiner":
            from narrowcast.adapters.models.recombiner import Recombiner

            return Recombiner()
        from narrowcast.adapters.models.drafter import ModelDrafter

        return ModelDrafter(self._model("DRAFTER", DRAFTING_SECONDS))

    @cached_property
    def reviewer(self) -> ports.SecondOpinion | None:
        """The second opinion; None if the hospital wants none."""
        if self.settings.get("REVIEWER", "none") == "none":
            return None
        from narrowcast.adapters.models.reviewer import ModelReviewer

        return ModelReviewer(self._model("REVIEWER", REVIEWING_SECONDS))

    @cached_property
    def chooser(self) -> ports.Chooser | None:
        """A model that chooses among signed sentences; None if the hospital wants none: the rules choose."""
        if self.settings.get("CHOOSER", "none") == "none":
            return None
        from narrowcast.adapters.models.chooser import ModelChooser

        return ModelChooser(self._model("CHOOSER", CHOOSING_SECONDS))

    def _model(self, use: str, seconds: float) -> Model:
        """Return the way to the model of a use (DRAFTER, REVIEWER, CHOOSER)."""
        make = {"bedrock": self._bedrock, "openai": self._openai}
        return make[self.settings[use]](use, seconds)

    def _bedrock(self, use: str, seconds: float) -> Model:
        from narrowcast.adapters.models.bedrock import BedrockModel

        return BedrockModel(self._client("bedrock-runtime", seconds, attempts=1), self.settings[f"{use}_MODEL"])

    def _openai(self, use: str, seconds: float) -> Model:
        from urllib3 import PoolManager

        from narrowcast.adapters.models.openai import OpenAiModel

        endpoint, model = self.settings[f"{use}_ENDPOINT"], self.settings[f"{use}_MODEL"]
        key = lambda: self._secret(f"{use}_SECRET_ARN").decode()  # noqa: E731 - asked for at each call
        return OpenAiModel(PoolManager(), endpoint, model, key, seconds=seconds)

    @cached_property
    def clients(self) -> ports.Clients:
        from narrowcast.adapters.apigateway.clients import ApiKeyClients

        return ApiKeyClients(self._client("apigateway"), SystemClock())

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        return Pseudonyms(self._secret("PSEUDONYM_SECRET_ARN"))

    @cached_property
    def link_secret(self) -> LinkSecret:
        return LinkSecret(self._secret("LINK_SECRET_ARN"))

    # Use cases

    @cached_property
    def registry(self) -> Registry:
        return Registry(self.store, self.vault)

    @cached_property
    def facts(self) -> FactLedger:
        return FactLedger(self.store)

    @cached_property
    def newsroom(self) -> Newsroom:
        return Newsroom(self.store, self.read)

    @cached_property
    def adopting(self) -> Adopting:
        return Adopting(self.store)

    @cached_property
    def drafting(self) -> Drafting:
        return Drafting(self.store, self.drafter)

    @cached_property
    def checking(self) -> Checking:
        from narrowcast.runtime.observability import second_opinion_unheard

        return Checking(self.store, self.reviewer, second_opinion_unheard)

    @cached_property
    def waits(self) -> Waits:
        return Waits(self.store, self.tokens, self.workflows)

    @cached_property
    def waiting(self) -> Waiting:
        return Waiting(self.store, self.waits, self.read, self.settings.link_lifetime)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.store)

    @cached_property
    def publishing(self) -> Publishing:
        return Publishing(self.store, self.signing_key)

    @cached_property
    def signing_desk(self) -> SigningDesk:
        return SigningDesk(self.store, self._office, self.signing_key)

    @cached_property
    def reception(self) -> Reception:
        return Reception(self.store, self.vault, self.pseudonyms)

    @cached_property
    def hl7_desk(self) -> Hl7Desk:
        return Hl7Desk(self.reception, self.refusals, self.receipts, self.code_maps, self.pseudonyms.key)

    @cached_property
    def admission(self) -> Admission:
        from narrowcast.application.admission import Admission

        return Admission(self.store, self.reception, self.pseudonyms)

    @cached_property
    def fhir_desk(self) -> FhirDesk:
        from narrowcast.application.fhir_desk import FhirDesk
        from narrowcast.application.subscriptions import SubscriptionDesk

        counting = SubscriptionDesk(self.store, self.pseudonyms)
        return FhirDesk(self.store, self.admission, counting, self.refusals, self.code_maps)

    @cached_property
    def base_url(self) -> str:
        """Where this API is reached; empty where nobody said."""
        return self.settings.get("PUBLIC_BASE_URL").rstrip("/")

    @cached_property
    def interop(self) -> Profiles:
        """What each hospital chose for speaking with other systems."""
        from narrowcast.application.interop.profile import read_profiles

        return read_profiles(self.settings.get("INTEROP"))

    @cached_property
    def fhir_reading(self) -> FhirReading:
        from narrowcast.application.interop.fhir_reading import FhirReading

        return FhirReading(self.store, self.library, self.reading_room, self.exports, self.interop)

    @cached_property
    def knowledge(self) -> Knowledge:
        from narrowcast.application.interop.knowledge import Knowledge

        return Knowledge(self.store, self.read, self.library, self.interop)

    @cached_property
    def card_desk(self) -> CardDesk:
        from narrowcast.application.interop.cds_hooks import CardDesk

        return CardDesk(self.store, self.reading_room, self.pseudonyms)

    @cached_property
    def assembly(self) -> Assembly:
        return Assembly(self.store, self.library, self.index)

    @cached_property
    def aftercare(self) -> Aftercare:
        from narrowcast.application.aftercare import Aftercare

        return Aftercare(self.store, self.reading_room, self.library, self.key_ring, self._routing_vectors)

    @cached_property
    def diaries(self) -> Diaries:
        return Diaries(self.store, self.key_ring)

    @cached_property
    def care_desk(self) -> CareDesk:
        return CareDesk(self.store, self.read, self.diaries)

    @cached_property
    def reminding(self) -> Reminding:
        return Reminding(self.store, self.library, self.push_desk)

    @cached_property
    def library(self) -> SignedLibrary:
        return SignedLibrary(self.store, self.signing_key)

    @cached_property
    def explanations(self) -> Explanations:
        """Why guides are as they are."""
        from narrowcast.application.explanations import Explanations

        return Explanations(self.store)

    @cached_property
    def simulation(self) -> Simulation:
        """What past guides would be under other rules."""
        from narrowcast.application.simulation import Simulation

        return Simulation(self.store, self.signing_key)

    @cached_property
    def retrieval(self) -> Retrieval:
        """Search over signed pieces."""
        from narrowcast.application.retrieval import Ranking, Retrieval

        return Retrieval(self.store, self.library, Ranking(self.index, self.search_embedder))

    @cached_property
    def exports(self) -> Exports:
        """Text forms: what the API gives out."""
        from narrowcast.application.exports import TEXT_WRITERS, Exports

        return Exports(self.store, self.library, TEXT_WRITERS)

    @cached_property
    def past(self) -> Past:
        """What stood in the log, and what was shown, at any time."""
        from narrowcast.application.past import Past

        return Past(self.store, self.signing_key, self.exports)

    @cached_property
    def press(self) -> Exports:
        """All forms, those that are drawn included: needs the extra `print` and a Chinese font."""
        from narrowcast.adapters.printing.pdf import draw_pdf
        from narrowcast.adapters.printing.png import draw_png
        from narrowcast.application.exports import Exports

        return Exports(self.store, self.library, {**self.exports.writers, "pdf": draw_pdf, "png": draw_png})

    @cached_property
    def shelves(self) -> Shelves:
        from narrowcast.application.quoting import Shelves

        return Shelves(self.read, self.library)

    @cached_property
    def transcripts(self) -> Transcripts:
        from narrowcast.application.quoting import Glossary, Quoting
        from narrowcast.application.sealed_words import SealedWords
        from narrowcast.application.transcripts import Transcripts

        return Transcripts(self.store, SealedWords(self.key_ring), Quoting(self.library), Glossary(self.shelves))

    @cached_property
    def assistant(self) -> Assistant:
        from narrowcast.application.assistant import Assistant

        words, quoting = self.transcripts.words, self.transcripts.quoting
        return Assistant(self.store, self.retrieval, self.shelves, quoting, words, self._routing_vectors, self.chooser)

    @cached_property
    def _routing_vectors(self) -> Embed | None:
        """Vectors of the one model that routing was trained with; without it the cues alone are weighed."""
        local = self.settings.get("EMBEDDER") == "local"
        return self.embedder.queries if self.embedder and local else None

    @cached_property
    def inbox(self) -> Inbox:
        from narrowcast.application.inbox import Inbox

        return Inbox(self.store, self.read, self.transcripts.words, self.transcripts, self.shelves)

    @cached_property
    def reminders(self) -> Reminders:
        from narrowcast.application.reminders import Reminders

        return Reminders(self.store, self.read)

    @cached_property
    def retention(self) -> Retention:
        from narrowcast.application.retention import Retention
        from narrowcast.application.sealed_words import SealedWords

        return Retention(self.store, self.read, SealedWords(self.key_ring))

    @cached_property
    def reports(self) -> Reports:
        from narrowcast.application.reports import Reports

        return Reports(self.store, self.read, self.transcripts.quoting)

    @cached_property
    def doors(self) -> Doors:
        from narrowcast.application.doors import Doors

        return Doors(self.store, self.links, self._office, self.assistant)

    @cached_property
    def wechat_accounts(self) -> WechatAccounts:
        """The official accounts by the secrets that the settings name; none unless they name some."""
        from narrowcast.runtime.wechat import SecretAccounts

        return SecretAccounts(self.settings.get("WECHAT", "{}"), self._secret_at)

    @cached_property
    def wechat_messages(self) -> ServiceMessages:
        from urllib3 import PoolManager

        from narrowcast.adapters.messaging.wechat import WechatMessages

        return WechatMessages(PoolManager())

    @cached_property
    def wechat_desk(self) -> WechatDesk:
        from narrowcast.application.wechat import WechatDesk

        return WechatDesk(
            self.store,
            self.wechat_accounts,
            self.doors,
            self.assistant,
            self.vault,
            self.pseudonyms,
            self.effects,
            self.wechat_messages,
            self.base_url,
        )

    @cached_property
    def courier(self) -> Courier | None:
        """Carries replies of staff to WeChat; None where no hospital has an official account."""
        if self.settings.get("WECHAT", "{}") == "{}":
            return None
        from narrowcast.application.courier import Courier

        accounts, messages = self.wechat_accounts, self.wechat_messages
        return Courier(self.store, accounts, self.vault, self.transcripts.words, self.effects, messages)

    @cached_property
    def sign_on(self) -> SignOn:
        """The accounts of staff; only where the hospital keeps them in a user pool."""
        from narrowcast.adapters.cognito.sign_on import CognitoSignOn

        pool, client = self.settings["USER_POOL_ID"], self.settings["USER_POOL_CLIENT_ID"]
        return CognitoSignOn(self._client("cognito-idp"), pool, client)

    @cached_property
    def push_desk(self) -> PushDesk:
        return PushDesk(self.store, self.vault)

    @cached_property
    def closing(self) -> Closing:
        return Closing(self.store, self.read)

    @cached_property
    def recall_register(self) -> RecallRegister:
        return RecallRegister(self.store, self.read)

    @cached_property
    def backlog(self) -> Backlog:
        from narrowcast.application.backlog import Backlog

        return Backlog(self.store, self.read)

    @cached_property
    def key_points_desk(self) -> KeyPointsDesk:
        from narrowcast.application.backlog import KeyPointsDesk

        return KeyPointsDesk(self.store, self._office, self.facts)

    @cached_property
    def correcting(self) -> Correcting:
        waits = RecallWaits(self.store, self.read, self.tokens, self.workflows)
        return Correcting(self.store, self.read, self.newsroom, waits)

    @cached_property
    def telling(self) -> Telling:
        return Telling(self.store, self.push_desk)

    @cached_property
    def app_inbox(self) -> AppInbox:
        """The inbox in the hospital's own app."""
        from narrowcast.application.app_inbox import AppInbox

        session_key = self._secret("APP_WEBHOOK_SECRET_ARN")
        return AppInbox(self.store, self.links, self.link_secret, self.readers, self.pseudonyms, session_key)

    @cached_property
    def wishes(self) -> Wishes:
        """What patients wish to be sent."""
        from narrowcast.application.wishes import Wishes

        return Wishes(self.store, self.reading_room)

    @cached_property
    def public_library(self) -> PublicLibrary:
        """What anybody may read."""
        from narrowcast.application.public_library import PublicLibrary

        return PublicLibrary(self.store, self.read, self.library, self.interop)

    @cached_property
    def readers(self) -> Readers:
        """Who may open a guide."""
        from narrowcast.application.readers import Readers

        return Readers(self.store, self._office, self.pseudonyms)

    @cached_property
    def reading_room(self) -> ReadingRoom:
        return ReadingRoom(self.store, self._office, self.library)

    @cached_property
    def projector(self) -> Projector:
        return Projector(self.store, self.read, self.index)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        consequences = Consequences(self.store, self.read)
        postponing = Postponing(self.store, self.workflows, self.schedules)
        return Dispatcher(
            self.workflows,
            self.waits,
            self._mailroom,
            consequences,
            self.erasure,
            self.settling,
            postponing,
            ReminderPlan(self.store, self.schedules),
            TaskMaker(self.store, self.read),
            self.courier,
        )

    @cached_property
    def settling(self) -> Settling:
        return Settling(self.store, self.workflows, self.schedules)

    @cached_property
    def erasure(self) -> Erasure:
        return Erasure(self.store, self.vault, self.key_ring, self.refused_bodies, self.pseudonyms)

    @cached_property
    def patient_files(self) -> PatientFiles:
        from narrowcast.application.patients import PatientFiles

        return PatientFiles(self.store, self.vault, self.library, self.transcripts, self.diaries)

    @cached_property
    def forgetting(self) -> Forgetting:
        return Forgetting(self.store, self.erasure)

    @cached_property
    def parking(self) -> Parking:
        return Parking(self.parking_lot, SystemClock())

    @cached_property
    def replay(self) -> Replay:
        # Each consumer is made when a record of its own is replayed.
        consumers = {
            PROJECT: lambda commit: self.projector.take_in(commit),  # noqa: PLW0108
            DISPATCH: lambda commit: self.dispatcher.carry_out(commit),  # noqa: PLW0108
        }
        return Replay(self.store.log, self.parking_lot, self.effects, consumers)

    def rebuilder(self, projection: str) -> Rebuilder:
        """What rebuilds `read` or `index`."""
        return Rebuilder(self.store.log, PROJECTIONS[projection], self.kept(projection).begin, sleep)

    def kept(self, projection: str) -> ports.ReadTable | ports.ContentIndex:
        """Where `read` or `index` is kept."""
        return self.read if projection == READ.name else self.index

    @cached_property
    def reconciler(self) -> Reconciler:
        return Reconciler(
            self.store, self.read, self.workflows, self.dispatcher, self.effects, self.parking, self.replay
        )

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(self.store.log, self.roots, self.seal_key, self.store.clock)

    @cached_property
    def _mailroom(self) -> Mailroom:
        return Mailroom(
            store=self.store,
            vault=self.vault,
            links=self.links,
            secret=self.link_secret,
            messenger=self.messenger,
            effects=self.effects,
            base_url=self.settings["PUBLIC_BASE_URL"],
            followers=Followers(self.store, self.pseudonyms),
        )

    @cached_property
    def _office(self) -> LinkOffice:
        return LinkOffice(self.links, self.link_secret)

    # Clients

    @cached_property
    def _tables(self) -> Connection:
        from narrowcast.adapters.dynamodb.tables import connect

        return connect(region=self.settings.region, host=self.settings.aws_endpoint)

    def _client(self, service: str, seconds: float = 5, *, attempts: int = 3) -> Any:
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=1, read_timeout=seconds, retries={"mode": "standard", "max_attempts": attempts})
        make: Any = boto3.client  # typed by literal names; here the name is a value
        return make(service, region_name=self.settings.region, endpoint_url=self.settings.aws_endpoint, config=config)

    def _secret(self, name: str) -> bytes:
        return self._secret_at(self.settings[name])

    def _secret_at(self, arn: str) -> bytes:
        answer = self._client("secretsmanager").get_secret_value(SecretId=arn)
        value: str = answer["SecretString"]
        return value.encode()


@cache
def composition() -> Composition:
    """Return this process's composition, from its environment."""
    return Composition(from_environment())
