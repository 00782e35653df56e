call unmid#define_ale_linter('text', 'plaintext')
