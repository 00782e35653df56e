call unmid#define_ale_linter('rst', 'restructuredtext')
