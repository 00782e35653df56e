/** Running programs. */

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as os from 'node:os';
import type * as vscode from 'vscode';

export interface Ended {
    /** Exit status; -1 when the program could not be started, took too long, or was cancelled. */
    code: number;
    stdout: string;
    stderr: string;
}

export interface Options {
    /** Milliseconds after which the program is ended. */
    limit?: number;
    cwd?: string;
    token?: vscode.CancellationToken;
    /** Called with what the program says, as it says it. */
    says?: (text: string) => void;
}

/** Run a program to its end. Never throws. */
export function run(command: string, args: readonly string[], options: Options = {}): Promise<Ended> {
    return new Promise((resolve) => {
        let stdout = '';
        let stderr = '';
        const child = started(command, args, options.cwd);
        if (typeof child === 'string') {
            resolve({ code: -1, stdout, stderr: child });
            return;
        }
        const end = (code: number, more = ''): void => {
            clearTimeout(timer);
            cancelled?.dispose();
            resolve({ code, stdout, stderr: stderr + more });
        };
        const timer = options.limit ? setTimeout(() => child.kill(), options.limit) : undefined;
        const cancelled = options.token?.onCancellationRequested(() => child.kill());
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
            stdout += text;
            options.says?.(text);
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
            stderr += text;
            options.says?.(text);
        });
        child.on('error', (error) => end(-1, error.message));
        child.on('close', (code) => end(code ?? -1));
    });
}

/** The program, or why the system would not even try to start it. */
function started(command: string, args: readonly string[], cwd = os.homedir()): ReturnType<typeof launch> | string {
    try {
        return launch(command, args, cwd);
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}

function launch(command: string, args: readonly string[], cwd: string) {
    return spawn(command, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
}

/** The environment for Python programs: they speak UTF-8, whatever the system's language is. */
export function environment(): NodeJS.ProcessEnv {
    return { ...process.env, PYTHONUTF8: '1', PYTHONIOENCODING: 'utf-8' };
}

export const WINDOWS = process.platform === 'win32';

/** A script or program in an environment of Python's. */
export function inEnvironment(folder: string, name: string): string {
    return WINDOWS ? path.join(folder, 'Scripts', `${name}.exe`) : path.join(folder, 'bin', name);
}

/** Every program of a name on PATH. Relative entries are passed by: they would lead into the workspace. */
export function onPath(name: string): string[] {
    const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
    // Programs started from a dock or a menu often have a short PATH.
    const more = WINDOWS ? [] : [path.join(os.homedir(), '.local', 'bin'), '/opt/homebrew/bin', '/usr/local/bin'];
    const files = [...folders, ...more].map((folder) => path.join(folder, WINDOWS ? `${name}.exe` : name));
    return [...new Set(files)].filter(isProgram);
}

export function isProgram(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}
