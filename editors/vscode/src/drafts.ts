/** What counts as a draft, and which drafts are switched off. */

import * as vscode from 'vscode';

const ACTIVATION = 'onLanguage:';
const OFF = 'off';

/** The languages that drafts are written in. `activationEvents` in package.json is the one place that lists them. */
export function languagesOf(extension: vscode.Extension<unknown>): string[] {
    const events: string[] = extension.packageJSON.activationEvents;
    return events.filter((event) => event.startsWith(ACTIVATION)).map((event) => event.slice(ACTIVATION.length));
}

export class Drafts {
    readonly selector: { scheme: string; language: string }[];
    private readonly off: Set<string>;
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    /** A draft was switched off or on. */
    readonly onDidChange = this.changed.event;

    constructor(
        languages: string[],
        private readonly memory: vscode.Memento,
    ) {
        this.selector = [
            ...languages.flatMap((language) => ['file', 'untitled'].map((scheme) => ({ scheme, language }))),
            { scheme: 'vscode-notebook-cell', language: 'markdown' },
        ];
        this.off = new Set(memory.get<string[]>(OFF, []));
    }

    /** Whether a document is one that unmid reads. */
    has(document: vscode.TextDocument): boolean {
        return vscode.languages.match(this.selector, document) > 0;
    }

    isOff(uri: vscode.Uri): boolean {
        return this.off.has(uri.toString());
    }

    /** Switch a draft off or on. VS Code remembers it for the workspace; nothing is written into the draft. */
    async turn(uri: vscode.Uri, on: boolean): Promise<void> {
        if (on) {
            this.off.delete(uri.toString());
        } else {
            this.off.add(uri.toString());
        }
        this.changed.fire(uri);
        // A buffer without a name is another one next time.
        await this.memory.update(OFF, [...this.off].filter((name) => !name.startsWith('untitled:')));
    }
}

/** The findings of unmid in a document. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'unmid');
}

/** The rule that a finding is of; empty for one about a settings file. */
export function ruleOf(diagnostic: vscode.Diagnostic): string {
    const code = diagnostic.code;
    return String(typeof code === 'object' ? code.value : (code ?? ''));
}

/** The findings under the cursor or in the selection. */
export function findingsAtCursor(editor: vscode.TextEditor): vscode.Diagnostic[] {
    return findings(editor.document.uri).filter((finding) => finding.range.intersection(editor.selection));
}

/** How many findings of rules that count are over their limits, in words; nothing when none is. */
export function overLimit(uri: vscode.Uri | undefined): string | undefined {
    const number = uri ? numberOver(uri) : 0;
    return number ? `${number} over the limit` : undefined;
}

/** How many findings stand there because there are too many of their kind. The server says so in their data. */
export function numberOver(uri: vscode.Uri): number {
    return findings(uri).filter((finding) => (finding as { data?: { over?: boolean } }).data?.over).length;
}
