"""Shared by all tests."""

import atexit
import os
import shutil
import tempfile

from hypothesis import settings

from unmid.prose.nlp import pipeline

# A loaded machine is no reason to fail. CI tries the same examples each time, so that a run says something about the
# change it tests; a developer's machine goes on looking for new ones.
settings.register_profile("unmid", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "unmid")

# Nobody's own packs, and nobody's git identity, have a say in tests.
os.environ["UNMID_CONFIG_DIR"] = os.path.join(os.path.dirname(__file__), "no-such-folder")
# Nothing is kept in the home of the person who runs the tests, nor taken from there.
if "UNMID_CACHE_DIR" not in os.environ:
    os.environ["UNMID_CACHE_DIR"] = tempfile.mkdtemp(prefix="unmid-tests-")
    atexit.register(shutil.rmtree, os.environ["UNMID_CACHE_DIR"], ignore_errors=True)

# In a process that has spaCy, no command that a test calls starts another one to have it there.
pipeline()
