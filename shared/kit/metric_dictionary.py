"""The metric dictionary (clinical §1.1): codes, units and limits of everything that is measured."""

from collections.abc import Mapping

from shared.kit.measured import Loinc, Mark, Measure, Range, percent, pressure, within
from shared.kit.metric_dictionary_reported import REPORTED
from shared.vocabulary import Metric

__all__ = ["MEASURES", "PANELS", "Loinc", "Mark", "Measure", "Range"]

_M, _R = Mark.MEMORY, Mark.MET
_METER = {"mg/dL": within("10-1500", "40-500"), "mmol/L": within("0.6-83", "2.2-27.8")}
_WEIGHT = {
    "kg": within("20-450"),
    "[lb_av]": within("44-992"),
    "g": within("20000-450000"),
}


def _mass_or_moles(mass: tuple[str, ...], moles: tuple[str, ...]) -> tuple[Loinc, ...]:
    return tuple(Loinc(code, unit="mg/dL") for code in mass) + tuple(Loinc(code, unit="mmol/L") for code in moles)


_ROWS: tuple[Measure, ...] = (
    Measure(
        Metric.GLUCOSE_SMBG,
        "Glucose, fingerstick",
        _mass_or_moles(("41653-7",), ("14743-9",)),
        _METER,
        comparators=True,
    ),
    Measure(
        Metric.GLUCOSE_FASTING,
        "Glucose, fasting",
        _mass_or_moles(("41604-0",), ("14770-2",)),
        _METER,
        comparators=True,
    ),
    Measure(
        Metric.GLUCOSE_LAB,
        "Glucose, laboratory",
        _mass_or_moles(("2345-7", "2339-0"), ()),
        {"mg/dL": within("10-2000"), "mmol/L": within("0.6-111")},
        comparators=True,
    ),
    Measure(
        Metric.GLUCOSE_CGM,
        "Glucose, sensor",
        _mass_or_moles(("99504-3",), ("105272-9",)),
        {"mg/dL": within("39-401"), "mmol/L": within("2.1-22.3")},
        comparators=True,
    ),
    Measure(Metric.CGM_TIR, "Time in range 70–180 mg/dL", (Loinc("97510-2"),), percent()),
    Measure(Metric.CGM_TBR_1, "Time below range, level 1", (Loinc("104641-6"),), percent()),
    Measure(Metric.CGM_TBR_2, "Time below range, level 2", (Loinc("104642-4"),), percent()),
    Measure(Metric.CGM_TAR_1, "Time above range, level 1", (Loinc("104640-8"),), percent()),
    Measure(Metric.CGM_TAR_2, "Time above range, level 2", (Loinc("104639-0"),), percent()),
    Measure(
        Metric.CGM_MEAN,
        "Mean sensor glucose",
        (Loinc("97507-8", unit="mg/dL"), Loinc("105273-7", _R, "mmol/L")),
        {"mg/dL": within("39-401"), "mmol/L": within("2.1-22.3")},
    ),
    Measure(Metric.CGM_GMI, "Glucose management indicator", (Loinc("97506-0"),), percent("4-15")),
    Measure(Metric.CGM_CV, "Glucose coefficient of variation", (Loinc("104638-2"),), percent()),
    Measure(Metric.CGM_DAYS, "Sensor days worn", (Loinc("104636-6"),), {"d": within("0-366")}),
    Measure(Metric.CGM_ACTIVE, "Sensor active time", (Loinc("104637-4"),), percent(soft="70-")),
    Measure(
        Metric.KETONE_BLOOD,
        "Ketones, blood (beta-hydroxybutyrate)",
        (Loinc("53060-9", _M), Loinc("66441-7", _M)),
        {"mmol/L": within("0-15", "-8")},
        comparators=True,
    ),
    Measure(
        Metric.KETONE_URINE,
        "Ketones, urine strip",
        (Loinc("2514-8", _M), Loinc("50557-8", _M)),
        {"{rank}": within("0-4")},
        scale=(
            ("negative", "neg", "not detected", "260385009", "167287002", "LA6577-6"),
            ("trace", "260405006", "167288007", "LA9675-5"),
            ("small", "+", "1+", "167289004", "LA8983-4"),
            ("moderate", "++", "2+", "167290008", "LA8984-2"),
            ("large", "+++", "3+", "++++", "4+", "167291007", "167292000", "LA8985-9"),
        ),
    ),
    Measure(
        Metric.HBA1C,
        "Haemoglobin A1c",
        (
            *(Loinc(code, unit="%") for code in ("4548-4", "17856-6", "17855-8", "4549-2", "96595-4")),
            Loinc("59261-8", _M, "mmol/mol"),
        ),
        {"%": within("3-20", "4-15"), "mmol/mol": within("9-195", "20-140")},
        comparators=True,
    ),
    Measure(Metric.BODY_WEIGHT, "Body weight", (Loinc("29463-7"), Loinc("8350-1", _M), Loinc("8351-9", _M)), _WEIGHT),
    Measure(Metric.DRY_WEIGHT, "Dry weight", (Loinc("8341-0"),), _WEIGHT),
    Measure(Metric.BP_SYSTOLIC, "Systolic blood pressure", (Loinc("8480-6"),), pressure(40, 320)),
    Measure(Metric.BP_DIASTOLIC, "Diastolic blood pressure", (Loinc("8462-4"),), pressure(20, 220)),
    Measure(Metric.BP_AVERAGE_SYSTOLIC, "Average systolic pressure", (Loinc("96608-5"),), pressure(40, 320)),
    Measure(Metric.BP_AVERAGE_DIASTOLIC, "Average diastolic pressure", (Loinc("96609-3"),), pressure(20, 220)),
    Measure(Metric.HEART_RATE, "Heart rate", (Loinc("8867-4"),), {"/min": within("20-300", "40-150")}),
    Measure(Metric.RESP_RATE, "Respiratory rate", (Loinc("9279-1"),), {"/min": within("3-90", "8-35")}),
    Measure(
        Metric.SPO2,
        "Oxygen saturation",
        (Loinc("59408-5"), Loinc("2708-6"), Loinc("59410-1"), Loinc("59417-6")),
        percent("40-100", "80-"),
    ),
    Measure(
        Metric.TEMPERATURE,
        "Body temperature",
        (Loinc("8310-5"), Loinc("8331-1", _R)),
        {"Cel": within("25-45", "34-41"), "[degF]": within("77-113", "93.2-105.8")},
    ),
    Measure(Metric.OXYGEN_FLOW, "Supplemental oxygen flow", (Loinc("3151-8"),), {"L/min": within("0-60", "-15")}),
    Measure(Metric.BASAL_INSULIN, "Basal insulin, per day", (), {"[iU]/d": within("0-300", "-150")}),
    Measure(Metric.PEF, "Peak expiratory flow", (Loinc("19935-6"),), {"L/min": within("30-900")}),
    Measure(Metric.PEF_BEST, "Personal best peak flow", (Loinc("83368-1", _M),), {"L/min": within("30-900")}),
    Measure(Metric.FEV1, "FEV1", (Loinc("20150-9"),), {"L": within("0.1-9")}),
    Measure(
        Metric.POTASSIUM,
        "Potassium",
        (Loinc("2823-3"), Loinc("6298-4", _R)),
        {"mmol/L": within("1-12", "3-6")},
        comparators=True,
    ),
    Measure(
        Metric.SODIUM,
        "Sodium",
        (Loinc("2951-2"), Loinc("2947-0", _R)),
        {"mmol/L": within("90-200", "125-155")},
        comparators=True,
    ),
    Measure(
        Metric.CREATININE,
        "Creatinine",
        (Loinc("2160-0", unit="mg/dL"), Loinc("38483-4", _R, "mg/dL")),
        {"mg/dL": within("0.1-40"), "umol/L": within("9-3537")},
        comparators=True,
    ),
    Measure(
        Metric.EGFR,
        "Estimated glomerular filtration rate",
        (Loinc("98979-8"), Loinc("62238-1"), Loinc("69405-9"), Loinc("33914-3", _R)),
        {"mL/min/{1.73_m2}": within("1-200")},
        comparators=True,
    ),
    Measure(
        Metric.UACR,
        "Urine albumin/creatinine ratio",
        (Loinc("9318-7"), Loinc("14959-1"), Loinc("30000-4")),
        {"mg/g{creat}": within("0-25000"), "mg/mmol{creat}": within("0-2828")},
        comparators=True,
    ),
    Measure(Metric.HAEMOGLOBIN, "Haemoglobin", (Loinc("718-7"),), {"g/dL": within("2-25")}),
    Measure(
        Metric.LDL,
        "LDL cholesterol",
        tuple(Loinc(code, unit="mg/dL") for code in ("13457-7", "18262-6", "2089-1")),
        {"mg/dL": within("1-800"), "mmol/L": within("0.03-20.7")},
        comparators=True,
    ),
    Measure(Metric.BNP, "BNP", (Loinc("30934-4", _M),), {"pg/mL": within("0-100000")}, comparators=True),
    Measure(Metric.NT_PROBNP, "NT-proBNP", (Loinc("33762-6", _M),), {"pg/mL": within("0-100000")}, comparators=True),
    Measure(Metric.LVEF, "Left ventricular ejection fraction", (Loinc("10230-1"),), percent("5-90")),
    Measure(
        Metric.SMOKING,
        "Smoking status",
        (Loinc("72166-2"),),
        {"{rank}": within("0-7")},
        scale=(
            ("never smoker", "266919005"),
            ("former smoker", "8517006"),
            ("smoker, status unknown", "77176002"),
            ("light smoker", "428061000124105"),
            ("current some day smoker", "428041000124106"),
            ("current every day smoker", "449868002"),
            ("heavy smoker", "428071000124103"),
            ("unknown if ever smoked", "266927001"),
        ),
    ),
    *REPORTED,
)

MEASURES: Mapping[Metric, Measure] = {measure.metric: measure for measure in _ROWS}
"""Every metric; complete by test."""

PANELS: frozenset[str] = frozenset({"85354-9", "55284-4", "96607-7", "107931-8", "106793-3"})
"""LOINC codes of panels: their components are the readings."""
