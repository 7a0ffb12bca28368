"""Many deliveries in memory, written as events by a seeded generator that keeps its own account of them.

Assumptions: a patient has one guide, one in ten a second one; of the guides one in five tells the fact that is taken
back, one in twenty of these in its first edition alone; one in ten was never pushed. Of the patients one in thirty took
the consent back, one in a hundred was forgotten. Everybody can be reached by SMS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from narrowcast.application.ports import Contact
from narrowcast.application.store import Actor
from narrowcast.application.streams import GUIDE, PATIENT
from narrowcast.contracts.codec import timestamp
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import GuideAssembled, GuidePushed, GuideSection, PieceRef
from narrowcast.domain.patient import ConsentGiven, ConsentWithdrawn, FactsDelivered, PatientForgotten, PushApproved
from narrowcast.domain.signing import document_hash
from narrowcast.domain.vocabulary import Channel, ForgettingReason, Purpose, Section
from tests.support.newsroom import HOSPITAL, METFORMIN_TOPIC, World

TOLD = FactRef("met-meal", 1)
OTHERS = 300
"""Further facts that guides tell, none of which changes."""
ACTOR = Actor("test:deliveries")


@dataclass
class Account:
    """What the generator knows: guides that carried the fact, those that reached their patient with it, and of whom.

    `tellable` are patients who must get the message: the fact is of medication, so no consent is asked for.
    """

    carriers: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)

    @property
    def tellable(self) -> set[str]:
        return set(self.given.values()) - self.forgotten


def hospital() -> World:
    """A hospital with the piece that tells the fact."""
    return World().open_hospital().publish("dm-know").publish("met-start", METFORMIN_TOPIC)


def deliver(world: World, count: int, seed: int = 6) -> Account:
    """Write so many guides; rows follow, messages do not."""
    chance, account = Random(seed), Account()  # noqa: S311 - a test's numbers
    piece = world.content("met-start")
    taken = PieceRef("met-start", piece.revision, document_hash(HOSPITAL, "met-start", piece), piece.draft.facts)
    patient = ""
    for number in range(count):
        if not patient or chance.random() > 1 / 11:
            patient = f"p-{number:06}"
            _admit(world, account, patient, chance)
        _write_guide(world, account, f"g-{number:06}", patient, taken=taken, chance=chance)
    for commit in world.log.scan():
        world._consumed.add((commit.stream, commit.version))
    return account


def _admit(world: World, account: Account, patient: str, chance: Random) -> None:
    moment = timestamp(world.clock.now())
    events: list[object] = [ConsentGiven(Purpose.PERSONAL_EDUCATION, "visit", moment, "visit", 1)]
    fate = chance.random()
    if fate < 1 / 30:
        events.append(ConsentWithdrawn(Purpose.PERSONAL_EDUCATION, "guide_page", moment, "guide_page", 1))
    elif fate < 1 / 30 + 1 / 100:
        events.append(PatientForgotten(ForgettingReason.PATIENT_REQUEST, ""))
        account.forgotten.add(patient)
    if patient not in account.forgotten:
        world.vault.keep(PATIENT.stream(HOSPITAL, patient), Contact(phone=f"+861{patient[2:]:0>10}"))
    world.store.execute(PATIENT, HOSPITAL, patient, lambda _: tuple(events), ACTOR)


def _write_guide(
    world: World, account: Account, guide_id: str, patient: str, *, taken: PieceRef, chance: Random
) -> None:
    tells, pushed = chance.random() < 1 / 5, chance.random() > 1 / 10
    first_alone = tells and chance.random() < 1 / 20
    first = _made(guide_id, patient, [taken] if tells else [], chance)
    push = GuidePushed(f"{guide_id}.1", Channel.SMS)
    events: list[object] = [first, *([push] if pushed else [])]
    if first_alone:
        events.append(_made(guide_id, patient, [], chance))
    world.store.execute(GUIDE, HOSPITAL, guide_id, lambda _: tuple(events), ACTOR)
    world.projector.project(GUIDE.stream(HOSPITAL, guide_id))
    if pushed:
        facts = (TOLD,) if tells else ()
        approved = PushApproved(f"{guide_id}.1", guide_id, Channel.SMS, "visit", facts, world.clock.now())
        delivered = FactsDelivered(f"{guide_id}.1", guide_id, facts, world.clock.now(), Channel.SMS)
        world.store.execute(PATIENT, HOSPITAL, patient, lambda _: (approved, delivered), ACTOR)
    if tells:
        account.carriers.add(guide_id)
    if tells and pushed:
        account.given[guide_id] = patient


def _made(guide_id: str, patient: str, own: list[PieceRef], chance: Random) -> GuideAssembled:
    others = [_other(chance.randrange(OTHERS)) for _ in range(4)]
    sections = [GuideSection(Section.DISEASE, tuple(dict.fromkeys(others)))]
    if own:
        sections.append(GuideSection(Section.MEDICATION, tuple(own)))
    return GuideAssembled(f"v-{guide_id}", patient, tuple(sections), (), "bench")


def _other(number: int) -> PieceRef:
    return PieceRef(f"other-{number}", 1, f"{number:064x}", (FactRef(f"fact-{number}", 1),))
