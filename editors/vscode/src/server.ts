/** The server's life: found, started, ended, and started again when it breaks. */

import { type ChildProcess, spawn } from 'node:child_process';
import * as os from 'node:os';
import * as vscode from 'vscode';
import {
    CloseAction,
    CodeLensRequest,
    DidChangeConfigurationNotification,
    DocumentDiagnosticRequest,
    ErrorAction,
    ExecuteCommandRequest,
    LanguageClient,
    type LanguageClientOptions,
    RevealOutputChannelOn,
    State as ClientState,
    vsdiag,
} from 'vscode-languageclient/node';
import type { Drafts } from './drafts';
import { type Found, find } from './find';
import { environment } from './processes';
import { chosen } from './settings';

export type State =
    | { kind: 'starting' }
    | { kind: 'running'; server: Found }
    | { kind: 'waiting'; seconds: number }
    | { kind: 'missing' }
    | { kind: 'broken'; why: string }
    | { kind: 'stopped' };

/** Seconds before each further start. One that breaks as often as this in a row is left alone. */
const PAUSES = [0.5, 2, 5, 15];
/** Files of settings and rules, which the server reads as well. */
const PACKS = ['unmid.toml', 'pack.toml', '.unmid/packs/**/*.toml'].map((file) => ({ scheme: 'file', pattern: `**/${file}` }));
/** A server that ran for so many milliseconds has proved itself: what went before is forgotten. */
const PROVED = 180_000;

/** Something that a person asked for and that cannot be had, in words that say why. */
export class Refusal extends Error {}

/** Tells of trouble in the log alone; the supervisor decides what the person who writes is told. */
class QuietClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}

export class Server implements vscode.Disposable {
    /** Everything belongs to a turn, and what belongs to an earlier one is no longer wanted. */
    private turn = 0;
    private client: QuietClient | undefined;
    private child: ChildProcess | undefined;
    private timer: NodeJS.Timeout | undefined;
    private breaks = 0;
    private ending: Promise<void> = Promise.resolve();
    private current: State = { kind: 'stopped' };
    private readonly changed = new vscode.EventEmitter<State>();
    readonly onDidChange = this.changed.event;

    constructor(
        private readonly drafts: Drafts,
        private readonly settings: readonly string[],
        private readonly storage: vscode.Uri,
        private readonly log: vscode.LogOutputChannel,
    ) {}

    get state(): State {
        return this.current;
    }

    /** The process, for tests. */
    get pid(): number | undefined {
        return this.child?.pid;
    }

    /** Look for the server and start it. */
    async start(): Promise<void> {
        const turn = ++this.turn;
        await this.end();
        if (turn !== this.turn) {
            return;
        }
        this.enter({ kind: 'starting' });
        const found = await find(this.storage, this.log);
        if (turn !== this.turn) {
            return;
        }
        if (!('command' in found)) {
            if (found.setting) {
                this.enter({ kind: 'broken', why: `unmid.path is ${found.setting}, which does not work: ${found.why}` });
                void this.tell(`unmid: the setting unmid.path leads to ${found.setting}, which does not work (${found.why}).`, 'Open Setting', 'Show Log');
            } else {
                this.enter({ kind: 'missing' });
            }
            return;
        }
        await this.connect(turn, found);
    }

    /** Start anew, as if nothing had happened. */
    async restart(): Promise<void> {
        this.breaks = 0;
        await this.start();
    }

    async stop(): Promise<void> {
        this.turn++;
        await this.end();
        this.enter({ kind: 'stopped' });
    }

    dispose(): void {
        void this.stop();
    }

    /** The settings have changed: let the server ask for them. */
    async tellSettings(): Promise<void> {
        if (this.client?.isRunning()) {
            await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
        }
    }

    /** What the server answers to a command. Throws a Refusal. */
    async ask<Answer>(command: string, ...args: unknown[]): Promise<Answer> {
        const client = this.client;
        if (this.current.kind !== 'running' || !client?.isRunning()) {
            throw new Refusal('the server does not run.');
        }
        if (!client.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command)) {
            throw new Refusal(`the server ${this.current.server.version} is too old for this. Update it: “unmid: Install server”.`);
        }
        try {
            return (await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as Answer;
        } catch (error) {
            throw new Refusal(error instanceof Error ? error.message : String(error));
        }
    }

    /** Have the marks of a draft, and the line above it, drawn anew. */
    redraw(uri: vscode.Uri): void {
        const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
        if (document && this.client?.isRunning()) {
            const marks = this.client.getFeature(DocumentDiagnosticRequest.method)?.getProvider(document);
            marks?.onDidChangeDiagnosticsEmitter.fire();
            const lenses = this.client.getFeature(CodeLensRequest.method)?.getProvider(document);
            lenses?.onDidChangeCodeLensEmitter.fire();
        }
    }

    private enter(state: State): void {
        this.current = state;
        this.changed.fire(state);
    }

