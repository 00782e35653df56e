/** Where the server is. */

import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { inEnvironment, isProgram, onPath, run } from './processes';

/** A server that can be started: `command ...prefix serve`. */
export interface Found {
    command: string;
    prefix: string[];
    version: string;
    /** How it was found, as people say it. */
    origin: string;
    /** Whether this extension installed it. */
    own: boolean;
}

/** There is none. With a `setting`, that is where `unmid.path` leads and `why` it is of no use; nothing else is tried. */
export interface Missing {
    setting?: string;
    why: string;
}

interface Place {
    command: string;
    prefix: string[];
    origin: string;
    own?: boolean;
}

/** The environment that the command “unmid: Install server” makes. */
export function ownEnvironment(storage: vscode.Uri): string {
    return path.join(storage.fsPath, 'server');
}

/** The server: as the setting says, that of the selected Python, on PATH, or our own. */
export async function find(storage: vscode.Uri, log: vscode.LogOutputChannel): Promise<Found | Missing> {
    const set = vscode.workspace.getConfiguration('unmid').get<string>('path', '').trim();
    if (set) {
        const place = { command: expanded(set), prefix: [], origin: 'setting unmid.path' };
        const found = await check(place, log);
        return typeof found === 'string' ? { setting: place.command, why: found } : found;
    }
    for await (const place of places(storage)) {
        const found = await check(place, log);
        if (typeof found !== 'string') {
            return found;
        }
    }
    return { why: 'there is none' };
}

async function* places(storage: vscode.Uri): AsyncGenerator<Place> {
    const python = await selectedPython();
    if (python) {
        const script = path.join(path.dirname(python), path.basename(inEnvironment('', 'unmid')));
        // A draft's folder must not be where Python looks for modules: hence -P.
        yield isProgram(script)
            ? { command: script, prefix: [], origin: 'selected Python' }
            : { command: python, prefix: ['-P', '-m', 'unmid'], origin: 'selected Python' };
    }
    for (const command of onPath('unmid')) {
        yield { command, prefix: [], origin: 'PATH' };
    }
    const own = inEnvironment(ownEnvironment(storage), 'unmid');
    if (isProgram(own)) {
        yield { command: own, prefix: [], origin: 'installed by the extension', own: true };
    }
}

/** The server at a place, or why it cannot be used. */
async function check(place: Place, log: vscode.LogOutputChannel): Promise<Found | string> {
    const ended = await run(place.command, [...place.prefix, '--version'], { limit: 20_000 });
    const version = /^unmid (\S+)/.exec(ended.stdout)?.[1];
    const name = [place.command, ...place.prefix].join(' ');
    if (ended.code === 0 && version) {
        log.info(`Server ${version}: ${name} (${place.origin})`);
        return { ...place, own: place.own ?? false, version };
    }
    const why = (ended.stderr || ended.stdout).trim().split('\n').at(-1) || `it ended with status ${ended.code}`;
    log.info(`No server at ${name} (${place.origin}): ${why}`);
    return why;
}

/** A path as people write it in settings. */
function expanded(written: string): string {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
    const file = written.replace(/^~(?=[\\/]|$)/, () => os.homedir()).replaceAll('${workspaceFolder}', () => folder);
    return path.isAbsolute(file) ? file : path.join(folder, file);
}

interface PythonApi {
    environments: {
        getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
        resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
        onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
    };
}

/** The interpreter that is selected for the workspace. An untrusted workspace has none: it could name any program. */
export async function selectedPython(): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) {
        return undefined;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    try {
        const environments = (await pythonApi())?.environments;
        if (environments) {
            const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
            return resolved?.executable.uri?.fsPath;
        }
    } catch {
        // An extension that fails is as good as none.
    }
    const value = vscode.workspace.getConfiguration('python', folder).inspect<string>('defaultInterpreterPath');
    const set = value?.workspaceFolderValue ?? value?.workspaceValue ?? value?.globalValue;
    return set && /[\\/]/.test(set) ? expanded(set) : undefined;
}

/** Call back whenever another Python is selected. */
export async function onPythonSelected(callback: () => void): Promise<vscode.Disposable | undefined> {
    try {
        return (await pythonApi())?.environments.onDidChangeActiveEnvironmentPath?.(callback);
    } catch {
        return undefined;
    }
}

async function pythonApi(): Promise<PythonApi | undefined> {
    const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
    return extension && (await withinTime(Promise.resolve(extension.activate()), 10_000));
}

function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
    return Promise.race([promise, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), milliseconds))]);
}
