"""What the pages of wishes and of the general library show, already in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """A purpose that may be consented to, and whether it is."""

    purpose: str
    words: str
    given: bool


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose among others."""

    name: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class WishesPage:
    """What a patient wishes to be sent; quiet hours are HH:MM, empty if she chose none of her own."""

    hospital_name: str
    wishes: tuple[Wish, ...]
    frequencies: tuple[Option, ...]
    quiet_begin: str
    quiet_end: str
    house_quiet: str
    reading: tuple[Choice, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A signed piece in a list."""

    href: str
    title: str
    section: str
    signer: str


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """Some of the pieces that anybody may read; `more` leads to the next ones, empty at the end."""

    hospital_name: str
    sections: tuple[Option, ...]
    entries: tuple[LibraryEntry, ...]
    more: str
