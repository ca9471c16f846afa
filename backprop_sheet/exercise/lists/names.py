"""How people and learning platforms write names: words, Moodle's participants, names of files."""

import re
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 80
"""The most words of a name that are looked at."""
PARTICIPANTS = {
    *("participant", "teilnehmer/in", "teilnehmer:in", "teilnehmer*in", "teilnehmerin"),
    *("participante", "partecipante", "deelnemer", "deltagare", "deltager", "deltaker"),
    *("parte-hartzailea", "uczestnik", "osallistuja", "ucastnik", "участник", "katilimci"),
    *("dalyvis", "参与者", "参加者", "參與者"),
}
"""How Moodle calls a student in front of the number, without accents."""
MOODLES_FILE = re.compile(
    r"(?P<prefix>(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?)(?P<rest>.*)",
    re.DOTALL,
)
"""How Moodle calls a student's folder, or a file where there are no folders."""
CANVASS_FILE = re.compile(
    r"(?P<name>[^\W_]+)_(?:LATE_)?(?P<number>\d{2,})_(?P<file>\d{2,})_(?P<rest>.+)", re.DOTALL
)
"""How Canvas calls a file."""
_PARTICIPANT = re.compile(r"\s*(\D*[^\d\s])\s*(\d+)\s*")


def without_accents(text: str) -> str:
    """A text in small letters, without accents: what people leave out when they type."""
    # ø, ł and ı are letters of their own to Unicode.
    other = text.casefold().translate(str.maketrans("øłıđ", "olid"))
    split = unicodedata.normalize("NFKD", other)
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()


def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, without case and accents."""
    return tuple(re.findall(r"[^\W_]+", without_accents(text))[:MOST_WORDS])


def participant_number(text: str) -> str:
    """Moodle's number of a student, from Participant 123 in any language; empty if it is none."""
    found = _PARTICIPANT.fullmatch(text)
    return found[2] if found and without_accents(found[1]) in PARTICIPANTS else ""


def moodles_folder(parts: Iterable[str]) -> str:
    """What Moodle called a student's folder among the parts of a path; empty if it did not."""
    found = (MOODLES_FILE.fullmatch(part) for part in parts)
    return next((match["prefix"] for match in found if match), "")
