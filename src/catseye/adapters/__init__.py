"""Thin edges to the world: decoders, engines, databases. Only catseye.app names them."""
