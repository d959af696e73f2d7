"""Distances on the map, and the box around a place that a database can look through."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from services.coordination.domain.offers import Place

_EARTH_KM = 6371.0088  # mean radius, IUGG
_TENTH = Decimal("0.1")
# A shade more than the radius above gives, so that rounding never leaves out what is just within reach.
_SPARE = 1.001


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees of latitude and longitude, both ends included; no longitudes where a pole or the date line is near."""

    south: float
    north: float
    west: float | None
    east: float | None


@lru_cache(maxsize=50_000)
def haversine_km(a: Place, b: Place) -> Decimal:
    """Great-circle distance in kilometres, to a tenth."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_long = math.radians(b.longitude - a.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_long) ** 2
    return Decimal(2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))).quantize(_TENTH)


def box(home: Place, km: Decimal) -> Box:
    """A box that holds every place within ``km`` of ``home``, and some that are farther."""
    # haversine_km rounds to a tenth: half of one more may still count as within reach.
    reach = (float(km) + 0.05) * _SPARE / _EARTH_KM
    latitude, longitude = float(home.latitude), float(home.longitude)
    south, north = latitude - math.degrees(reach), latitude + math.degrees(reach)
    if south <= -90 or north >= 90 or math.sin(reach) >= math.cos(math.radians(latitude)):
        return Box(south, north, None, None)
    wide = math.degrees(math.asin(math.sin(reach) / math.cos(math.radians(latitude))))
    west, east = longitude - wide, longitude + wide
    return Box(south, north, west, east) if west >= -180 and east <= 180 else Box(south, north, None, None)
