"""Devices that patients measure with at home."""

from enum import StrEnum


class DeviceKind(StrEnum):
    """What a device is."""

    SCALE = "scale"
    BP_CUFF_UPPER_ARM = "bp-cuff-upper-arm"
    BP_CUFFLESS = "bp-cuffless"
    GLUCOSE_METER = "glucose-meter"
    CGM = "cgm"
    PULSE_OXIMETER = "pulse-oximeter"
    PEAK_FLOW_METER = "peak-flow-meter"
    SPIROMETER = "spirometer"
    THERMOMETER = "thermometer"
    OTHER = "other"
