import {
  acceptInvitation,
  addPerson,
  type Context,
  createToken,
  offerSetup,
  readSecretKeys,
  setSecret,
} from '@rollcall/services'
import { type TwoPlaces, twoPlaces } from '../src/entries/testing/two-places.ts'
import { type PlantedVariables, password, storedSecrets } from './planted.ts'
import type { Facts } from './shapes.ts'

/** A secret, and how much of its beginning is meant to be seen. */
export type Secrets = Record<string, string | { secret: string; shown: number }>

export interface Filled {
  places: TwoPlaces
  facts: Facts
  /** what was made and must not leave again */
  made: Secrets
  viewer: { email: string; password: string; token: string }
}

const viewerEmail = 'vera@example.test'

/** Something of everything, so that verbs and lists have something to do, and a person who may only look. */
export async function fill(variables: PlantedVariables): Promise<Filled> {
  const places = await twoPlaces()
  const { world } = places
  const ctx: Context = { ...world.ctx, now: () => new Date(), keys: readSecretKeys(variables) }
  const made: Secrets = {}
  const setup = await offerSetup(ctx)
  if (setup) made['setup link'] = setup.secret
  for (const { name, value } of storedSecrets()) {
    await setSecret(ctx, { name, value, origins: ['https://stored.example.com'] })
    made[`stored ${name}`] = value
  }
  const everywhere = [{ role: 'viewer', environment: null }]
  const invited = await addPerson(ctx, { name: 'Ivan', email: 'ivan@example.test', roles: everywhere })
  made['invitation link'] = invited.link.secret
  const vera = await addPerson(ctx, { name: 'Vera', email: viewerEmail, roles: everywhere })
  const chosen = password()
  await acceptInvitation(ctx, { secret: vera.link.secret, password: chosen })
  made.password = chosen
  const given = { name: 'viewer', capabilities: 'viewer', environments: 'everywhere', expiresInHours: 24 }
  const { token } = await createToken(ctx, given)
  made['API token'] = { secret: token, shown: 12 }
  await world.store.later.flush()
  await world.store.deliveries.flush()
  return { places, facts: await factsOf(places), made, viewer: { email: viewerEmail, password: chosen, token } }
}

/** Values by the names of fields, and ids by the group of the entry. What the identities need is not among them. */
async function factsOf({ world }: TwoPlaces): Promise<Facts> {
  const column = async (sql: string) => (await world.database.query<{ value: string }>(sql)).map(({ value }) => value)
  const ids = (table: string, where = 'true') =>
    column(`select id as value from ${table} where ${where} order by id limit 20`)
  const applies = await ids('applies')
  const operations = await ids('operations')
  const updates = await ids('external_updates')
  const deliveries = await ids('webhook_deliveries')
  const promotions = await ids('promotions')
  const tokens = await ids('api_tokens', "name <> 'viewer'")
  const trusts = await ids('ci_trusts')
  const people = await ids('users', `email <> '${viewerEmail}' and id like 'usr%'`)
  return {
    id: [...applies, ...operations, ...updates, ...deliveries, ...promotions, ...tokens, ...trusts, ...people],
    applyId: applies,
    'applies id': applies,
    'operations id': operations,
    'updates id': updates,
    'external-updates id': updates,
    'webhooks id': deliveries,
    'promotions id': promotions,
    'tokens id': tokens,
    'trusts id': trusts,
    'people id': people,
    environment: await column('select slug as value from environments'),
    environments: await column('select slug as value from environments'),
    component: ['server'],
    slug: [...(await column('select slug as value from targets')), 'staging', 'server'],
    targets: [...(await column('select slug as value from targets')), 'nobody'],
    canary: ['heron', 'nobody'],
    set: ['web'],
    sha: [...world.shas, 'c'.repeat(40)],
    deploy_name: ['infra', 'server'],
    source_repo: ['acme/infra', 'acme/server'],
    endpoint: ['forge'],
    onFailure: ['halt', 'pause', 'continue', 'explode'],
    context: ['build'],
    idempotencyKey: ['k1', 'k2', 'k3'],
    run_id: ['1', '2'],
    origins: ['https://stored.example.com:443', 'https://other.example.com'],
    email: [viewerEmail, 'ivan@example.test', 'nobody@example.test'],
    // read by the configuration's own parser, which has more to it than a schema
    text: [
      'components:\n  - name: server\n',
      'environments: []',
      'version: 1\ncomponents: {}\n',
      'a: &a [*a]',
      'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]',
      '? {a: 1}\n: 2',
      '!!js/function "x"',
      '__proto__: {a: 1}',
      `a: ${'['.repeat(5_000)}`,
      `${' '.repeat(20)}a:\n\t- b`,
    ],
  }
}
