"""ONVIF Profile S and T cameras: what they are, which streams they have, and what they tell of tampering."""

from catseye.adapters.onvif.device import OnvifDevice
from catseye.adapters.onvif.discovery import discover
from catseye.adapters.onvif.service import OnvifService
from catseye.adapters.onvif.transport import Transport

__all__ = ["OnvifDevice", "OnvifService", "Transport", "discover"]
