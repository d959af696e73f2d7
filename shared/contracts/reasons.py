"""Why a value does not fit a contract, in words for a nurse or an integrator, never in the library's own."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from shared.contracts.base import CODE, ONE_LINE, READABLE

_OURS = "Value error, "  # what the library puts before a sentence of our own
_LIBRARYS = frozenset(get_args(ErrorType)) - {"value_error", "assertion_error"}
_ELSE = "is not written as it should be; see its description in /docs"

_NUMBER = "must be a number"
_WHOLE = "must be a whole number"
_DAY = "must be a day such as 2026-09-04"
_INSTANT = "must be an instant with its offset, such as 2026-09-04T15:20:00-04:00 or …Z"
_TIME = "must be a time of day such as 15:20"
_SPAN = "must be a duration such as PT72H or P7D"
_UUID = "is not a UUID"
_OBJECT = "must be an object with names and values, as in {{…}}"
_YES_NO = "must be true or false"
_TEXT = "must be a text"
_FILE = "must be a text in base64"

REASONS: Mapping[str, str] = {
    "missing": "is needed",
    "extra_forbidden": "is not a field here; check the spelling",
    "json_invalid": "is not valid JSON",
    "json_type": "is not valid JSON",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "none_required": "must be null or left out",
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": "must be a text in UTF-8",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "may have at most {max_length} characters",
    "string_pattern_mismatch": _ELSE,
    "bytes_type": _FILE,
    "bytes_too_short": "must have at least {min_length} bytes",
    "bytes_too_long": "may have at most {max_length} bytes",
    "bytes_invalid_encoding": _FILE,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "has too many digits",
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": "may have at most {max_digits} digits",
    "decimal_max_places": "may have at most {decimal_places} digits after the point",
    "decimal_whole_digits": "may have at most {whole_digits} digits before the point",
    "is_instance_of": _NUMBER,
    "finite_number": "must be a number, neither infinite nor NaN",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "may be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "list_type": "must be a list, as in […]",
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "too_short": "must have at least {min_length}, and has {actual_length}",
    "too_long": "may have at most {max_length}",
    "invalid_key": "has a name that is no text",
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": "must be a day, without a time",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "timezone_aware": "needs an offset, such as 2026-09-04T15:20:00-04:00 or …Z",
    "timezone_naive": "takes no offset",
    "timezone_offset": _INSTANT,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "time_delta_type": _SPAN,
    "time_delta_parsing": _SPAN,
}
"""By the library's type of an error; braces name what it says of the limit."""

PATTERNS: Mapping[str, str] = {
    CODE: "must be a code such as heart-failure, without spaces at its ends or two in a row",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "must be a language such as en or es-US",
    r"^20\d\d(-(0[1-9]|1[0-2]))?$": "must be a year or a month, such as 2026 or 2026-09",
    r"^20\d\d-(0[1-9]|1[0-2])$": "must be a month such as 2026-09",
    r"^(D|\+\d{1,4}(h|d|bd))$": "must be a rule such as +72h, +7d, +2bd or D for the day itself",
    r"^[0-9a-fA-F]{64}$": "must be a SHA-256 of 64 hexadecimal digits, such as e3b0c442…b855",
    r"^[a-z0-9][a-z0-9-]*$": "must be a key in small letters, digits and dashes, such as transitions-west",
    r"^[A-Z]{3}$": "must be a currency such as USD",
    r"^\d{10}$": "must be an NPI of ten digits, such as 1234567893",
    r"^[A-Za-z0-9.-]{40,64}$": "must be the id of a reading as a list or an answer gave it",
    r"^\d{4}(-\d\d(-\d\d(T\S+)?)?)?$": "must be a year, a month, a day or an instant, such as 2019 or 2019-05-02",
}
"""By what a text is to match: what is meant, with an example."""

_UNSEEN = "holds characters that cannot be seen, or that turn the writing around; leave them out"
_CODES = {
    "missing": "field.required",
    "extra_forbidden": "field.unknown",
    "timezone_aware": "time.without-zone",
    "json_invalid": "body.malformed-json",
    "enum": "code.unknown",
    "literal_error": "code.unknown",
    "uuid_parsing": "id.invalid",
}


def reason(error: Any) -> tuple[str, str]:
    """The stable code and the words of one error of a validation, never with the value that was sent."""
    kind, said = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch" and said.get("pattern") in (READABLE, ONE_LINE):
        return "text.unkeepable", _UNSEEN
    if kind == "string_pattern_mismatch" and said.get("pattern") in PATTERNS:
        return "field.invalid", PATTERNS[said["pattern"]]
    # A type with a dot is one of ours, and its own code.
    code = _CODES.get(kind, kind if "." in kind else "field.invalid")
    if kind not in _LIBRARYS:
        return code, error["msg"].removeprefix(_OURS)
    return code, REASONS.get(kind, _ELSE).format_map(said)
