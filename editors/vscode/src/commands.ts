/** What a person can have done. What belongs to the server goes to the server. */

import * as vscode from 'vscode';
import { type Drafts, findings, findingsAtCursor, overLimit, ruleOf } from './drafts';
import type { Reports } from './reports';
import type { Server } from './server';

export const SCHEME = 'unmid-rule';

const SAMPLE = `# Should the club buy a new boat?

It is important to note that a rowing club has many different needs. A new boat could potentially transform the season, and many experts believe that equipment plays a crucial role in results.

Our four has been patched eleven times since 2014. The seats rattle, and she leaks at the bow ball.

In order to decide, ask for the repair bills. We paid 2,140 pounds last winter, due to the fact that the hull had to be stripped twice.

Ultimately, the best choice depends on your specific needs and circumstances.
`;

interface Choice extends vscode.QuickPickItem {
    does?: () => unknown;
}

export class Commands implements vscode.TextDocumentContentProvider {
    /** Rules' pages as last read, by path. */
    private readonly pages = new Map<string, string>();
    private readonly paged = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.paged.event;

    constructor(
        private readonly server: Server,
        private readonly drafts: Drafts,
        private readonly reports: Reports,
    ) {}

    /** The draft that is being written. Says so when there is none. */
    private draft(): vscode.TextEditor | undefined {
        const editor = vscode.window.activeTextEditor;
        if (editor && this.drafts.has(editor.document)) {
            return editor;
        }
        void vscode.window.showInformationMessage('unmid: open a draft first, such as a Markdown file.');
        return undefined;
    }

    async cutAllSafe(): Promise<void> {
        const editor = this.draft();
        if (!editor || !this.runs()) {
            return;
        }
        const { version, uri } = editor.document;
        await this.server.ask('unmid.fixAll', uri.toString());
        if (editor.document.version === version) {
            void vscode.window.showInformationMessage('unmid: nothing here can be cut without a look at it first.');
        }
    }

    async showFigures(): Promise<void> {
        const editor = this.draft();
        if (editor && this.runs()) {
            await this.server.ask('unmid.showFigures', editor.document.uri.toString());
        }
    }

    async toggleFile(): Promise<void> {
        const uri = this.draft()?.document.uri;
        if (uri) {
            await this.drafts.turn(uri, this.drafts.isOff(uri));
        }
    }

    /** Offer the ways to silence what is under the cursor, the narrowest first. */
    async turnOffHere(): Promise<void> {
        const editor = this.draft();
        if (!editor) {
            return;
        }
        const uri = editor.document.uri;
        if (this.drafts.isOff(uri)) {
            void vscode.window.showInformationMessage('unmid is off for this file.');
            return;
        }
        const choices = await this.silencers(editor);
        const file: Choice = {
            label: '$(circle-slash) Turn off unmid for this file',
            description: 'in this workspace; the file stays as it is',
            does: () => this.drafts.turn(uri, false),
        };
        await offer([...choices, file], 'Turn off');
    }

