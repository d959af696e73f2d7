"""COPD from the rules of clinical §1.5, on both sides of each bound: usual saturation 92 %, ten puffs a day."""

from dataclasses import replace

from deploy.local.stories.patient import Value
from deploy.local.stories.told import Told, holds, measured, one, reported, score
from shared.vocabulary import Metric, Symptom

_AGAIN = "SPO2-FALL moderate again"


def _oxygen(percent: str) -> Value:
    return one(Metric.SPO2, "%", percent)


def _puffs(count: str) -> Value:
    return one(Metric.RELIEVER_USE, "{puff}", count)


def _noted(told: Told) -> Told:
    return replace(told, noted=True)


_OXYGEN = (
    measured("09-07 08:00", "90 %: two below the usual 92", _oxygen("90"), sides="oxygen.fall-"),
    measured("09-07 20:00", "89 %: three below, the first time", _oxygen("89")),
    measured("09-08 08:00", "89 % the second time", _oxygen("89"), says="SPO2-FALL moderate", sides="oxygen.fall+"),
    measured("09-08 20:00", "88 %", _oxygen("88"), says=_AGAIN),
    measured("09-08 20:06", "88 % for 6 min: not below", _oxygen("88"), says=_AGAIN, sides="oxygen.low-"),
    measured("09-09 08:00", "87 % once: repeat asked for", _oxygen("87"), says=_AGAIN),
    measured("09-09 08:05", "87 % for 5 min", _oxygen("87"), says=f"{_AGAIN}; SPO2-LOW-5 high", sides="oxygen.low+"),
)
_EXACERBATION = (
    reported("09-10 08:00", "more breathless, more sputum", Symptom.MORE_DYSPNOEA, Symptom.MORE_SPUTUM),
    reported("09-11 08:00", "the same for 24 h", Symptom.MORE_DYSPNOEA, Symptom.MORE_SPUTUM, says="EXAC moderate"),
    measured("09-12 08:00", "37.9 °C", one(Metric.TEMPERATURE, "Cel", "37.9"), sides="temperature.fever-"),
    measured(
        "09-12 20:00",
        "100.4 °F",
        one(Metric.TEMPERATURE, "[degF]", "100.4"),
        says="TEMP moderate",
        sides="temperature.fever+",
    ),
    measured("09-13 08:00", "85 %, for the first time in days", _oxygen("85"), sides="oxygen.critical-"),
    measured("09-14 08:00", "84 %", _oxygen("84"), says=f"{_AGAIN}; SPO2-CRITICAL critical", sides="oxygen.critical+"),
)
_SCORES = (
    _noted(measured("09-15 09:00", "CAT 9", score(Metric.CAT, "9"), sides="cat.symptomatic-")),
    _noted(
        measured(
            "09-16 09:00",
            "CAT 10: higher by 1, another class",
            score(Metric.CAT, "10"),
            says="CAT-WORSE moderate; CAT-10 info",
            sides="cat.symptomatic+ cat.rise-",
        )
    ),
    measured("09-17 09:00", "CAT 12: higher by 2", score(Metric.CAT, "12"), says="CAT-RISE low", sides="cat.rise+"),
    measured("09-18 09:00", "CAT 20: still medium", score(Metric.CAT, "20"), says="CAT-RISE low again"),
    measured("09-19 09:00", "CAT 21: high", score(Metric.CAT, "21"), says="CAT-WORSE moderate again"),
    measured("09-20 09:00", "CAT 30: still high", score(Metric.CAT, "30"), says="CAT-RISE low again"),
    measured("09-21 09:00", "CAT 31: very high", score(Metric.CAT, "31"), says="CAT-WORSE moderate again"),
    _noted(measured("09-22 09:00", "mMRC 1", score(Metric.MMRC, "1"), sides="mmrc.breathless-")),
    _noted(
        measured(
            "09-23 09:00",
            "mMRC 2: a grade worse",
            score(Metric.MMRC, "2"),
            says="MMRC-RISE moderate; MMRC-2 info",
            sides="mmrc.breathless+ mmrc.rise+",
        )
    ),
    measured("09-24 09:00", "mMRC 2 again: no grade worse", score(Metric.MMRC, "2"), sides="mmrc.rise-"),
)
_RESCUE = (
    measured("09-25 20:00", "15 puffs: half as much again", _puffs("15")),
    measured("09-26 20:00", "14 on the second day", _puffs("14"), sides="reliever.rise-"),
    measured("09-27 20:00", "15 again", _puffs("15")),
    measured("09-28 20:00", "15 on the second day", _puffs("15"), says="RESCUE low", sides="reliever.rise+"),
)
_ON_OXYGEN = (
    measured("09-29 08:00", "93 % breathing air", _oxygen("93")),
    reported("09-29 09:00", "headache in the morning, breathing air", Symptom.MORNING_HEADACHE),
    holds("09-30 08:00", "oxygen at home begins", "home-oxygen"),
    measured("09-30 20:00", "92 % on oxygen", _oxygen("92"), sides="oxygen.over-"),
    measured("10-01 08:00", "93 % on oxygen: too much", _oxygen("93"), says="SPO2-OVER low", sides="oxygen.over+"),
    reported("10-01 09:00", "headache in the morning, on oxygen", Symptom.MORNING_HEADACHE, says="CO2 high"),
)
COPD_DAYS = (*_OXYGEN, *_EXACERBATION, *_SCORES, *_RESCUE, *_ON_OXYGEN)
