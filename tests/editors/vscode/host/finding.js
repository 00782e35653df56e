const fs = require('node:fs');
const path = require('node:path');
const { api, assert, marked, open, set, steps, until, vscode } = require('./common');

const BIN = process.env.TEST_BIN;
const FOLDER = process.env.TEST_FOLDER;
const unmid = path.join(BIN, 'unmid');
let path0;

async function state(kind) {
    return until(async () => {
        const now = (await api()).state();
        return now.kind === kind && now;
    }, `state ${kind}`);
}

exports.run = steps({
    'none anywhere': async () => {
        await open('It is important to note that she leaks.\n');
        await state('missing');
        path0 = process.env.PATH;
    },
    'on PATH': async () => {
        process.env.PATH = `.${path.delimiter}${BIN}${path.delimiter}${path0}`;
        await vscode.commands.executeCommand('unmid.restart');
        const { server } = await state('running');
        assert.deepStrictEqual([server.origin, server.command], ['PATH', unmid]);
    },
    'the selected Python goes before PATH': async () => {
        await set('python.defaultInterpreterPath', path.join(BIN, 'python'));
        await vscode.commands.executeCommand('unmid.restart');
        const { server } = await state('running');
        assert.deepStrictEqual([server.origin, server.command], ['selected Python', unmid]);
    },
    'the setting goes before both': async () => {
        const link = path.join(FOLDER, 'my-unmid');
        fs.symlinkSync(unmid, link);
        await set('unmid.path', link);
        await until(async () => (await api()).state().server?.command === link, 'the setting is used');
        const document = await open('It is important to note that she leaks.\n');
        await until(() => marked(document, 'filler/note-that'), 'marks');
    },
    'a setting that leads nowhere is said, not passed over': async () => {
        await set('unmid.path', path.join(FOLDER, 'nowhere'));
        const { why } = await state('broken');
        assert.match(why, /nowhere/);
        await set('unmid.path', undefined);
        assert.strictEqual((await state('running')).server.origin, 'selected Python');
    },
});
