/**
 * Who may import whom. Each rule's comment is its reason: it is what a person reads when the
 * rule stops them. test/layering.test.ts runs these rules and shows that each of them can fail.
 */

/** Files of the server's rooms that carry words, types or a connection, and no behaviour of a room. */
const common = [
  '^server/[^/]+\\.ts$',
  '^server/db/(pool|open)\\.ts$',
  '^server/auth/(principal|cookie|scope|fields|mask)\\.ts$',
  '^server/http/schemas\\.ts$',
];

/** An item of a bank: how it is read from a table, drawn and graded. Pure, and the same for a question and for an exam. */
const items = [
  '^server/classes/(item|bank/[^/]+)\\.ts$',
  '^server/proofs/question/(template|expression|answer|guess)\\.ts$',
];

module.exports = {
  forbidden: [
    {
      name: 'detector-is-pure',
      comment: 'The detector imports nothing but itself: the same events must give the same verdicts for ever.',
      severity: 'error',
      from: { path: '^detector/' },
      to: { pathNot: '^detector/' },
    },
    {
      name: 'a-rule-is-a-unit',
      comment:
        'A rule is added, changed or switched off without touching another: it knows types, and what several rules read alike.',
      severity: 'error',
      from: { path: '^detector/rules/', pathNot: '^detector/rules/index\\.ts$' },
      to: { pathNot: '^detector/(intervals|signs|manner|summed|hash)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'frozen-builds-stand-alone',
      comment: 'A frozen build that imported anything would change with it, and with it what was sealed.',
      severity: 'error',
      from: { path: '^detector/frozen/.*\\.mjs$' },
      to: {},
    },
    {
      name: 'sdk-has-only-its-transport',
      comment:
        'The SDK is what a trainee downloads: its transport, its hash, itself. No threshold may reach a browser.',
      severity: 'error',
      from: { path: '^sdk/', pathNot: '^sdk/(wire|build|automation)\\.ts$' },
      to: { pathNot: ['^sdk/', '(^|/)node_modules/(socket\\.io-client|engine\\.io-client|@noble/hashes)/'] },
    },
    {
      name: 'automation-has-only-its-library',
      comment: 'It is fetched on its own: what it took of the SDK would be fetched twice.',
      severity: 'error',
      from: { path: '^sdk/automation\\.ts$' },
      to: { pathNot: '(^|/)node_modules/@fingerprintjs/botd/' },
    },
    {
      name: 'sdk-takes-only-types-of-the-wire',
      comment: 'The wire’s schemas weigh more than the SDK; types weigh nothing.',
      severity: 'error',
      from: { path: '^sdk/', pathNot: '^sdk/wire\\.ts$' },
      to: { path: '^sdk/wire\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'wire-needs-only-zod',
      comment: 'The wire is the whole contract, and is read by both sides: it may know neither.',
      severity: 'error',
      from: { path: '^sdk/wire\\.ts$' },
      to: { pathNot: '(^|/)node_modules/zod/' },
    },
    {
      name: 'server-asks-the-detector-at-its-front-door',
      comment: 'What detector/index.ts does not show is the detector’s own and may change with it.',
      severity: 'error',
      from: { path: '^(server|programs)/' },
      to: { path: '^detector/', pathNot: '^detector/index\\.ts$' },
    },
    {
      name: 'server-knows-the-sdk-by-its-wire',
      comment: 'Server and SDK meet in sdk/wire.ts only.',
      severity: 'error',
      from: { path: '^(server|programs)/', pathNot: '^server/build\\.ts$' },
      to: { path: '^sdk/', pathNot: '^sdk/wire\\.ts$' },
    },
    {
      name: 'rooms-meet-in-main',
      comment: 'A room takes what it needs as an argument, or another room’s types. main.ts hands it over.',
      severity: 'error',
      from: { path: '^server/([^/]+)/', pathNot: '^server/demo/' },
      to: { path: '^server/', pathNot: ['^server/$1/', ...common, ...items], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'common-files-know-no-room',
      comment: 'What every room imports must not import a room: only main, cli and build stand above them.',
      severity: 'error',
      from: { path: '^server/[^/]+\\.ts$', pathNot: '^server/(main|cli|build)\\.ts$' },
      to: { path: '^server/[^/]+/' },
    },
    {
      name: 'only-cli-and-serve-import-main',
      comment: 'Whoever imports main imports everything; a program takes the rooms it needs.',
      severity: 'error',
      from: { path: '^(server|programs)/', pathNot: '^server/(cli|serve)\\.ts$' },
      to: { path: '^server/(main|cli|serve)\\.ts$' },
    },
    {
      name: 'nothing-stands-on-programs',
      comment: 'A program is run, not imported: it puts rooms together for one errand, as main.ts does for the server.',
      severity: 'error',
      from: { pathNot: '^(programs|test|bench)/' },
      to: { path: '^programs/' },
    },
    {
      name: 'ledger-can-be-lifted-out',
      comment: 'Tree, note, leaf and proof are for auditors too: node:crypto and each other are all they need.',
      severity: 'error',
      from: { path: '^ledger/' },
      to: { pathNot: ['^ledger/', '^(node:)?crypto$'] },
    },
    {
      name: 'player-takes-only-types-of-the-server',
      comment: 'The player shows what any platform could build with the SDK alone.',
      severity: 'error',
      from: { path: '^web-player/' },
      to: { path: '^(server|detector|ledger)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'console-takes-only-types',
      comment: 'The console talks to the server over HTTP and sockets, like anyone else.',
      severity: 'error',
      from: { path: '^web-console/' },
      to: { path: '^(server|detector|ledger|sdk)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-stand-alone',
      comment: 'Player and console are built and served apart, and nothing is built on a page.',
      severity: 'error',
      from: { path: '^([^/]+)/', pathNot: '^(test|bench)/' },
      to: { path: '^web-(player|console)/', pathNot: '^$1/' },
    },
    {
      name: 'nothing-stands-on-test-or-bench',
      comment: 'What runs for trainees must not need what measures or tests it.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-circle',
      comment: 'Two files that need each other are one idea: join them, or take the shared part out.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-development-package-in-production',
      comment: 'An operator installs without development packages; this file would not load there.',
      severity: 'error',
      from: { path: '^(server|programs|ledger|sdk|detector|web-player|web-console)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'everything-resolves',
      comment: 'The file or package does not exist, or is not in package.json.',
      severity: 'error',
      from: {},
      // Style sheets of the component library are the bundler's to find; a missing one fails the build.
      to: { couldNotResolve: true, pathNot: '/style/css\\.mjs$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|bench/k6)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
