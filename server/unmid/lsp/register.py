"""What the server asks the editor to tell it, where the editor takes such requests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from unmid.lsp.client import Client


def registrations(client: Client) -> Iterator[types.Registration]:
    """Changes of settings, and of configuration and pack files wherever they are."""
    if client.watches:
        watchers = [types.FileSystemWatcher("**/*.toml")]
        if client.watches_elsewhere:
            folder = packs_folder()
            watchers.append(types.FileSystemWatcher(types.RelativePattern(folder.as_uri(), "**/*.toml")))
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        yield types.Registration("unmid.watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    if client.registers_configuration:
        section = types.DidChangeConfigurationRegistrationOptions("unmid")
        yield types.Registration("unmid.configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)


def packs_folder() -> Path:
    """Where the packs of the person who writes are, whether or not there is such a folder."""
    from platformdirs import user_config_path

    named = os.environ.get("UNMID_CONFIG_DIR")
    return (Path(named) if named else user_config_path("unmid")).absolute() / "packs"
