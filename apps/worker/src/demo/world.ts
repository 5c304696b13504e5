import { createHash } from 'node:crypto'

/**
 * The demo world: two fleets on one machine with three builds and three applies in three states, and beside them the
 * small fleets of a component that another repository releases. Names carry their faults
 * (see the demo fleet): `lies-` says Success and keeps the old build, `html-` is answered by something else, `down-`
 * does not answer, `flaky-` fails once, `slow-` takes its time.
 */

const shaOf = (n: number) => createHash('sha1').update(`rollcall demo build ${n}`).digest('hex')

export const component = { slug: 'workspace-server' }

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

/** The component of another repository, which deploys with every update, and what its small fleets run before. */
const infraShas = [shaOf(11), shaOf(12)] as const
export const infra = {
  component: 'infra',
  before: { sha: infraShas[0], tag: `infra-${infraShas[0]}`, daysOld: 12 },
  fleets: {
    'staging-infra': ['north', 'south', 'west'],
    'production-infra': ['north', 'south', 'west'],
  },
}

/** What other repositories have released: one is deployed to its end, two are recorded and no more. In this order. */
export const updates = [
  {
    source_repo: 'acme/infra',
    deploy_name: 'edge-cache',
    environment: 'production',
    sha: shaOf(21),
    version: 'v0.9.2',
    run_id: '4711',
  },
  {
    source_repo: 'acme/infra',
    deploy_name: 'edge-cache',
    environment: 'staging',
    sha: shaOf(22),
    version: 'v0.10.0',
    artifacts: { image: `registry.example.com/edge-cache@sha256:${createHash('sha256').update('edge').digest('hex')}` },
    run_id: '4802',
  },
  {
    source_repo: 'acme/infra',
    deploy_name: 'infra',
    environment: 'staging',
    sha: infraShas[1],
    version: 'v1.4.0',
    run_id: '4815',
  },
]

/** The images that are promoted together: what the fleet runs, and what new tenants begin with. */
export const images = ['platform', 'platform-tenant']

/** The check that a promotion waits for, where it has ended. The oldest build was there before anybody checked. */
export const suite = 'e2e/staging'
export const repo = 'acme/workspace-server'
export const checks = [{ sha: middle.sha, status: 'success' }]

/** Webhooks of the forge. */
export const deliveries = [
  { id: 'demo-1', event: 'ping', payload: { zen: 'Keep it logically awesome.', repository: { full_name: repo } } },
  {
    id: 'demo-2',
    event: 'status',
    payload: { id: 0, sha: newest.sha, context: suite, state: 'pending', repository: { full_name: repo } },
  },
]

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

const peopleDomain = '@demo.rollcall'

const person = (name: string, ...roles: { role: string; environment: string | null }[]) => ({
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}${peopleDomain}`,
  roles,
})
const everywhere = (role: string) => ({ role, environment: null })

/** One for each role, so that each view can be tried; one of them only in staging. */
export const people = [
  person('Ada Admin', everywhere('admin')),
  person('Rel Releaser', everywhere('releaser')),
  person('Appa Approver', everywhere('approver')),
  person('Opal Operator', everywhere('operator')),
  person('Vera Viewer', everywhere('viewer')),
  person('Stan Staging', { role: 'operator', environment: 'staging' }),
]
