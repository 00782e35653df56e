call unmid#define_ale_linter('tex', 'latex')