    private async silencers(editor: vscode.TextEditor): Promise<Choice[]> {
        const here = findingsAtCursor(editor);
        if (!here.length || !this.runs()) {
            return [];
        }
        const range = here.map((finding) => finding.range).reduce((one, other) => one.union(other));
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
            'vscode.executeCodeActionProvider',
            editor.document.uri,
            range,
        );
        const rules = [...new Set(here.map(ruleOf))];
        const titles = rules.flatMap((rule) => [
            { title: `Ignore ${rule} here`, icon: 'comment', description: 'a comment before the paragraph' },
            { title: `Turn off ${rule} in this project`, icon: 'file-directory', description: 'an entry in unmid.toml' },
        ]);
        return titles.flatMap(({ title, icon, description }) => {
            const action = actions.find((one) => one.title === title);
            return action ? [{ label: `$(${icon}) ${title}`, description, does: () => perform(action) }] : [];
        });
    }

    /** Show what a rule is for, beside the draft. */
    async explainRule(asked?: unknown): Promise<void> {
        if (!this.runs()) {
            return;
        }
        const rule = typeof asked === 'string' ? asked : await this.chooseRule();
        if (!rule) {
            return;
        }
        const page = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
        this.pages.set(page.path, await this.server.ask<string>('unmid.explain', rule));
        this.paged.fire(page);
        // Where the preview of Markdown is switched off, its text has to do.
        await Promise.resolve(vscode.commands.executeCommand('markdown.showPreviewToSide', page)).catch(() =>
            vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }),
        );
    }

    private async chooseRule(): Promise<string | undefined> {
        const editor = this.draft();
        if (!editor) {
            return undefined;
        }
        const here = findingsAtCursor(editor);
        const rules = [...new Set((here.length ? here : findings(editor.document.uri)).map(ruleOf).filter(Boolean))].sort();
        if (!rules.length) {
            void vscode.window.showInformationMessage('unmid: nothing is marked in this draft.');
            return undefined;
        }
        return here.length && rules.length === 1 ? rules[0] : vscode.window.showQuickPick(rules, { title: 'Explain which rule?' });
    }

    provideTextDocumentContent(uri: vscode.Uri): string {
        return this.pages.get(uri.path) ?? '';
    }

    /** Keep words that unmid would mark: what is selected, else what is marked under the cursor. */
    async keepPhrase(): Promise<void> {
        await this.withWords('Keep which words?', 'unmid.keepPhrase', (editor) => {
            const [narrowest] = findingsAtCursor(editor).sort((a, b) => length(editor, a.range) - length(editor, b.range));
            return narrowest?.range;
        });
    }

    /** Mark a word from now on: what is selected, else the word under the cursor. */
    async banWord(): Promise<void> {
        await this.withWords('Ban which words?', 'unmid.banWord', (editor) => editor.document.getWordRangeAtPosition(editor.selection.active));
    }

    private async withWords(
        title: string,
        command: string,
        unselected: (editor: vscode.TextEditor) => vscode.Range | undefined,
    ): Promise<void> {
        const editor = this.draft();
        if (!editor || !this.runs()) {
            return;
        }
        const range = editor.selection.isEmpty ? unselected(editor) : editor.selection;
        const found = range && editor.document.getText(range).replace(/\s+/g, ' ').trim();
        const words = found || (await vscode.window.showInputBox({ title }))?.trim();
        if (words) {
            await this.server.ask(command, words, editor.document.uri.toString());
        }
    }

    async openReport(): Promise<void> {
        const editor = this.draft();
        if (editor && this.runs()) {
            await this.reports.open(editor.document.uri);
        }
    }

    async saveReport(): Promise<void> {
        const uri = this.reports.active ?? this.draft()?.document.uri;
        if (uri && this.runs()) {
            await this.reports.save(uri);
        }
    }

    openSample(): Thenable<unknown> {
        return vscode.workspace
            .openTextDocument({ language: 'markdown', content: SAMPLE })
            .then((document) => vscode.window.showTextDocument(document));
    }

    /** What the item in the status bar opens. */
    async menu(): Promise<void> {
        const state = this.server.state;
        const does = (command: string, ...args: unknown[]) => (): unknown => vscode.commands.executeCommand(command, ...args);
        const log = { label: '$(output) Show the log', does: does('unmid.showLog') };
        const restart = { label: '$(debug-restart) Restart the server', does: does('unmid.restart') };
        const install = { label: '$(cloud-download) Install the server', description: 'needs Python and the internet', does: does('unmid.installServer') };
        const settings = { label: '$(gear) Settings', does: does('workbench.action.openSettings', '@ext:unmid.unmid') };
        if (state.kind !== 'running') {
            const path = { label: '$(folder) Say where the server is', does: does('workbench.action.openSettings', 'unmid.path') };
            await offer([install, path, restart, log], state.kind === 'broken' ? state.why : 'unmid does not run');
            return;
        }
        const uri = vscode.window.activeTextEditor?.document.uri;
        const off = uri !== undefined && this.drafts.isOff(uri);
        const writing: Choice[] = off
            ? [{ label: '$(check) Turn on for this file', does: does('unmid.toggleFile') }]
            : [
                  { label: '$(edit) Cut all that can safely go', does: does('unmid.cutAllSafe') },
                  { label: '$(question) Explain a rule', does: does('unmid.explainRule') },
                  { label: '$(open-preview) Open the report', description: overLimit(uri), does: does('unmid.openReport') },
                  { label: '$(list-unordered) Show all findings', does: does('workbench.actions.view.problems') },
                  { label: '$(circle-slash) Turn off here…', does: does('unmid.turnOffHere') },
              ];
        const line = { label: '', kind: vscode.QuickPickItemKind.Separator };
        const author = vscode.workspace.getConfiguration('unmid').get<string>('author');
        const voice = { label: '$(account) Choose author…', description: author, does: does('unmid.pickAuthor') };
        await offer([...writing, line, voice, settings, restart, log], `unmid ${state.server.version} (${state.server.origin})`);
    }

    private runs(): boolean {
        const runs = this.server.state.kind === 'running';
        if (!runs) {
            void this.menu();
        }
        return runs;
    }
}

function length(editor: vscode.TextEditor, range: vscode.Range): number {
    return editor.document.offsetAt(range.end) - editor.document.offsetAt(range.start);
}

async function offer(choices: Choice[], title: string): Promise<void> {
    const choice = await vscode.window.showQuickPick(choices, { title });
    await choice?.does?.();
}

async function perform(action: vscode.CodeAction): Promise<void> {
    if (action.edit) {
        await vscode.workspace.applyEdit(action.edit);
    }
    if (action.command) {
        await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
    }
}
