import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ChildSpec, environmentOf } from './child.ts'
import { demoFleet, demoSeed, type World, web, worker } from './children.ts'

afterEach(() => vi.unstubAllEnvs())

const world: World = {
  home: '/home-of-the-test',
  secrets: {
    token: 'made-token',
    sessionSecret: 'made-session',
    hookSecret: 'made-hook',
    demoToken: 'made-demo',
    demoForgeToken: 'made-forge',
    demoRegistryPassword: 'made-registry',
    demoPeoplePassword: 'made-people',
    databasePassword: 'made-database',
  },
  databaseUrl: () => 'postgres://app@db/rollcall',
  host: '127.0.0.1',
  webPort: 4100,
  baseUrl: 'http://127.0.0.1:4100',
  localUrl: 'http://127.0.0.1:4100',
  outbound: '',
  secretKey: {},
  demoPort: 4901,
  registryPort: 4902,
}

/** Everything that opens something and may stand in the environment of a start. */
const planted = [
  'ROLLCALL_CP_TOKEN_EU',
  'ROLLCALL_FORGE_TOKEN_HUB',
  'ROLLCALL_REGISTRY_HUB_USER',
  'ROLLCALL_REGISTRY_HUB_PASSWORD',
  'ROLLCALL_OIDC_CLIENT_SECRET',
  'ROLLCALL_HOOK_SECRET_HUB',
  'ROLLCALL_SESSION_SECRET',
  'ROLLCALL_TOKEN',
  'ROLLCALL_DEMO_PEOPLE_PASSWORD',
  'ROLLCALL_SECRET_KEY',
  'ROLLCALL_SECRET_KEY_PREVIOUS',
  'ROLLCALL_MIGRATE_URL',
  'DATABASE_URL',
  'PGPASSWORD',
]

describe('of what the start was given', () => {
  test.each<[string, ChildSpec, string[]]>([
    ['the demo fleet', demoFleet(world), []],
    ['the seed', demoSeed(world), ['ROLLCALL_SECRET_KEY', 'ROLLCALL_SECRET_KEY_PREVIOUS', 'PGPASSWORD']],
    [
      'the worker',
      worker(world),
      [
        'ROLLCALL_CP_TOKEN_EU',
        'ROLLCALL_FORGE_TOKEN_HUB',
        'ROLLCALL_REGISTRY_HUB_USER',
        'ROLLCALL_REGISTRY_HUB_PASSWORD',
        'ROLLCALL_SECRET_KEY',
        'ROLLCALL_SECRET_KEY_PREVIOUS',
        'PGPASSWORD',
      ],
    ],
    [
      'the web process',
      web(world),
      [
        'ROLLCALL_OIDC_CLIENT_SECRET',
        'ROLLCALL_HOOK_SECRET_HUB',
        'ROLLCALL_SECRET_KEY',
        'ROLLCALL_SECRET_KEY_PREVIOUS',
        'PGPASSWORD',
      ],
    ],
  ])('%s has the secrets that it needs, and no other', (_, spec, needed) => {
    for (const name of planted) vi.stubEnv(name, `planted in ${name}`)
    vi.stubEnv('ROLLCALL_TRUSTED_PROXIES', '10.0.0.0/8')
    const told: Record<string, string | undefined> = { ...process.env, ...environmentOf(spec) }
    const handed = planted.filter((name) => told[name]?.startsWith('planted in'))
    expect(handed.toSorted()).toEqual(needed.toSorted())
    expect(told.ROLLCALL_TRUSTED_PROXIES).toBe('10.0.0.0/8')
  })
})