    private async connect(turn: number, server: Found): Promise<void> {
        // The home folder, since a workspace is a place where anyone may have put anything.
        const child = spawn(server.command, [...server.prefix, 'serve'], {
            cwd: os.homedir(),
            env: environment(),
            windowsHide: true,
        });
        let complaint = '';
        let since = Infinity;
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
            complaint = text.trim().split('\n').at(-1) ?? complaint;
        });
        const ended = new Promise<string>((resolve) => {
            child.on('error', (error) => resolve(error.message));
            child.on('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with status ${code}`));
        });
        const client = new QuietClient('unmid', 'unmid', async () => child, this.options());
        this.child = child;
        this.client = client;
        void ended.then(async (how) => {
            if (turn === this.turn) {
                const why = complaint || how;
                this.log.error(`The server ${how}${complaint ? `: ${complaint}` : ''}`);
                await this.broke(turn, why, Date.now() - since);
            }
        });
        try {
            await Promise.race([client.start(), ended]);
        } catch (error) {
            // A server that cannot start ends; one that talks nonsense has to be ended.
            this.log.error(`The server did not start: ${String(error)}`);
            child.kill();
            return;
        }
        if (turn === this.turn && client.isRunning()) {
            since = Date.now();
            this.enter({ kind: 'running', server });
        }
    }

    private async broke(turn: number, why: string, ran: number): Promise<void> {
        this.breaks = ran > PROVED ? 1 : this.breaks + 1;
        const seconds = PAUSES[this.breaks - 1];
        if (seconds === undefined) {
            this.turn++;
            await this.end();
            this.enter({ kind: 'broken', why });
            void this.tell(
                `unmid: the server broke ${this.breaks} times in a row and was stopped (${why}). Your draft is as you left it. ` +
                    'Restart it, install it anew, or look into the log for the cause.',
                'Restart',
                'Install Server',
                'Show Log',
            );
            return;
        }
        this.enter({ kind: 'waiting', seconds });
        this.timer = setTimeout(() => {
            if (turn === this.turn) {
                void this.start();
            }
        }, 1000 * seconds);
    }

    /** End what runs. One end at a time, so that two starts never leave two servers. */
    private end(): Promise<void> {
        clearTimeout(this.timer);
        const { client, child } = this;
        this.client = undefined;
        this.child = undefined;
        this.ending = this.ending.then(async () => {
            if (client) {
                await quietly(client.isRunning() ? client.stop(2000) : Promise.resolve());
                if (client.state === ClientState.Starting) {
                    child?.kill();
                }
                await settled(client);
                await quietly(client.dispose(0));
            }
            if (child && child.exitCode === null && child.signalCode === null) {
                child.kill();
            }
        });
        return this.ending;
    }

    private options(): LanguageClientOptions {
        const isOff = (document: vscode.TextDocument | vscode.Uri): boolean =>
            this.drafts.isOff(document instanceof vscode.Uri ? document : document.uri);
        return {
            documentSelector: [...this.drafts.selector, ...PACKS],
            // Settings are asked for once the server is up; given here they would hold for good, as this one does.
            initializationOptions: { unmid: { trusted: vscode.workspace.isTrusted } },
            outputChannel: this.log,
            revealOutputChannelOn: RevealOutputChannelOn.Never,
            initializationFailedHandler: () => false,
            errorHandler: {
                error: () => ({ action: ErrorAction.Continue, handled: true }),
                closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
            },
            middleware: {
                workspace: {
                    configuration: (params) =>
                        params.items.map((item) => (item.section === 'unmid' ? chosen(this.settings) : null)),
                },
                provideDiagnostics: (document, previous, token, next) =>
                    isOff(document) ? { kind: vsdiag.DocumentDiagnosticReportKind.full, items: [] } : next(document, previous, token),
                provideWorkspaceDiagnostics: (ids, token, report, next) =>
                    next(ids, token, (chunk) => report(chunk && { items: chunk.items.filter((item) => !isOff(item.uri)) })),
                handleDiagnostics: (uri, diagnostics, next) => next(uri, isOff(uri) ? [] : diagnostics),
                provideHover: async (document, position, token, next) =>
                    isOff(document) ? null : withoutMessage(await next(document, position, token)),
                provideCodeLenses: (document, token, next) => (isOff(document) ? [] : next(document, token)),
                provideCodeActions: (document, range, context, token, next) =>
                    isOff(document) ? [] : next(document, range, context, token),
            },
        };
    }

    private async tell(message: string, ...answers: string[]): Promise<void> {
        const answer = await vscode.window.showErrorMessage(message, ...answers);
        const command = {
            Restart: 'unmid.restart',
            'Install Server': 'unmid.installServer',
            'Show Log': 'unmid.showLog',
            'Open Setting': 'workbench.action.openSettings',
        }[answer ?? ''];
        if (command) {
            await vscode.commands.executeCommand(command, ...(answer === 'Open Setting' ? ['unmid.path'] : []));
        }
    }
}

/** A hover without what VS Code shows above it already: the message, and the name of the rule. */
function withoutMessage(hover: vscode.Hover | null | undefined): vscode.Hover | null | undefined {
    for (const content of hover?.contents ?? []) {
        if (content instanceof vscode.MarkdownString && !content.value.includes('\n\n---\n\n')) {
            content.value = content.value.replace(/^\*\*.*\*\*\n\n/, '').replace(/\n\n`[^`\n]+`(?=\n|$)/, '');
        }
    }
    return hover;
}

async function quietly(promise: Promise<unknown>): Promise<void> {
    await promise.catch(() => undefined);
}

/** Until a client has noticed that its server is gone, and has given back its commands. */
async function settled(client: LanguageClient): Promise<void> {
    const busy = [ClientState.Starting, ClientState.Running];
    for (let tries = 0; tries < 40 && busy.includes(client.state); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
