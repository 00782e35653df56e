call unmid#define_ale_linter('markdown', 'markdown')
