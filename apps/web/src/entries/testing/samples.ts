import type { Entry } from '../all-entries.ts'
import type { Fields } from './call-entry.ts'
import type { StockedPlace, TwoPlaces } from './two-places.ts'

/** Input that makes sense for an entry, about one of the two places where it is about a place at all. */
type Sample = (place: StockedPlace, all: TwoPlaces) => Fields

const waiting: Sample = ({ waiting }) => ({ id: waiting })
const decided: Sample = ({ waiting }) => ({ id: waiting, reason: 'because' })
const operation: Sample = ({ failedOperation }) => ({ id: failedOperation })
const update: Sample = ({ update }) => ({ id: update })
const promotion: Sample = (_, all) => ({ id: all.promotion })
const delivery: Sample = (_, all) => ({ id: all.delivery })
const fleet: Sample = ({ environment }) => ({ environment })
const apply: Sample = ({ environment }, { world }) => ({
  ...{ environment, component: 'server', sha: world.shas[2], requiresApproval: true },
})
const report: Sample = ({ environment }) => ({
  ...{ source_repo: 'acme/infra', deploy_name: 'infra', environment, sha: 'c'.repeat(40), reason: 'because' },
})
const promote: Sample = (_, { world }) => ({ sha: world.shas[2], dryRun: true })
const token: Sample = (_, all) => ({ id: all.token })
const trust: Sample = (_, all) => ({ id: all.trusts.rest })
const trustOfPages: Sample = (_, all) => ({ id: all.trusts.page })
const newTrust: Sample = ({ environment }) => ({
  ...{ name: `for ${environment}`, issuer: 'https://gitlab.com', claims: { project_id: '7' }, minutes: 15 },
  ...{ capabilities: ['read'], environments: [environment] },
})
const text = 'components:\n  - name: server\n'

