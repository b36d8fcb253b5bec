"""The nouns of Catseye: plain types and pure functions, no clock and no input or output."""
