/**
 * Install the server into an environment of its own. It comes with the extension; what it needs is fetched, which is the only
 * thing here that takes a network.
 */

import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ownEnvironment, selectedPython } from './find';
import { type Ended, inEnvironment, onPath, run, WINDOWS } from './processes';

const OLDEST = 11;
const NEWEST = 13;

const VENV = ' On Debian and Ubuntu, run “sudo apt install python3-venv”, then try again.';
/** Without --no-compile, pip compiles tens of thousands of lines that are never run; what runs is compiled then. */
const INSTALL = ['install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--no-compile', '--prefer-binary'];

/** Something that keeps the server from being installed, in words that say what to do. */
class Obstacle extends Error {}

class Cancelled extends Error {}

/**
 * Install the server, or the newest one over an older one; whether it is there now. `stop` ends the one that runs, whose
 * files could not be replaced everywhere.
 */
export async function install(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    stop: () => Promise<void>,
): Promise<boolean> {
    try {
        await vscode.window.withProgress(
            { location: vscode.ProgressLocation.Notification, title: 'unmid', cancellable: true },
            (progress, token) => make(context, log, stop, (message) => progress.report({ message }), token),
        );
        return true;
    } catch (error) {
        if (error instanceof Cancelled) {
            return false;
        }
        log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        const why = error instanceof Obstacle ? error.message : `the server could not be installed: ${String(error)}`;
        void offerHelp(`unmid: ${why}`);
        return false;
    }
}

async function offerHelp(message: string): Promise<void> {
    const answer = await vscode.window.showErrorMessage(message, 'Try Again', 'Show Log', 'Set Path');
    if (answer === 'Try Again') {
        await vscode.commands.executeCommand('unmid.installServer');
    } else if (answer === 'Show Log') {
        await vscode.commands.executeCommand('unmid.showLog');
    } else if (answer === 'Set Path') {
        await vscode.commands.executeCommand('workbench.action.openSettings', 'unmid.path');
    }
}

async function make(
    { extensionPath, globalStorageUri }: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    stop: () => Promise<void>,
    tell: (message: string) => void,
    token: vscode.CancellationToken,
): Promise<void> {
    const step = async (message: string, command: string, args: string[]): Promise<Ended> => {
        tell(message);
        log.info(`> ${command} ${args.join(' ')}`);
        const ended = await run(command, args, { token, says: (text) => log.append(text) });
        if (token.isCancellationRequested) {
            await fs.rm(folder, { recursive: true, force: true });
            throw new Cancelled();
        }
        return ended;
    };
    const folder = ownEnvironment(globalStorageUri);
    tell('looking for Python…');
    const python = await suitablePython(log);
    await stop();
    await fs.rm(folder, { recursive: true, force: true });
    await fs.mkdir(path.dirname(folder), { recursive: true });
    const inside = inEnvironment(folder, 'python');
    // Without pip, which takes Python longer to put there than all the rest of it.
    const made = await step('making an environment…', python[0]!, [...python.slice(1), '-m', 'venv', '--without-pip', folder]);
    if (made.code !== 0) {
        await fs.rm(folder, { recursive: true, force: true });
        throw new Obstacle(`Python could not make an environment: ${last(made)}${VENV}`);
    }
    // The newest pip needs half the time of the one that came with Python to find out what to install.
    const fetched = await step('fetching the installer…', python[0]!, [...python.slice(1), '-m', 'pip', '--python', inside, ...INSTALL, 'pip']);
    if (/No module named pip|no such option/.test(fetched.stderr)) {
        const ensured = await step('looking for an installer…', inside, ['-m', 'ensurepip', '--default-pip']);
        if (ensured.code !== 0) {
            await fs.rm(folder, { recursive: true, force: true });
            throw new Obstacle(`this Python has no installer.${VENV}`);
        }
    } else {
        await succeeded(fetched, folder);
    }
    const wheel = await bundled(extensionPath);
    const installed = await step('fetching what the server needs; this may take a minute…', inside, ['-m', 'pip', ...INSTALL, wheel]);
    await succeeded(installed, folder);
    const checked = await step('checking…', inEnvironment(folder, 'unmid'), ['--version']);
    if (checked.code !== 0) {
        throw new Obstacle(`the server is installed but does not start: ${last(checked)}`);
    }
}

async function succeeded(pip: Ended, folder: string): Promise<void> {
    if (pip.code !== 0) {
        await fs.rm(folder, { recursive: true, force: true });
        throw new Obstacle(`pip could not install the server: ${last(pip)} Is there a connection to the internet?`);
    }
}

/** The server as it comes with the extension. */
async function bundled(extension: string): Promise<string> {
    const folder = path.join(extension, 'server');
    const wheel = (await fs.readdir(folder).catch(() => [])).find((name) => name.endsWith('.whl'));
    if (!wheel) {
        throw new Obstacle('this build of the extension comes without the server; “npm run package” adds it.');
    }
    return path.join(folder, wheel);
}

/** What a program complained of last, as a sentence. */
function last(ended: Ended): string {
    const lines = `${ended.stdout}\n${ended.stderr}`.trim().split('\n').map((line) => line.trim());
    const worst = lines.filter((line) => /^error/i.test(line)).at(-1) ?? lines.at(-1) ?? '';
    const sentence = worst.replace(/^error:?\s*/i, '') || `it ended with status ${ended.code}`;
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** A Python that the server runs on. */
async function suitablePython(log: vscode.LogOutputChannel): Promise<string[]> {
    const tried: string[] = [];
    for (const candidate of await candidates()) {
        const [command, ...args] = candidate;
        const ended = await run(command!, [...args, '-c', 'import sys; print(*sys.version_info[:2])'], { limit: 20_000 });
        const [major, minor] = ended.stdout.trim().split(' ').map(Number);
        if (ended.code === 0 && major === 3 && minor! >= OLDEST && minor! <= NEWEST) {
            return candidate;
        }
        if (ended.code === 0) {
            tried.push(`${major}.${minor}`);
        }
        log.info(`Not suitable: ${candidate.join(' ')} (${ended.code === 0 ? ended.stdout.trim() : ended.stderr.trim()})`);
    }
    const seen = tried.length ? ` (found ${[...new Set(tried)].join(', ')})` : '';
    throw new Obstacle(
        `the server needs Python 3.${OLDEST} to 3.${NEWEST}${seen}. Install Python 3.${NEWEST}, then try again.`,
    );
}

async function candidates(): Promise<string[][]> {
    const versions = Array.from({ length: NEWEST - OLDEST + 1 }, (_, index) => `3.${NEWEST - index}`);
    const selected = await selectedPython();
    const launcher = WINDOWS ? onPath('py').flatMap((py) => versions.map((version) => [py, `-${version}`])) : [];
    const named = [...versions.map((version) => `python${version}`), 'python3', 'python'].flatMap(onPath).map((file) => [file]);
    return [...(selected ? [[selected]] : []), ...launcher, ...named];
}
