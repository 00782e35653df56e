/** unmid in VS Code: everything is put together here. */

import * as vscode from 'vscode';
import { Commands, SCHEME } from './commands';
import { Drafts, languagesOf } from './drafts';
import { onPythonSelected } from './find';
import { install } from './install';
import { Server, type State } from './server';
import { serverSettings } from './settings';
import { Status } from './status';

let server: Server | undefined;

/** What tests and other extensions may ask. */
export interface Api {
    /** The server's process, while there is one. */
    pid(): number | undefined;
    state(): State;
}

export function activate(context: vscode.ExtensionContext): Api {
    const log = vscode.window.createOutputChannel('unmid', { log: true });
    const names = serverSettings(context.extension);
    const drafts = new Drafts(languagesOf(context.extension), context.workspaceState);
    const running = (server = new Server(drafts, names, context.globalStorageUri, log));
    const commands = new Commands(running, drafts);
    const on = (name: string, does: (...args: unknown[]) => unknown): vscode.Disposable =>
        vscode.commands.registerCommand(`unmid.${name}`, does);

    let asked = false;
    const invite = async (): Promise<void> => {
        // Once a session; after that the status bar says it.
        if (asked) {
            return;
        }
        asked = true;
        const answer = await vscode.window.showInformationMessage(
            'unmid reads your drafts with a server written in Python, which was not found. Install it into a folder of its own? This needs Python 3.11 or later and, this once, the internet.',
            'Install Server',
            'I Have It',
        );
        if (answer === 'Install Server') {
            await vscode.commands.executeCommand('unmid.installServer');
        } else if (answer === 'I Have It') {
            await vscode.commands.executeCommand('workbench.action.openSettings', 'unmid.path');
        }
    };

    context.subscriptions.push(
        log,
        running,
        new Status(running, drafts),
        vscode.workspace.registerTextDocumentContentProvider(SCHEME, commands),
        running.onDidChange((state) => {
            if (state.kind === 'missing') {
                void invite();
            }
            if (state.kind === 'running') {
                suggestUpdate(state.server, context.extension.packageJSON.version, log);
            }
        }),
        drafts.onDidChange((uri) => running.redraw(uri)),
        vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
        vscode.workspace.onDidChangeConfiguration(async (event) => {
            const nowhere = running.state.kind !== 'running';
            if (event.affectsConfiguration('unmid.path') || (nowhere && event.affectsConfiguration('python.defaultInterpreterPath'))) {
                await running.restart();
            } else if (event.affectsConfiguration('unmid')) {
                await running.tellSettings();
            }
        }),
        on('restart', () => running.restart()),
        on('showLog', () => log.show()),
        on('installServer', async () => {
            const installed = await install(context.globalStorageUri, log, () => running.stop());
            await running.restart();
            const state = running.state;
            if (installed && state.kind === 'running') {
                void vscode.window.showInformationMessage(`unmid ${state.server.version} is installed and reads your drafts.`);
            }
        }),
        on('cutAllSafe', () => commands.cutAllSafe()),
        on('turnOffHere', () => commands.turnOffHere()),
        on('toggleFile', () => commands.toggleFile()),
        on('explainRule', (rule) => commands.explainRule(rule)),
        on('figures', () => commands.showFigures()),
        on('openSample', () => commands.openSample()),
        on('menu', () => commands.menu()),
    );
    void onPythonSelected(() => {
        const state = running.state;
        if (state.kind !== 'running' || state.server.origin === 'selected Python') {
            void running.restart();
        }
    }).then((subscription) => subscription && context.subscriptions.push(subscription));
    void running.start();
    return { pid: () => running.pid, state: () => running.state };
}

export async function deactivate(): Promise<void> {
    await server?.stop();
}

let suggested = false;

/** A server that this extension installed is as old as that day; say so when the extension has moved on. */
function suggestUpdate(found: { version: string; own: boolean }, version: string, log: vscode.LogOutputChannel): void {
    if (!found.own || suggested || !isOlder(found.version, version)) {
        return;
    }
    suggested = true;
    log.info(`The server is ${found.version}, the extension ${version}`);
    void vscode.window
        .showInformationMessage(`unmid: the server is ${found.version}, the extension ${version}. Update the server?`, 'Update')
        .then((answer) => answer && vscode.commands.executeCommand('unmid.installServer'));
}

function isOlder(one: string, other: string): boolean {
    const [a, b] = [one, other].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
    const index = a!.findIndex((part, place) => part !== (b![place] ?? 0));
    return index >= 0 && a![index]! < (b![index] ?? 0);
}