/** By the names of the entries that take it. */
const samples: readonly (readonly [names: readonly string[], sample: Sample])[] = [
  [['GET /api/v1/applies/:id', 'applies.get'], waiting],
  [['GET /api/v1/applies/:id/operations', 'applies.operations'], ({ waiting }) => ({ applyId: waiting })],
  [['applies.watch'], ({ waiting }) => ({ id: waiting, lastEventId: '0' })],
  [['live.watch'], () => ({ lastEventId: '1' })],
  [['POST /api/v1/applies', 'applies.open', 'applies.preview'], apply],
  ...['approve', 'release', 'retry', 'stop'].map(
    (verb) => [[`POST /api/v1/applies/:id/${verb}`, `applies.${verb}`], waiting] as const,
  ),
  ...['reject', 'cancel'].map((verb) => [[`POST /api/v1/applies/:id/${verb}`, `applies.${verb}`], decided] as const),
  [['GET /api/v1/operations/:id', 'operations.get'], operation],
  [['POST /api/v1/operations/:id/retry', 'operations.retry'], operation],
  [['GET /api/v1/fleet', 'fleet.get', 'POST /api/v1/fleet/sweep', 'fleet.sweep'], fleet],
  [['targets.get'], ({ environment, tenants }) => ({ environment, slug: tenants[0] })],
  [['POST /api/v1/builds'], () => ({ component: 'server', sha: 'f'.repeat(40), branch: 'main', tag: 'main-fffffff' })],
  [
    ['PUT /api/v1/environments/:slug'],
    () => ({
      slug: 'another',
      controlPlaneUrl: 'http://127.0.0.1:9/another',
      controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_ANOTHER',
      tenantUrlTemplate: 'http://127.0.0.1:9/another/{slug}',
    }),
  ],
  [['PUT /api/v1/components/:slug'], () => ({ slug: 'server', name: 'Server' })],
  [['POST /api/v1/checks'], () => ({ sha: 'f'.repeat(40), context: 'e2e', status: 'success' })],
  [['GET /api/v1/checks', 'checks.list'], (_, { world }) => ({ sha: world.shas[0] })],
  [['POST /api/v1/configuration/diff', 'configuration.diff'], () => ({ text })],
  [['PUT /api/v1/configuration', 'configuration.import'], () => ({ text, dryRun: true })],
  [['POST /api/v1/promotions', 'promotions.open'], promote],
  [['GET /api/v1/promotions/:id', 'promotions.get'], promotion],
  [['POST /api/v1/promotions/:id/undo', 'promotions.undo'], promotion],
  [['POST /api/v1/promotions/:id/repair', 'promotions.repair'], promotion],
  [['POST /api/v1/external-updates', 'updates.receive'], report],
  [['GET /api/v1/external-updates/:id', 'updates.get'], update],
  [['POST /api/v1/external-updates/:id/deploy', 'updates.deploy'], ({ forcedUpdate }) => ({ id: forcedUpdate })],
  [
    ['POST /api/v1/external-updates/:id/force', 'updates.force'],
    ({ refusedUpdate }) => ({ id: refusedUpdate, reason: 'because' }),
  ],
  [
    ['POST /api/v1/external-updates/rollback', 'updates.rollBack'],
    ({ environment }) => ({ environment, deploy_name: 'infra', reason: 'because' }),
  ],
  [['GET /api/v1/webhooks/deliveries/:id', 'webhooks.delivery'], delivery],
  [['POST /api/v1/webhooks/deliveries/:id/replay', 'webhooks.replay'], delivery],
  [
    ['POST /api/v1/tokens', 'tokens.create'],
    ({ environment }) => ({ name: 'new', capabilities: ['read'], environments: [environment], expiresInHours: 1 }),
  ],
  [['GET /api/v1/tokens/:id', 'POST /api/v1/tokens/:id/revoke', 'tokens.revoke'], token],
  [['POST /api/v1/trusts', 'trusts.create'], newTrust],
  [['PUT /api/v1/trusts/:id'], (place, all) => ({ ...newTrust(place, all), ...trust(place, all) })],
  [['trusts.update'], (place, all) => ({ ...newTrust(place, all), ...trustOfPages(place, all) })],
  [['disable', 'enable', 'delete'].map((verb) => `POST /api/v1/trusts/:id/${verb}`), trust],
  [['disable', 'enable', 'delete'].map((verb) => `trusts.${verb}`), trustOfPages],
  [
    ['PUT /api/v1/secrets/:name', 'secrets.set'],
    () => ({ name: 'ROLLCALL_CP_TOKEN_ANOTHER', value: 'a-value', origins: ['https://cp.example.com'] }),
  ],
  [['DELETE /api/v1/secrets/:name', 'secrets.clear'], () => ({ name: 'ROLLCALL_CP_TOKEN_ANOTHER' })],
  [
    [
      ...['POST /api/v1/secrets/:name/origins', 'DELETE /api/v1/secrets/:name/origins'],
      ...['secrets.allow', 'secrets.disallow'],
    ],
    () => ({ name: 'ROLLCALL_CP_TOKEN_ANOTHER', origin: 'https://cp.example.com' }),
  ],
  [['people.get', 'people.invite'], (_, all) => ({ id: all.person })],
  [['disable', 'enable', 'delete'].map((verb) => `people.${verb}`), (_, all) => ({ id: all.stranger })],
  [['people.setRoles'], (_, all) => ({ id: all.stranger, roles: [] })],
  [['people.sessions', 'people.endSessions'], (_, all) => ({ personId: all.person })],
  [['people.endSession', 'account.endSession'], (_, all) => ({ id: all.session })],
  [['people.add'], () => ({ name: 'Ada', email: 'ada@x.test', roles: [] })],
  [['account.changePassword'], () => ({ current: 'not the password', password: 'correct horse battery' })],
  // the whole of it tells of every call that was made before
  [['GET /api/v1/audit/export', '/api/audit'], () => ({ action: 'promotion.open' })],
  [['GET /api/v1/audit/:id', 'audit.get'], () => ({ id: '1' })],
  [['account.whoMay'], ({ environment }) => ({ capability: 'apply.open', environment })],
]

const byName = new Map(samples.flatMap(([names, sample]) => names.map((name) => [name, sample] as const)))

/** The names that samples are given for, to find those of entries that are gone. */
export const sampled = [...byName.keys()]

/**
 * Input for an entry about a place; nothing where nothing is needed. Throws for a new entry that nobody gave any: it is
 * not tried until there is.
 */
export function sampleFor({ name, input }: Entry, place: StockedPlace, all: TwoPlaces): Fields {
  const fields = byName.get(name)?.(place, all) ?? {}
  const read = input === null ? null : input.safeParse(fields)
  if (read === null || read.success) return fields
  throw new Error(
    `${name} takes input that this test does not know. Add a line with that name to entries/testing/samples.ts: ${read.error.message}`,
  )
}
