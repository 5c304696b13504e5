import { createHash } from 'node:crypto'

/**
 * The demo world: two fleets on one machine, three builds, three applies in three states. Names carry their faults
 * (see the demo fleet): `lies-` says Success and keeps the old build, `html-` is answered by something else, `down-`
 * does not answer, `flaky-` fails once, `slow-` takes its time.
 */

const shaOf = (n: number) => createHash('sha1').update(`rollcall demo build ${n}`).digest('hex')

export const component = { slug: 'workspace-server', name: 'Workspace server' }

export const builds = [
  { sha: shaOf(1), daysOld: 20 },
  { sha: shaOf(2), daysOld: 9 },
  { sha: shaOf(3), daysOld: 4 },
].map(({ sha, daysOld }) => ({ sha, daysOld, branch: 'main', tag: `main-${sha.slice(0, 7)}` }))

export const [oldest, middle, newest] = builds as [(typeof builds)[0], (typeof builds)[0], (typeof builds)[0]]

export const fleets = {
  staging: ['aurora', 'birch', 'cinder', 'delta', 'flaky-ember', 'grove', 'harbor', 'slow-inlet'],
  production: [
    'acme',
    'borealis',
    'cobalt',
    'dune',
    'lies-lagoon',
    'html-juniper',
    'down-nimbus',
    'elm',
    'fable',
    'granite',
    'helios',
    'iris',
    'kestrel',
    'meadow',
    'opal',
    'slow-pine',
  ],
} satisfies Record<string, string[]>

/** A demo is watched: its patience is a fraction of what a real fleet is given. */
const patience = {
  settleBudgetSeconds: 15,
  pollSeconds: 1,
  redeployTimeoutSeconds: 20,
  retryBackoffSeconds: 3,
  sweepSeconds: 10,
}

export const environments = [
  { slug: 'staging', name: 'Staging', ...patience },
  { slug: 'production', name: 'Production', ...patience },
] as const

/** In the order in which they are opened; each has begun before the next one is opened. */
export const applies = [
  {
    by: 'ci',
    environment: 'staging',
    component: component.slug,
    sha: middle.sha,
    canary: 'aurora',
    soakSeconds: 4,
    batchSize: 2,
    onFailure: 'halt',
    idempotencyKey: 'demo: staging takes the middle build',
  },
  {
    by: 'ana',
    environment: 'production',
    component: component.slug,
    sha: middle.sha,
    canary: 'acme',
    soakSeconds: 5,
    batchSize: 3,
    onFailure: 'pause',
    idempotencyKey: 'demo: production takes the middle build',
  },
  {
    by: 'jo',
    environment: 'staging',
    component: component.slug,
    sha: newest.sha,
    canary: 'aurora',
    soakSeconds: 4,
    batchSize: 2,
    onFailure: 'pause',
    requiresApproval: true,
    idempotencyKey: 'demo: staging waits for approval of the newest build',
  },
]
