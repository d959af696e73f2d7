"""What a month's minutes and device days count for, as values with their source (clinical §2.5, CY 2026).

Codes with our own words: CPT descriptors are licensed and are not shipped. Counts of evidence, never billing advice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary import Credential, Programme

YEAR = 2026
NOTICE = (
    f"Counts of evidence by the thresholds of CY {YEAR}, not billing advice. Payers differ, and what only a chart can "
    "show (care plan, initiating visit, medical decision making) is not judged here."
)


class Whose(StrEnum):
    """Whose minutes a code counts."""

    ANY = "any"
    STAFF = "clinical-staff"
    PERSONAL = "physician-or-qualified-professional"


_PERSONAL = frozenset({Credential.PHYSICIAN, Credential.APRN, Credential.PA})


@dataclass(frozen=True, slots=True)
class Band:
    """One code: once from ``first`` minutes (and below ``below``), or with ``each`` once for each full so many after.

    ``interactive``: needs a conversation in real time in the month. ``most`` bounds the repeats.
    """

    code: str
    programme: Programme
    what: str
    first: int
    source: str
    below: int | None = None
    each: int | None = None
    most: int | None = None
    whose: Whose = Whose.ANY
    interactive: bool = False
    not_with: tuple[str, ...] = ()

    def count(self, minutes: int, *, interactive: bool) -> int:
        """How often whole minutes of a month reach it; 19 min 59 s are 19 minutes."""
        if self.interactive and not interactive:
            return 0
        if self.each is not None:
            times = max(0, minutes - self.first) // self.each
            return times if self.most is None else min(times, self.most)
        return int(self.first <= minutes and (self.below is None or minutes < self.below))

    @property
    def begins(self) -> int:
        """The first minute at which it counts."""
        return self.first + (self.each or 0)


@dataclass(frozen=True, slots=True)
class DeviceBand:
    """A code for the days on which a device sent something, in a period of 30 days."""

    code: str
    what: str
    low: int
    high: int
    source: str

    def count(self, days: int) -> int:
        """1 when so many days lie in the band."""
        return int(self.low <= days <= self.high)


def whose(credential: Credential) -> Whose:
    """Whether somebody's minutes are those of clinical staff or personal ones."""
    return Whose.PERSONAL if credential in _PERSONAL else Whose.STAFF


def _managed(programme: Programme, codes: tuple[str, str, str], source: str) -> tuple[Band, ...]:
    ten, first, further = codes
    name = programme.upper()
    return (
        Band(ten, programme, f"{name} time, 10 to 19 minutes", 10, source, 20, interactive=True, not_with=(first,)),
        Band(first, programme, f"{name} time, the first 20 minutes", 20, source, interactive=True, not_with=(ten,)),
        Band(further, programme, f"{name} time, each further 20 minutes", 20, source, each=20, interactive=True),
    )


def _pair(
    programme: Programme,
    codes: tuple[str, str],
    minutes: tuple[int, int],
    source: str,
    *,
    by: Whose = Whose.ANY,
    most: int | None = None,
    not_with: tuple[str, ...] = (),
) -> tuple[Band, ...]:
    first, each = minutes
    name = f"{programme.replace('-', ' ')} time" + ("" if by is Whose.ANY else f" of {by.replace('-', ' ')}")
    return (
        Band(codes[0], programme, f"{name}, the first {first} minutes", first, source, whose=by, not_with=not_with),
        Band(
            codes[1], programme, f"{name}, each further {each} minutes", first, source, each=each, most=most, whose=by
        ),
    )


BANDS: tuple[Band, ...] = (
    *_managed(Programme.RPM, ("99470", "99457", "99458"), "§2.5, S49"),
    *_managed(Programme.RTM, ("98979", "98980", "98981"), "§2.5, S50"),
    *_pair(Programme.CCM, ("99490", "99439"), (20, 20), "§2.5, S48", by=Whose.STAFF, most=2, not_with=("99491",)),
    *_pair(Programme.CCM, ("99491", "99437"), (30, 30), "§2.5, S48", by=Whose.PERSONAL, not_with=("99490",)),
    *_pair(Programme.COMPLEX_CCM, ("99487", "99489"), (60, 30), "§2.5, S48"),
    *_pair(Programme.PCM, ("99424", "99425"), (30, 30), "§2.5, S48", by=Whose.PERSONAL),
    *_pair(Programme.PCM, ("99426", "99427"), (30, 30), "§2.5, S48", by=Whose.STAFF),
    *_pair(Programme.CHI, ("G0019", "G0022"), (60, 30), "§2.5, S52"),
    *_pair(Programme.PIN, ("G0023", "G0024"), (60, 30), "§2.5, S52"),
    *_pair(Programme.PIN_PEER, ("G0140", "G0146"), (60, 30), "§2.5, S52"),
)
"""APCM and TCM count no minutes, so they have no band."""

