/** Whose voice drafts are judged by: choosing an author, and learning one from texts. */

import * as os from 'node:os';
import * as vscode from 'vscode';
import type { Server } from './server';

/** An author whose pack the server has found. */
interface Author {
    name: string;
    path: string;
    words?: number;
    texts?: number;
}

interface Choice extends vscode.QuickPickItem {
    /** Empty: no author. Undefined: a new one. */
    author?: string;
}

/** What a pack's file may be called. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

export class Authors {
    constructor(private readonly server: Server) {}

    /** Ask whose pack to judge by, and go by it from now on. */
    async choose(asked?: unknown): Promise<void> {
        if (typeof asked === 'string') {
            await this.settle(asked);
            return;
        }
        const known = await this.known();
        const now = vscode.workspace.getConfiguration('unmid').get<string>('author', '');
        const authors = known.map(
            (author): Choice => ({
                label: `$(${author.name === now ? 'check' : 'account'}) ${author.name}`,
                description: learnedFrom(author),
                detail: author.path,
                author: author.name,
            }),
        );
        const line = { label: '', kind: vscode.QuickPickItemKind.Separator };
        const nobody = { label: '$(circle-slash) No author', description: 'the usual limits', author: '' };
        const fresh = { label: '$(add) New author…', description: 'learn a voice from texts' };
        const choice = await vscode.window.showQuickPick<Choice>([...authors, line, ...(now ? [nobody] : []), fresh], {
            title: 'Whose voice is this?',
            placeHolder: 'Their phrases are kept, and their own rates are the limits',
            matchOnDetail: true,
        });
        if (choice?.author === undefined) {
            return choice ? this.learn() : undefined;
        }
        await this.settle(choice.author);
    }

    /** Learn a voice from a folder of texts, and go by it. Asks for what is not given. */
    async learn(name?: unknown, folder?: unknown): Promise<void> {
        const author = typeof name === 'string' ? name : await askName();
        if (!author) {
            return;
        }
        const texts = folder instanceof vscode.Uri ? folder : await askFolder(author);
        if (!texts) {
            return;
        }
        // How far it is stands in the status bar, where the server reports it.
        const told = await vscode.window.withProgress(
            { location: vscode.ProgressLocation.Notification, title: `unmid: learning the voice of ${author}…` },
            () => this.server.ask<string>('unmid.learnVoice', author, texts.toString()),
        );
        const learned = (await this.known()).some((one) => one.name === author);
        if (learned) {
            await this.settle(author);
        }
        void vscode.window.showInformationMessage(`unmid: ${told}.${learned ? ` Drafts are judged by the voice of ${author} now.` : ''}`);
    }

    private async known(): Promise<Author[]> {
        return (await this.server.ask<Author[]>('unmid.authors')) ?? [];
    }

    /** Have drafts judged by an author: at once, and whenever this workspace is opened, or VS Code if there is none. */
    private async settle(author: string): Promise<void> {
        await this.server.ask('unmid.chooseAuthor', author, '');
        const target = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
        await vscode.workspace.getConfiguration('unmid').update('author', author || undefined, target);
    }
}

async function askName(): Promise<string | undefined> {
    const name = await vscode.window.showInputBox({
        title: 'Learn my voice (1 of 2): whose?',
        prompt: 'A short name; the pack is kept under it.',
        value: os.userInfo().username,
        validateInput: (value) => (NAME.test(value.trim()) ? undefined : 'Letters, digits, dots, dashes and underscores.'),
    });
    return name?.trim();
}

async function askFolder(author: string): Promise<vscode.Uri | undefined> {
    const folders = await vscode.window.showOpenDialog({
        title: `Learn my voice (2 of 2): a folder with texts by ${author}`,
        openLabel: 'Learn from These',
        canSelectFiles: false,
        canSelectFolders: true,
        defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
    });
    return folders?.[0];
}

function learnedFrom({ words, texts }: Author): string {
    if (!words || !texts) {
        return 'nothing learned yet';
    }
    return `${words.toLocaleString('en')} words in ${texts === 1 ? '1 text' : `${texts} texts`}`;
}
