// Who may import whom. Four pillars (sip, xmpp, policy, certs) import nothing of ours; core lies
// across them; examples stand on top and nobody imports them. Inside core only downwards, floor by
// floor. src/node is reached by its subpath alone. Everything that is imported is declared.

/** The floors of core, from the ground; a file below `core/src` that is on none is the ground's. */
const FLOORS = [
  '(?:misuse|remedies|translation|store)',
  'crossing',
  'address',
  'error',
  'body',
  'dialect',
  'rules',
  'ledger',
  '(?:edge|gateway)',
  'index',
  'ladder',
  '(?:node|testing)',
];
const CORE = '^packages/core/src/';
const on = (floors) => `${CORE}(?:${floors.join('|')})(?:\\.ts$|/)`;

const upwards = FLOORS.slice(0, -1).map((floor, at) => ({
  name: `core-downwards-from-${floor.replaceAll(/[^a-z|]/g, '')}`,
  comment: 'Inside core an import goes to the same floor or down.',
  severity: 'error',
  from: { path: on([floor]) },
  to: { path: on(FLOORS.slice(at + 1)) },
}));

module.exports = {
  forbidden: [
    {
      name: 'pillars-stand-alone',
      comment: 'sip, xmpp, policy and certs import nothing of ours; so each can be used alone.',
      severity: 'error',
      from: { path: '^packages/(sip|xmpp|policy|certs)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    ...upwards,
    {
      name: 'core-ground-imports-nothing-above',
      severity: 'error',
      from: { path: CORE, pathNot: on(FLOORS) },
      to: { path: on(FLOORS) },
    },
    {
      name: 'node-by-its-subpath',
      comment: 'src/node holds the only sockets; pure code never reaches them.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/(?!node/)' },
      to: { path: '^packages/[^/]+/src/node/' },
    },
    {
      name: 'other-packages-by-name',
      comment: 'What another package does not export is not there.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'examples-by-name',
      comment: 'An example uses what a reader can use.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^packages/', dependencyTypes: ['local'] },
    },
    {
      name: 'nobody-imports-examples',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^examples/' },
    },
    {
      name: 'no-node-in-pure-code',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/(?!node/)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tests-out-of-sources',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '(?:^test-kit/|/test/|\\.test\\.ts$)' },
    },
    {
      name: 'declared-and-not-for-development',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:dist|\\.tsbuild|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@interwork/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
