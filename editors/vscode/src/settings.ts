/** What the server is told of the settings. */

import * as vscode from 'vscode';

/** Settings that this extension reads itself and the server does not know. */
const OURS = new Set(['path', 'trace.server']);

/** The names of the server's settings, without `unmid.`, as package.json lists them. */
export function serverSettings(extension: vscode.Extension<unknown>): string[] {
    const sections: { properties: Record<string, unknown> }[] = extension.packageJSON.contributes.configuration;
    return sections
        .flatMap((section) => Object.keys(section.properties))
        .map((name) => name.slice('unmid.'.length))
        .filter((name) => !OURS.has(name));
}

/**
 * The settings that someone has set. Defaults are left out: they would override what a pack says, since an editor's
 * settings come after packs.
 */
export function chosen(names: readonly string[]): Record<string, unknown> {
    const configuration = vscode.workspace.getConfiguration('unmid');
    return Object.fromEntries(
        names.flatMap((name) => {
            const value = configuration.inspect(name);
            const isSet = [value?.globalValue, value?.workspaceValue, value?.workspaceFolderValue].some((one) => one !== undefined);
            // The merged value, since VS Code merges tables and leaves out what an untrusted workspace may not set.
            return isSet ? [[name, plain(configuration.get(name))]] : [];
        }),
    );
}

/** A value without the wrappers in which VS Code hands out tables. */
function plain(value: unknown): unknown {
    return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
