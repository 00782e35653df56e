const { api, assert, marked, marks, open, openFile, set, sleep, steps, until, vscode } = require('./common');

const NOTE = 'filler/note-that';
const WORDY = 'In order to decide, we met. The boat leaks.';
let draft;

const actionsAt = (document, range) => vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range);
const words = (document) => marks(document).map((one) => one.words);
const select = (document, text) => {
    const start = document.positionAt(document.getText().indexOf(text));
    vscode.window.activeTextEditor.selection = new vscode.Selection(start, start.translate(0, text.length));
};
const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
const pid = async () => (await api()).pid();
const state = async () => (await api()).state().kind;

exports.run = steps({
    'marks are exact after an emoji': async () => {
        draft = await openFile('draft.md');
        await until(() => marked(draft, NOTE), () => `marks: ${JSON.stringify(marks(draft))}`);
        const line = draft.lineAt(2).text;
        for (const words of ['It is important to note that', 'in order to']) {
            const mark = marks(draft).find((one) => one.words === words);
            assert.ok(mark, JSON.stringify(marks(draft)));
            assert.deepStrictEqual([mark.range.start.line, mark.range.start.character], [2, line.indexOf(words)]);
            assert.deepStrictEqual(mark.range.end.character, line.indexOf(words) + words.length);
        }
    },
    'words that can go are faded, marks link to their rule': async () => {
        const note = vscode.languages.getDiagnostics(draft.uri).find((one) => one.code.value === NOTE);
        assert.ok(note.tags.includes(vscode.DiagnosticTag.Unnecessary));
        assert.ok(note.code.target);
    },
    'hover says why': async () => {
        const mark = marks(draft).find((one) => one.rule === NOTE);
        const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', draft.uri, mark.range.start);
        const text = hovers.flatMap((hover) => hover.contents.map((content) => content.value)).join('\n');
        assert.match(text, /Instead:/);
    },
    'the code lens stands above the first line': async () => {
        const lenses = await until(async () => {
            const found = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', draft.uri, 10);
            return found.length && found;
        }, 'a lens');
        assert.match(lenses[0].command.title, /words · .*can go/);
        assert.strictEqual(lenses[0].range.start.line, 0);
    },
    'a cut is applied and its mark goes': async () => {
        const mark = marks(draft).find((one) => one.rule === NOTE);
        const actions = await until(async () => {
            const found = (await actionsAt(draft, mark.range)).filter((one) => /^Cut “/.test(one.title));
            return found.length && found;
        }, 'actions');
        assert.strictEqual(actions[0].isPreferred, true);
        assert.ok(await vscode.workspace.applyEdit(actions[0].edit));
        assert.match(draft.lineAt(2).text, /^😀 The boat leaks/);
        await until(() => !marked(draft, NOTE), 'the mark goes');
        assert.ok(marks(draft).length > 0);
    },
    'a setting takes effect and is taken back': async () => {
        const rule = marks(draft).find((one) => one.words === 'in order to').rule;
        await set('unmid.ignore', [rule]);
        await until(() => !marked(draft, rule), 'the rule is off');
        await set('unmid.ignore', undefined);
        await until(() => marked(draft, rule), 'the rule is on');
    },
    'severity is a table with slashes in its keys': async () => {
        const rule = marks(draft).find((one) => one.words === 'in order to').rule;
        await set('unmid.severity', { [rule]: 'off' });
        await until(() => !marked(draft, rule), 'the rule is off');
        await set('unmid.severity', undefined);
        await until(() => marked(draft, rule), 'the rule is on');
    },
    'the server comes back after it was killed': async () => {
        const before = await pid();
        process.kill(before, 'SIGKILL');
        await until(async () => (await state()) !== 'running', 'it is missed');
        await until(async () => (await state()) === 'running' && (await pid()) !== before, 'it is back');
        const other = await open('It is important to note that she leaks.\n');
        await until(() => marked(other, NOTE), 'marks after the return');
        await until(() => marks(draft).length > 0, 'marks in the draft from before');
    },
    'all safe cuts at once': async () => {
        const document = await open(`It is important to note that she leaks.\n\n${WORDY}\n`);
        await until(() => marks(document).length >= 2, 'marks');
        await vscode.commands.executeCommand('unmid.cutAllSafe');
        await until(() => document.getText().startsWith('She leaks.'), () => document.getText());
        await until(() => !marked(document, NOTE), 'the mark goes');
    },
    'fix all on save kind': async () => {
        const document = await open('It is important to note that she leaks.\n');
        await until(() => marked(document, NOTE), 'marks');
        const actions = await vscode.commands.executeCommand(
            'vscode.executeCodeActionProvider', document.uri, new vscode.Range(0, 0, 1, 0), 'source.fixAll.unmid');
        assert.strictEqual(actions.length, 1);
    },
    'off for a file and on again': async () => {
        const document = await open('It is important to note that she leaks.\n');
        await until(() => marked(document, NOTE), 'marks');
        await vscode.commands.executeCommand('unmid.toggleFile');
        await until(() => marks(document).length === 0, 'no marks');
        const offered = await actionsAt(document, new vscode.Range(0, 0, 0, 9));
        assert.deepStrictEqual(offered.map((one) => one.title).filter((title) => /Cut|note-that/.test(title)), []);
        await vscode.commands.executeCommand('unmid.toggleFile');
        await until(() => marked(document, NOTE), 'marks again');
    },
    'every language of drafts, saved or not': async () => {
        for (const language of ['markdown', 'plaintext', 'latex', 'tex', 'restructuredtext', 'asciidoc', 'git-commit']) {
            const document = await open('It is important to note that she leaks.\n', language);
            await until(() => marked(document, NOTE), `marks in ${language}`);
        }
        const code = await open('// It is important to note that she leaks.\n', 'javascript');
        await sleep(500);
        assert.strictEqual(marks(code).length, 0);
    },
    'a notebook’s Markdown cells': async () => {
        const folder = vscode.workspace.workspaceFolders[0].uri;
        const source = { cells: [{ cell_type: 'markdown', metadata: {}, source: ['It is important to note that she leaks.'] }], metadata: {}, nbformat: 4, nbformat_minor: 2 };
        const file = vscode.Uri.joinPath(folder, 'notes.ipynb');
        await vscode.workspace.fs.writeFile(file, Buffer.from(JSON.stringify(source)));
        await vscode.commands.executeCommand('vscode.open', file);
        const notebook = await until(() => vscode.workspace.notebookDocuments[0], 'the notebook');
        await until(() => marked(notebook.cellAt(0).document, NOTE), 'marks in the cell');
    },
    'a rule is explained beside the draft': async () => {
        await vscode.commands.executeCommand('unmid.explainRule', NOTE);
        const tab = () => tabs().find((one) => one.label.includes('note-that'));
        await until(tab, () => `the page; ${tabs().map((one) => one.label)}`);
        const page = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: 'unmid-rule', path: `/${NOTE}.md` }));
        assert.match(page.getText(), /^# /);
        assert.match(page.getText(), /announc/);
        assert.strictEqual(marks(page).length, 0);
        await vscode.window.tabGroups.close(tab());
    },
    'the report is a page beside the draft, new when it is saved': async () => {
        const document = await openFile('draft.md');
        await until(() => marks(document).length > 0, 'marks');
        await vscode.commands.executeCommand('unmid.openReport');
        const page = async () => (await api()).report(document.uri);
        const before = await page();
        assert.match(before, /^<!DOCTYPE html>/);
        assert.match(before, /draft\.md/);
        assert.doesNotMatch(before, /<script/);
        const shown = await until(() => tabs().find((one) => one.label === 'Report: draft.md'), () => tabs().map((one) => one.label).join());
        assert.ok(shown.input instanceof vscode.TabInputWebview);
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, document.lineAt(document.lineCount - 1).range.end, '\nA line about the quay.\n');
        assert.ok(await vscode.workspace.applyEdit(edit));
        assert.ok(await document.save());
        await until(async () => (await page()).includes('about the quay'), 'the new report');
        await vscode.window.tabGroups.close(shown);
        assert.strictEqual(await page(), undefined);
    },
    'settings and packs are checked and completed, not read as prose': async () => {
        const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'unmid.toml');
        await vscode.workspace.fs.writeFile(file, Buffer.from('# It is important to note that she leaks.\ngenra = "docs"\n'));
        const document = await openFile('unmid.toml');
        assert.strictEqual(document.languageId, 'toml');
        await until(() => vscode.languages.getDiagnostics(file).length > 0, 'what is wrong in it');
        assert.deepStrictEqual(vscode.languages.getDiagnostics(file).map((one) => one.range.start.line), [1]);
        const offered = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', file, new vscode.Position(2, 0));
        assert.ok(offered.items.some((one) => (one.label.label ?? one.label) === 'genre'), JSON.stringify(offered.items.map((one) => one.label)));
        const edit = new vscode.WorkspaceEdit();
        edit.replace(file, new vscode.Range(1, 0, 1, 5), 'genre');
        assert.ok(await vscode.workspace.applyEdit(edit));
        await until(() => vscode.languages.getDiagnostics(file).length === 0, 'nothing is wrong any more');
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        await vscode.workspace.fs.delete(file);
    },
    'an author is chosen, and their pack is heard': async () => {
        const folder = vscode.workspace.workspaceFolders[0].uri;
        const pack = vscode.Uri.joinPath(folder, '.unmid', 'packs', 'ana.toml');
        await vscode.workspace.fs.writeFile(pack, Buffer.from('[allow]\nphrases = ["in order to"]\n'));
        const document = await open('We met in order to decide.\n\nIt is important to note that the boat leaks.\n');
        await until(() => words(document).includes('in order to'), () => words(document).join());
        await vscode.commands.executeCommand('unmid.pickAuthor', 'ana');
        assert.strictEqual(vscode.workspace.getConfiguration('unmid').get('author'), 'ana');
        await until(() => !words(document).includes('in order to') && marked(document, NOTE), () => words(document).join());
        await vscode.commands.executeCommand('unmid.pickAuthor', '');
        await until(() => words(document).includes('in order to'), () => words(document).join());
    },
    'drafts that are not open are marked where that is wanted': async () => {
        const folder = vscode.workspace.workspaceFolders[0].uri;
        const file = vscode.Uri.joinPath(folder, 'closed.md');
        await vscode.workspace.fs.writeFile(file, Buffer.from('It is important to note that she leaks.\n'));
        const here = await open('It is important to note that she floats.\n');
        const rules = () => vscode.languages.getDiagnostics(file).map((one) => one.code.value ?? one.code);
        await until(() => marked(here, NOTE), 'marks in the open draft');
        assert.deepStrictEqual(rules(), []);
        await set('unmid.drafts', 'all');
        await until(() => rules().includes(NOTE), 'marks in the other');
        await until(() => marked(here, NOTE), 'marks in the open draft, still');
        const shown = await openFile('closed.md');
        const edit = new vscode.WorkspaceEdit();
        edit.delete(file, new vscode.Range(0, 0, 0, 29));
        assert.ok(await vscode.workspace.applyEdit(edit));
        await until(() => rules().length === 0, () => `no marks in what the editor holds: ${rules()}`);
        await sleep(2500);
        assert.deepStrictEqual(rules(), [], 'the file on disk does not come between');
        await set('unmid.ignore', ['filler']);
        await until(() => marks(here).length === 0, 'a setting reaches open drafts');
        await set('unmid.ignore', undefined);
        await until(() => marked(here, NOTE), 'and is taken back');
        await vscode.window.showTextDocument(shown);
        assert.ok(await shown.save());
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
        // VS Code keeps what it has closed for a while, and tells the server of it; only reports on the workspace speak of it then.
        await vscode.workspace.fs.writeFile(file, Buffer.from('It is important to note that she sank.\n'));
        await until(() => rules().includes(NOTE), 'closed, the file counts');
        await set('unmid.drafts', undefined);
        await until(() => rules().length === 0, 'marks go');
        await until(() => marked(here, NOTE), 'but not those of the open draft');
        await vscode.workspace.fs.delete(file);
    },
    'selected words are kept, and banned': async () => {
        const document = await open('It is important to note that the boat leaks.\n');
        await until(() => marked(document, NOTE), 'the mark');
        select(document, 'boat');
        await vscode.commands.executeCommand('unmid.banThis');
        await until(() => words(document).includes('boat'), () => words(document).join());
        select(document, 'It is important to note that');
        await vscode.commands.executeCommand('unmid.keepThis');
        await until(() => !marked(document, NOTE), () => words(document).join());
    },
    'a voice is learned from a folder': async () => {
        const texts = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'texts');
        for (const number of [1, 2, 3]) {
            const lines = Array.from({ length: 60 }, (_, line) => `On day ${number * line} we rowed to the weir and back before the rain.`);
            await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(texts, `${number}.md`), Buffer.from(lines.join('\n\n')));
        }
        await vscode.commands.executeCommand('unmid.learnMyVoice', 'bea', texts);
        assert.strictEqual(vscode.workspace.getConfiguration('unmid').get('author'), 'bea');
        await vscode.commands.executeCommand('unmid.pickAuthor', '');
        await vscode.workspace.fs.delete(texts, { recursive: true });
    },
    'one that breaks again and again is left alone, then restarted': async () => {
        for (let times = 0; times < 5; times++) {
            const before = await until(async () => (await state()) === 'running' && pid(), 'running');
            process.kill(before, 'SIGKILL');
            await until(async () => (await state()) !== 'running', 'it is missed');
            if ((await state()) === 'broken') {
                break;
            }
        }
        assert.strictEqual(await state(), 'broken');
        await vscode.commands.executeCommand('unmid.restart');
        await until(async () => (await state()) === 'running', 'running again');
        const document = await open('It is important to note that she leaks.\n');
        await until(() => marked(document, NOTE), 'marks after the restart');
    },
});
