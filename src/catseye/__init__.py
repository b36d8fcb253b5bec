"""Catseye: open street intelligence. The road, not the person."""

__version__ = "0.1.0"
