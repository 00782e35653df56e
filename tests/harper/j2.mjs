// Reads texts, one JSON string a line; writes Harper's lints of each, one JSON list a line. Offsets are code points.

import { createInterface } from 'node:readline';
import { Dialect, LocalLinter } from 'harper.js';
import { binary } from 'harper.js/binary';

const linter = new LocalLinter({ binary, dialect: Dialect.American });
await linter.setup(); await linter.setLintConfig({...(await linter.getLintConfig()), SpellCheck:false});

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const points = (units) => Array.from(text.slice(0, units)).length;
  const lints = await linter.lint(text, { language: 'markdown', dedup: false });
  console.log(
    JSON.stringify(
      lints.map((lint) => {
        const { start, end } = lint.span();
        return {
          kind: lint.lint_kind(),
          start: points(start),
          end: points(end),
          text: lint.get_problem_text(),
          message: lint.message(),
        };
      }),
    ),
  );
}
