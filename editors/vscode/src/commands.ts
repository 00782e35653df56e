/** What a person can have done. What belongs to the server goes to the server. */

import * as path from 'node:path';
import * as os from 'node:os';
import * as vscode from 'vscode';
import { type Drafts, findings, findingsAtCursor, ruleOf } from './drafts';
import { run } from './processes';
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
    constructor(
        private readonly server: Server,
        private readonly drafts: Drafts,
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
        await vscode.commands.executeCommand('unmid.fixAll', uri.toString());
        if (editor.document.version === version) {
            void vscode.window.showInformationMessage('unmid: nothing here can be cut without a look at it first.');
        }
    }

    async showFigures(): Promise<void> {
        const editor = this.draft();
        if (editor && this.runs()) {
            await vscode.commands.executeCommand('unmid.showFigures', editor.document.uri.toString());
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
        if (rule) {
            const page = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: SCHEME, path: rule }));
            // Of a language of its own, so that it is shown as a page and not as code.
            await vscode.languages.setTextDocumentLanguage(page, SCHEME);
            await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
        }
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

    /** The text of a rule's page. */
    async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
        const state = this.server.state;
        if (state.kind !== 'running') {
            return 'unmid does not run.';
        }
        const { command, prefix } = state.server;
        const args = [...prefix, 'explain', uri.path];
        const open = vscode.window.activeTextEditor?.document.uri;
        const folder = open?.scheme === 'file' ? path.dirname(open.fsPath) : vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
        if (vscode.workspace.isTrusted) {
            const ended = await run(command, args, { limit: 30_000, cwd: folder ?? os.homedir() });
            if (ended.code === 0) {
                return unfolded(ended.stdout);
            }
        }
        const ended = await run(command, [...args, '--isolated'], { limit: 30_000 });
        return unfolded(ended.stdout) || ended.stderr;
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
                  { label: '$(graph) Show the figures of this draft', does: does('unmid.figures') },
                  { label: '$(list-unordered) Show all findings', does: does('workbench.actions.view.problems') },
                  { label: '$(circle-slash) Turn off here…', does: does('unmid.turnOffHere') },
              ];
        const line = { label: '', kind: vscode.QuickPickItemKind.Separator };
        await offer([...writing, line, settings, restart, log], `unmid ${state.server.version} (${state.server.origin})`);
    }

    private runs(): boolean {
        const runs = this.server.state.kind === 'running';
        if (!runs) {
            void this.menu();
        }
        return runs;
    }
}

/** A page whose paragraphs are lines: the editor folds them to fit. */
function unfolded(page: string): string {
    const joined = page.replace(/^( {2}[^\s-][^\n]*)\n {2}(?=[^\s-])/gm, '$1 ');
    return joined === page ? page : unfolded(joined);
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
