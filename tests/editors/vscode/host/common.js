/** For tests that run inside the extension host, beside the installed extension. */

const assert = require('node:assert');
const vscode = require('vscode');

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(condition, what, milliseconds = 40_000) {
    const start = Date.now();
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        if (Date.now() - start > milliseconds) {
            throw new Error(`never: ${typeof what === 'function' ? what() : what}`);
        }
        await sleep(50);
    }
}

const log = (...words) => console.log('UNMID', ...words);

const marks = (document) =>
    vscode.languages
        .getDiagnostics(document.uri)
        .filter((one) => one.source === 'unmid')
        .map((one) => ({ rule: one.code.value ?? one.code, words: document.getText(one.range), range: one.range }));

const marked = (document, rule) => marks(document).some((mark) => mark.rule === rule);

async function open(content, language = 'markdown') {
    const document = await vscode.workspace.openTextDocument({ content, language });
    await vscode.window.showTextDocument(document);
    return document;
}

async function openFile(name) {
    const folder = vscode.workspace.workspaceFolders[0].uri;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, name));
    await vscode.window.showTextDocument(document);
    return document;
}

const api = async () => vscode.extensions.getExtension('unmid.unmid').activate();

async function set(name, value) {
    await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}

/** Run steps in order; the first that fails ends the run. */
function steps(table) {
    return async () => {
        for (const [name, step] of Object.entries(table)) {
            const start = Date.now();
            try {
                await step();
            } catch (error) {
                console.error(`UNMID failed: ${name}: ${error.stack ?? error}`);
                throw error;
            }
            log(`passed: ${name} (${Date.now() - start} ms)`);
        }
    };
}

module.exports = { api, assert, log, marked, marks, open, openFile, set, sleep, steps, until, vscode };