DEVICE_BANDS: tuple[DeviceBand, ...] = (
    DeviceBand("99445", "Device data on 2 to 15 days of the period", 2, 15, "§2.5, S49, new in 2026"),
    DeviceBand("99454", "Device data on 16 to 30 days of the period", 16, 30, "§2.5, S49"),
)

RESPIRATORY_BANDS: tuple[DeviceBand, ...] = (
    DeviceBand("98984", "Respiratory device data on 2 to 15 days of the period", 2, 15, "§2.5, S50, new in 2026"),
    DeviceBand("98976", "Respiratory device data on 16 to 30 days of the period", 16, 30, "§2.5, S50"),
)
"""The musculoskeletal and behavioural ones (98985, 98977, 98986, 98978) have none: no such device is measured here."""
_ONCE = "§2.5, S49, S50; from two days on in 2026, from memory"
SET_UP = DeviceBand("99453", "Set-up and education, once an episode: data on 2 days or more", 2, 30, _ONCE)
RESPIRATORY_SET_UP = DeviceBand("98975", "Set-up of respiratory monitoring, once an episode", 2, 30, _ONCE)
DATA_REVIEW = Band(
    "99091",
    Programme.RPM,
    "Review of data by a physician or qualified professional, 30 minutes in the period of 30 days",
    30,
    "§2.5, S49; not beside 99457 or 99470 for the same time, from memory",
    whose=Whose.PERSONAL,
    not_with=("99457", "99470"),
)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing a monthly programme without minutes asks for, and whether the record shows it."""

    key: str
    what: str
    holds: bool
    detail: str
    source: str = "§2.5, S51; wording from memory"


@dataclass(frozen=True, slots=True)
class OfMonth:
    """What the record shows of a patient's month, in words; empty where nothing is on record.

    ``covered``: whether the rota had somebody day and night through the whole month, ``rota`` says it; ``risk`` are the
    tiers, ``team`` the case managers of that month; ``conditions`` are those followed in it, ``talks`` conversations.
    """

    consent: bool
    covered: bool
    rota: str
    plan: str
    risk: str
    team: str
    conditions: int
    talks: int


def apcm(month: OfMonth) -> tuple[Element, ...]:
    """What the record shows of the elements of APCM; others (such as the initiating visit) only a chart can show."""
    code = "G0557, with risk" if month.conditions >= 2 else "G0556"
    consent, tiers = month.consent, month.risk or "nobody is followed under a tier"
    return (
        Element("consent", "Consent to the programme", consent, "in force" if consent else "none in force"),
        Element("access", "Somebody to reach at any hour", month.covered, month.rota),
        Element("team", "Somebody responsible for the patient", bool(month.team), month.team or "no case manager"),
        Element("care-plan", "An electronic care plan", bool(month.plan), month.plan or _NO_PLAN),
        Element("risk", "The patient's risk is known", bool(month.risk), tiers),
        Element("conditions", _CONDITIONS, month.conditions > 0, f"{month.conditions} in the month: {code}"),
        Element("contact", "Care management in the month", month.talks > 0, f"{month.talks} conversations are logged"),
    )


_NO_PLAN = "no plan of the patient is on record"
_CONDITIONS = "Chronic conditions followed"


def bands_of(programme: Programme) -> tuple[Band, ...]:
    """The codes of one programme, the lowest first."""
    return tuple(band for band in BANDS if band.programme is programme)


def missing(programme: Programme, minutes: dict[Whose, int], *, interactive: bool) -> list[str]:
    """In sentences, what keeps logged time from counting, or from counting more."""
    name, said, bands = programme.replace("-", " ").upper(), [], bands_of(programme)
    if any(band.interactive for band in bands) and not interactive:
        said.append(f"{name}: no conversation in real time with patient or caregiver is logged in this month.")
    for by in Whose:
        said += _short(name, minutes[by], [band for band in bands if band.whose is by])
    reached = {band.code for band in bands if band.count(minutes[band.whose], interactive=interactive)}
    said += [
        f"{name}: {band.code} and {other} do not stand in the same month: one of them has to be chosen."
        for band in bands
        for other in band.not_with
        if {band.code, other} <= reached and band.code < other
    ]
    return said


def _short(name: str, minutes: int, bands: Iterable[Band]) -> list[str]:
    """Of codes that count the same minutes, the nearest that is not reached yet."""
    if not minutes:
        return []
    ahead = sorted((band.begins, band.code) for band in bands if band.begins > minutes)
    return [f"{name}: {minutes} minutes are logged; {code} counts from {begins}." for begins, code in ahead[:1]]
