/** unmid in VS Code: everything is put together here. */

import * as vscode from 'vscode';
import { Authors } from './authors';
import { Commands, SCHEME } from './commands';
import { Drafts, languagesOf } from './drafts';
import { onPythonSelected } from './find';
import { install } from './install';
import { Reports } from './reports';
import { Refusal, Server, type State } from './server';
import { serverSettings } from './settings';
import { Status } from './status';

let server: Server | undefined;

/** What tests and other extensions may ask. */
export interface Api {
    /** The server's process, while there is one. */
    pid(): number | undefined;
    state(): State;
    /** The page of the report on a draft, while it is shown. */
    report(uri: vscode.Uri): string | undefined;
}

export function activate(context: vscode.ExtensionContext): Api {
    const log = vscode.window.createOutputChannel('unmid', { log: true });
    const names = serverSettings(context.extension);
    const drafts = new Drafts(languagesOf(context.extension), context.workspaceState);
    const running = (server = new Server(drafts, names, context.globalStorageUri, log));
    const reports = new Reports(running);
    const authors = new Authors(running);
    const commands = new Commands(running, drafts, reports);
    const on = (name: string, does: (...args: unknown[]) => unknown): vscode.Disposable =>
        vscode.commands.registerCommand(`unmid.${name}`, (...args: unknown[]) => told(does, args, log));

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
        reports,
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
            const installed = await install(context, log, () => running.stop());
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
        on('keepThis', () => commands.keepPhrase()),
        on('banThis', () => commands.banWord()),
        on('openReport', () => commands.openReport()),
        on('saveReport', () => commands.saveReport()),
        on('pickAuthor', (name) => authors.choose(name)),
        on('learnMyVoice', (name, folder) => authors.learn(name, folder)),
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
    return { pid: () => running.pid, state: () => running.state, report: (uri) => reports.html(uri) };
}

export async function deactivate(): Promise<void> {
    await server?.stop();
}

/** Do what a command does. What cannot be had is said, with the log at hand; anything else that fails is a fault of ours. */
async function told(does: (...args: unknown[]) => unknown, args: unknown[], log: vscode.LogOutputChannel): Promise<unknown> {
    try {
        return await does(...args);
    } catch (error) {
        if (!(error instanceof Refusal)) {
            throw error;
        }
        log.warn(error.message);
        void vscode.window.showWarningMessage(`unmid: ${error.message}`);
        return undefined;
    }
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
