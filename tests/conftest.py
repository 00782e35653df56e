"""Shared by all tests."""

import os

from hypothesis import settings

# A loaded machine is no reason to fail. CI tries the same examples each time, so that a run says something about the
# change it tests; a developer's machine goes on looking for new ones.
settings.register_profile("unmid", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "unmid")

# Nobody's own packs, and nobody's git identity, have a say in tests.
os.environ["UNMID_CONFIG_DIR"] = os.path.join(os.path.dirname(__file__), "no-such-folder")
