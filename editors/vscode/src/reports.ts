/** The report on a draft, as a page inside VS Code. */

import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Server } from './server';

const TYPE = 'unmid.report';

interface Shown {
    panel: vscode.WebviewPanel;
    uri: vscode.Uri;
    html: string;
}

export class Reports implements vscode.Disposable {
    /** By the draft's URI. */
    private readonly shown = new Map<string, Shown>();
    private readonly subscription: vscode.Disposable;

    constructor(private readonly server: Server) {
        this.subscription = vscode.workspace.onDidSaveTextDocument(async (document) => {
            const one = this.shown.get(document.uri.toString());
            if (one && this.server.state.kind === 'running') {
                await this.draw(one);
            }
        });
    }

    dispose(): void {
        this.subscription.dispose();
        this.shown.forEach(({ panel }) => panel.dispose());
    }

    /** Show the report on a draft beside it; one that is there already is brought up to date. */
    async open(uri: vscode.Uri): Promise<void> {
        const html = await this.server.ask<string>('unmid.report', uri.toString());
        const one = this.shown.get(uri.toString());
        one?.panel.reveal(undefined, true);
        show(one ?? this.create(uri), html);
    }

    /** The draft whose report is in front. */
    get active(): vscode.Uri | undefined {
        return [...this.shown.values()].find(({ panel }) => panel.active)?.uri;
    }

    /** Write the report on a draft into a file. */
    async save(uri: vscode.Uri): Promise<void> {
        const html = this.shown.get(uri.toString())?.html ?? (await this.server.ask<string>('unmid.report', uri.toString()));
        const target = await vscode.window.showSaveDialog({
            title: 'Save the report as',
            defaultUri: besideDraft(uri),
            filters: { 'Web page': ['html'] },
        });
        if (target) {
            await vscode.workspace.fs.writeFile(target, Buffer.from(html, 'utf8'));
        }
    }

    /** The page as it is shown, for tests. */
    html(uri: vscode.Uri): string | undefined {
        return this.shown.get(uri.toString())?.html;
    }

    private create(uri: vscode.Uri): Shown {
        // The page has no script and loads nothing, and its own policy says so, too; here that is made sure of.
        const options = { enableScripts: false, enableCommandUris: false, localResourceRoots: [], retainContextWhenHidden: true, enableFindWidget: true };
        const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
        const panel = vscode.window.createWebviewPanel(TYPE, `Report: ${nameOf(uri)}`, where, options);
        const one = { panel, uri, html: '' };
        this.shown.set(uri.toString(), one);
        panel.onDidDispose(() => this.shown.delete(uri.toString()));
        return one;
    }

    private async draw(one: Shown): Promise<void> {
        const html = await this.server.ask<string>('unmid.report', one.uri.toString());
        if (this.shown.get(one.uri.toString()) === one) {
            show(one, html);
        }
    }
}

function show(one: Shown, html: string): void {
    one.html = html;
    one.panel.webview.html = html;
}

function nameOf(uri: vscode.Uri): string {
    return path.posix.basename(uri.path);
}

function besideDraft(uri: vscode.Uri): vscode.Uri | undefined {
    const folder = uri.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(uri, '..');
    const name = nameOf(uri).replace(/\.\w+$/, '');
    return folder && vscode.Uri.joinPath(folder.with({ scheme: 'file' }), `${name}.report.html`);
}
