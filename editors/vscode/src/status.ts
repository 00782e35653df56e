/** The item in the status bar: whether the server runs, and what it found in the draft that is open. */

import * as vscode from 'vscode';
import { type Drafts, findings, numberOver, overLimit } from './drafts';
import type { Server } from './server';

export class Status implements vscode.Disposable {
    private readonly item = vscode.window.createStatusBarItem('unmid.status', vscode.StatusBarAlignment.Right, 90);
    private readonly subscriptions: vscode.Disposable[];

    constructor(
        private readonly server: Server,
        private readonly drafts: Drafts,
    ) {
        this.item.name = 'unmid';
        this.item.command = 'unmid.menu';
        const show = (): void => this.show();
        this.subscriptions = [
            server.onDidChange(show),
            drafts.onDidChange(show),
            vscode.window.onDidChangeActiveTextEditor(show),
            vscode.languages.onDidChangeDiagnostics(show),
            vscode.workspace.onDidOpenTextDocument(show),
        ];
        this.show();
    }

    dispose(): void {
        vscode.Disposable.from(this.item, ...this.subscriptions).dispose();
    }

    private show(): void {
        const document = vscode.window.activeTextEditor?.document;
        const draft = document && this.drafts.has(document) ? document : undefined;
        void vscode.commands.executeCommand('setContext', 'unmid.running', this.server.state.kind === 'running');
        void vscode.commands.executeCommand('setContext', 'unmid.draft', draft !== undefined);
        if (!draft) {
            this.item.hide();
            return;
        }
        const { text, tooltip, warns } = this.face(draft);
        this.item.text = text;
        this.item.tooltip = tooltip;
        this.item.backgroundColor = warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
        this.item.accessibilityInformation = { label: tooltip, role: 'button' };
        this.item.show();
    }

    private face(draft: vscode.TextDocument): { text: string; tooltip: string; warns?: boolean } {
        const state = this.server.state;
        switch (state.kind) {
            case 'starting':
                return { text: '$(loading~spin) unmid', tooltip: 'unmid is starting' };
            case 'waiting':
                return { text: '$(loading~spin) unmid', tooltip: `The unmid server broke; it starts again in ${state.seconds} s` };
            case 'missing':
                return { text: '$(warning) unmid', tooltip: 'unmid needs its server; click to install it', warns: true };
            case 'broken':
                return { text: '$(warning) unmid', tooltip: `unmid does not run: ${state.why}`, warns: true };
            case 'stopped':
                return { text: '$(circle-slash) unmid', tooltip: 'unmid is stopped' };
            case 'running':
                break;
        }
        if (this.drafts.isOff(draft.uri)) {
            return { text: '$(circle-slash) unmid', tooltip: 'unmid is off for this file' };
        }
        const number = findings(draft.uri).length;
        if (!number) {
            return { text: '$(check) unmid', tooltip: 'unmid: nothing to cut in this draft' };
        }
        const found = number === 1 ? '1 finding' : `${number} findings`;
        const over = overLimit(draft.uri);
        return {
            text: over ? `$(edit) unmid ${number} $(arrow-up)${numberOver(draft.uri)}` : `$(edit) unmid ${number}`,
            tooltip: `unmid: ${[found, over].filter(Boolean).join(', ')} in this draft`,
        };
    }
}
