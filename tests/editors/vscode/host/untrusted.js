const { api, assert, marked, openFile, steps, until, vscode } = require('./common');

exports.run = steps({
    'a folder that is not trusted says neither what is run nor what is marked': async () => {
        assert.strictEqual(vscode.workspace.isTrusted, false);
        const draft = await openFile('draft.md');
        const { state } = await api();
        await until(() => marked(draft, 'filler/note-that'), () => `marks; ${JSON.stringify(state())}`);
        assert.strictEqual(state().server.origin, 'PATH');
    },
});
