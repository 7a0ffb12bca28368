"""What a hospital's own systems may read as FHIR: one resource by id, or those of a visit or patient by pseudonym."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from narrowcast.application.exports import Exports
from narrowcast.application.guides import ReadingRoom, SignedLibrary, guide_id_of
from narrowcast.application.hospitals import profile_of as hospital_of
from narrowcast.application.hospitals import today
from narrowcast.application.interop import fhir_out
from narrowcast.application.interop.fhir_out import Resource
from narrowcast.application.interop.profile import InteropProfile, Profiles, profile_of
from narrowcast.application.persons import Persons
from narrowcast.application.store import Store, history
from narrowcast.application.streams import GUIDE, VISIT
from narrowcast.domain.errors import Refusal
from narrowcast.domain.guide import Guide


class ResourceUnknown(Refusal):
    """No such resource, or it may not be shown now."""


class SearchUnclear(Refusal):
    """The search names no pseudonym, or a parameter that is not known here: nothing is guessed."""


@dataclass(frozen=True, slots=True)
class FhirReading:
    """Reads. A GET changes nothing (law 5); another hospital's resources do not exist here."""

    store: Store
    library: SignedLibrary
    room: ReadingRoom
    exports: Exports
    profiles: Profiles

    def read(self, hospital: str, kind: str, resource_id: str, version: str = "") -> Resource:
        """Return one resource, of exactly that version if one is named; ResourceUnknown."""
        hospital_of(self.store, hospital)
        readers: Mapping[str, Callable[[str, str], Resource | None]] = {
            "Communication": self._communication,
            "CarePlan": self._care_plan,
            "DocumentReference": self._document,
            "Provenance": self._provenance,
        }
        found = readers[kind](hospital, resource_id) if kind in readers else None
        if found is None or (version and found.get("meta", {}).get("versionId") != version):
            raise ResourceUnknown("没有这个资源，或当前不可提供", field="id")
        return found

    def search(self, hospital: str, kind: str, *, encounter: str = "", subject: str = "") -> Resource:
        """Return the resources of a visit or of a patient; SearchUnclear unless exactly one is named."""
        hospital_of(self.store, hospital)
        if bool(encounter) == bool(subject):
            raise SearchUnclear("请用 encounter 或 subject 之一检索，取值为本系统返回的化名", field="encounter")
        guides = [guide_id_of(encounter)] if encounter else self._guides_of(hospital, subject)
        found = [(each, state) for each in guides if (state := self._guide(hospital, each))]
        resources = (each for guide_id, guide in found for each in self._of(kind, hospital, guide_id, guide))
        return fhir_out.searchset(resources)

    def _of(self, kind: str, hospital: str, guide_id: str, guide: Guide) -> Iterator[Resource]:
        if kind == "Communication":
            yield from self._communications(hospital, guide_id, guide)
        elif kind == "CarePlan":
            yield self.read(hospital, kind, guide_id)
        elif kind in {"DocumentReference", "Provenance"}:
            pieces = dict.fromkeys(piece.content_id for part in guide.made.sections for piece in part.pieces)
            read = self._document if kind == "DocumentReference" else self._provenance
            yield from (found for piece in pieces if (found := read(hospital, piece)))
        else:
            raise ResourceUnknown("没有这类资源", field="kind")

    def _guides_of(self, hospital: str, patient: str) -> list[str]:
        state = Persons(self.store).of(hospital, patient).state
        return list(dict.fromkeys(push.guide_id for push in state.outcomes))

    def _guide(self, hospital: str, guide_id: str) -> Guide | None:
        state = self.store.load(GUIDE, hospital, guide_id).state
        return state if state.assembled else None

    # ---- one resource each ----

    def _communication(self, hospital: str, push_id: str) -> Resource | None:
        guide_id = push_id.rpartition(".")[0]
        guide = self._guide(hospital, guide_id) if guide_id else None
        found = self._communications(hospital, guide_id, guide) if guide else iter(())
        return next((each for each in found if each["id"] == push_id), None)

    def _communications(self, hospital: str, guide_id: str, guide: Guide) -> Iterator[Resource]:
        person = Persons(self.store).of(hospital, guide.made.patient).state
        sent = self._sent(hospital, guide_id)
        for push in person.outcomes:
            if push.guide_id == guide_id:
                delivered = push.push_id in person.arrived
                profile = self._profile(hospital)
                yield fhir_out.communication(profile, push, guide, delivered=delivered, sent=sent.get(push.push_id))

    def _sent(self, hospital: str, guide_id: str) -> Mapping[str, datetime]:
        """Return when each message of a guide left the house."""
        events = history(self.store.log, GUIDE.stream(hospital, guide_id))
        left = (each for each in events if each.type == "GuidePushed")
        return {each.event.push_id: datetime.fromisoformat(each.recorded_at) for each in left}

    def _care_plan(self, hospital: str, guide_id: str) -> Resource | None:
        guide = self._guide(hospital, guide_id)
        if guide is None:
            return None
        visit = self.store.load(VISIT, hospital, guide.made.visit_id).state
        opened = self.room.show_guide(hospital, guide_id)
        shown = {section: {piece.content_id for piece in pieces} for section, pieces in opened.sections}
        pieces = {
            part.section: tuple(each for each in part.pieces if each.content_id in shown.get(part.section, ()))
            for part in guide.made.sections
        }
        return fhir_out.care_plan(self._profile(hospital), guide_id, guide, visit, pieces)

    def _document(self, hospital: str, content_id: str) -> Resource | None:
        state = self.library.piece(hospital, content_id, on=today(self.store, hospital))
        if state is None or state.signed is None:
            return None
        text = self.exports.export(hospital, content_id, "txt")
        return fhir_out.document_reference(
            self._profile(hospital), hospital, content_id, state=state, signed=state.signed, text=text
        )

    def _provenance(self, hospital: str, content_id: str) -> Resource | None:
        state = self.library.piece(hospital, content_id, on=today(self.store, hospital))
        if state is None or state.signed is None:
            return None
        return fhir_out.provenance(self._profile(hospital), content_id, state, state.signed)

    def _profile(self, hospital: str) -> InteropProfile:
        return profile_of(self.profiles, hospital)
