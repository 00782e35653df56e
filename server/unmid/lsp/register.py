"""What the server asks the editor to tell it and to ask it, where the editor takes such requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lsprotocol import types

from unmid.lsp.client import Client

IDENTIFIER: Final = "unmid"
"""Names our diagnostics among those that an editor asks for."""
_DIAGNOSTICS: Final = "unmid.diagnostics"


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


def diagnostics(everywhere: bool) -> types.RegistrationParams:
    """That the editor may ask for the marks of open drafts or, with `everywhere`, of all drafts in the workspace as well."""
    options = types.DiagnosticRegistrationOptions(
        inter_file_dependencies=False, workspace_diagnostics=everywhere, identifier=IDENTIFIER
    )
    return types.RegistrationParams([types.Registration(_DIAGNOSTICS, types.TEXT_DOCUMENT_DIAGNOSTIC, options)])


def no_diagnostics() -> types.UnregistrationParams:
    """What `diagnostics` said, taken back."""
    return types.UnregistrationParams([types.Unregistration(_DIAGNOSTICS, types.TEXT_DOCUMENT_DIAGNOSTIC)])
