"""What the editor can do, read once from the capabilities that it declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability

from unmid.text.lines import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """An editor's abilities, each named for what it lets us send."""

    encoding: Encoding = "utf-16"
    diagnostic_data: bool = False
    """It hands a diagnostic's data back with a request for code actions."""
    diagnostic_links: bool = False
    unnecessary: bool = False
    """It fades what is tagged as unnecessary."""
    pulls: bool = False
    """It asks for diagnostics, so none are pushed for its documents."""
    registers_diagnostics: bool = False
    """It can be told later, and otherwise, which diagnostics it may ask for."""
    refreshes_diagnostics: bool = False
    refreshes_lenses: bool = False
    document_changes: bool = False
    """It takes edits that name the version they apply to."""
    snippets: bool = False
    """It takes edits with words selected for typing over."""
    preferred_actions: bool = False
    markdown: bool = False
    """It shows Markdown in hovers."""
    watches: bool = False
    """It watches files for us on request."""
    watches_elsewhere: bool = False
    """It watches files outside the workspace too."""
    registers_configuration: bool = False
    """It sends its settings when they change, once it is asked to."""
    configuration: bool = False
    """It answers questions about its settings."""
    progress: bool = False
    asks: bool = False
    """It says that it shows messages with answers to choose from. Others may (Emacs does), and must refuse if they do not."""

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities, encoding: Encoding) -> Client:
        """The abilities in what a client declared; what it does not mention it cannot do."""

        def get(path: str) -> Any:
            return get_capability(capabilities, path, None)

        tags = get("text_document.publish_diagnostics.tag_support.value_set") or ()
        formats = get("text_document.hover.content_format") or ()
        return cls(
            encoding=encoding,
            diagnostic_data=bool(
                get("text_document.publish_diagnostics.data_support") or get("text_document.diagnostic.data_support")
            ),
            diagnostic_links=bool(
                get("text_document.publish_diagnostics.code_description_support")
                or get("text_document.diagnostic.code_description_support")
            ),
            unnecessary=types.DiagnosticTag.Unnecessary in tags,
            pulls=get("text_document.diagnostic") is not None,
            registers_diagnostics=bool(get("text_document.diagnostic.dynamic_registration")),
            refreshes_diagnostics=bool(get("workspace.diagnostics.refresh_support")),
            refreshes_lenses=bool(get("workspace.code_lens.refresh_support")),
            document_changes=bool(get("workspace.workspace_edit.document_changes")),
            snippets=bool(
                get("workspace.workspace_edit.document_changes") and get("workspace.workspace_edit.snippet_edit_support")
            ),
            preferred_actions=bool(get("text_document.code_action.is_preferred_support")),
            markdown=types.MarkupKind.Markdown in formats,
            watches=bool(get("workspace.did_change_watched_files.dynamic_registration")),
            watches_elsewhere=bool(get("workspace.did_change_watched_files.relative_pattern_support")),
            registers_configuration=bool(get("workspace.did_change_configuration.dynamic_registration")),
            configuration=bool(get("workspace.configuration")),
            progress=bool(get("window.work_done_progress")),
            asks=get("window.show_message") is not None,
        )
