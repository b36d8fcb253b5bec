"""Measures what Catseye costs against what it cannot do without, in one run on one machine."""
