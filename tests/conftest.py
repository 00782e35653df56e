"""Shared by all tests."""

from hypothesis import settings

# A loaded machine is no reason to fail.
settings.register_profile("unmid", deadline=None)
settings.load_profile("unmid")
