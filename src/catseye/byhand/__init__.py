"""Counting by hand: redacted pictures of a clip on a page of this machine, and a file of what a person counted on them.

Nothing that Catseye itself would count is made here, so nothing of it can be shown to the counter.
"""
