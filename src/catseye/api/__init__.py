"""HTTP routes and the live feed."""
