call unmid#define_ale_linter('asciidoc', 'asciidoc')
