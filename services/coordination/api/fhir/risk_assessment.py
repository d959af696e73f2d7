"""FHIR RiskAssessment beside readmission scores: read and search. Scores are calculated here, at a discharge."""

from services.coordination.api.fhir.directory_words import ROOT
from services.coordination.store.risk_scores import Wanted
from services.coordination.usecases import risk_scores
from shared.contracts.coordination.risk_scores import PointsRead, RiskScoreRead
from shared.fhir import finding
from shared.fhir.assessments import Annotation, Prediction, RiskAssessment
from shared.fhir.elements import CodeableConcept, Coding, Extension
from shared.fhir.kind import Asked, Hits, Kind, as_id, meta, to
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, as_uuids
from shared.fhir.times import write
from shared.vocabulary import RiskAlgorithm, RiskBand

METHODS = "urn:careweave:risk-algorithm"
PROBABILITY = "http://terminology.hl7.org/CodeSystem/risk-probability"
PARAMETERS = {
    "patient": Param.REFERENCE,
    "subject": Param.REFERENCE,
    "encounter": Param.REFERENCE,
    "method": Param.TOKEN,
    "date": Param.DATE,
}
# HOSPITAL's middle band is called intermediate; FHIR has one word for both.
_QUALITATIVE = {
    RiskBand.LOW: "low", RiskBand.MODERATE: "moderate", RiskBand.INTERMEDIATE: "moderate", RiskBand.HIGH: "high",
}  # fmt: skip


def to_fhir(read: RiskScoreRead) -> RiskAssessment:
    """A score as FHIR writes it, with its inputs; preliminary while one is missing."""
    notes = [*(f"Not known: {name}." for name in read.missing), *read.caveats, f"Source: {read.source}"]
    return RiskAssessment(
        id=str(read.id),
        meta=meta(1, read.calculated_at),
        extension=[_total(read), *map(_component, read.points)],
        status="preliminary" if read.missing else "final",
        method=CodeableConcept(coding=[Coding(system=METHODS, code=read.algorithm.value)]),
        subject=to("Patient", read.patient_id),
        encounter=to("Encounter", read.stay_id),
        occurrence_date_time=write(read.calculated_at),
        basis=[to("Encounter", read.stay_id)],
        prediction=[_prediction(read)],
        note=[Annotation(text=text) for text in notes],
    )


def _total(read: RiskScoreRead) -> Extension:
    known = (("total", read.total), ("least", read.least), ("most", read.most))
    return Extension(
        url=f"{ROOT}score",
        extension=[Extension(url=name, value_integer=value) for name, value in known if value is not None],
    )


def _component(points: PointsRead) -> Extension:
    parts = [Extension(url="key", value_string=points.key), Extension(url="known", value_string=points.known)]
    if points.points is not None:
        parts.append(Extension(url="points", value_integer=points.points))
    told = [Extension(url="most", value_integer=points.most), Extension(url="because", value_string=points.because)]
    return Extension(url=f"{ROOT}score-component", extension=[*parts, *told])


def _prediction(read: RiskScoreRead) -> Prediction:
    outcome = CodeableConcept(text="Readmission within 30 days")
    if read.band is None:
        return Prediction(outcome=outcome, rationale=f"From {read.least} to {read.most}: a component is not known.")
    coding = Coding(system=PROBABILITY, code=_QUALITATIVE[read.band])
    said = f"{read.least} points" if read.least == read.most else f"From {read.least} to {read.most} points"
    return Prediction(
        outcome=outcome, qualitative_risk=CodeableConcept(coding=[coding], text=read.band.value), rationale=said
    )


async def read(asked: Asked, resource_id: str) -> RiskAssessment:
    """One score; raises NotFound."""
    return to_fhir(await risk_scores.read(asked.tx, as_id(resource_id, "risk score")))


async def search(asked: Asked, query: Query) -> Hits:
    """A page of scores in the order they were calculated."""
    patients, stays = query.one_reference("patient", "subject"), query.one_reference("encounter")
    methods = query.one_token("method")
    wanted = Wanted(
        ids=query.ids(),
        patient_ids=None if patients is None else as_uuids(patients),
        stay_ids=None if stays is None else as_uuids(stays),
        algorithms=None if methods is None else [one.code for one in methods if one.code in list(RiskAlgorithm)],
        calculated=(finding.between(query, "date"), finding.between(query, "_lastUpdated")),
    )
    page = await risk_scores.page(asked.tx, wanted, limit=query.count, cursor=query.cursor)
    return Hits([to_fhir(item) for item in page.items], page.next_cursor)


KIND = Kind(RiskAssessment, PARAMETERS, read, search)
