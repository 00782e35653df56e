"""What the server asks the editor to tell it, where the editor takes such requests."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from unmid.lsp.client import Client


def registrations(client: Client) -> Iterator[types.Registration]:
    """Changes of settings, and of configuration and pack files wherever they are."""
    if client.watches:
        watchers = [types.FileSystemWatcher("**/*.toml")]
        if client.watches_elsewhere:
            # Imported when used: the start of the server should not wait for it.
            from unmid.packs.discovery import personal

            folder = personal().absolute()
            watchers.append(types.FileSystemWatcher(types.RelativePattern(folder.as_uri(), "**/*.toml")))
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        yield types.Registration("unmid.watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    if client.registers_configuration:
        section = types.DidChangeConfigurationRegistrationOptions("unmid")
        yield types.Registration("unmid.configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
