call unmid#define_ale_linter('gitcommit', 'git-commit')
