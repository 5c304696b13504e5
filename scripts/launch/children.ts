import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { checkout } from '../lib/checkout.mjs'
import type { ChildSpec } from './child.ts'
import type { Secrets } from './secrets.ts'

/** Everything the processes are told, decided before the first of them starts. */
export interface World {
  home: string
  secrets: Secrets
  databaseUrl: () => string
  host: string
  webPort: number
  baseUrl: string
  /** the pages from this machine, whatever people open */
  localUrl: string
  /** ranges besides the public internet that may be connected to */
  outbound: string
  /** what stored secrets are encrypted with, where the environment does not say */
  secretKey: { ROLLCALL_SECRET_KEY_FILE?: string }
  demoPort: number
  /** the demo registry's: its clients look for `/v2/` at the root, so it has one of its own */
  registryPort: number
}

export const demoUrl = (world: World) => `http://127.0.0.1:${world.demoPort}`
export const registryUrl = (world: World) => `http://127.0.0.1:${world.registryPort}`

/** Where the demo forge tells what happened; the address of the pages from this machine. */
export const hookUrl = (world: World) => `${world.localUrl}/hooks/demo-forge`

/** The account of the demo registry. */
export const registryUser = 'demo'

/** The demo fleet's own folder; its tenants' command lines name it. */
export const demoState = (home: string) => path.join(home, 'demo')

/** What the demo world's doors ask for, under the names that its rollcall.yaml gives them. */
function demoSecrets({ secrets }: World) {
  return {
    ROLLCALL_CP_TOKEN_DEMO: secrets.demoToken,
    ROLLCALL_FORGE_TOKEN_DEMO: secrets.demoForgeToken,
    ROLLCALL_REGISTRY_DEMO_USER: registryUser,
    ROLLCALL_REGISTRY_DEMO_PASSWORD: secrets.demoRegistryPassword,
  }
}

/** It stands in for somebody else's machines, so it is handed on nothing. */
export function demoFleet(world: World): ChildSpec {
  return {
    name: 'demo-fleet',
    args: ['src/main.ts'],
    cwd: path.join(checkout, 'apps/demo-fleet'),
    env: () => ({
      ROLLCALL_DEMO_PORT: String(world.demoPort),
      ROLLCALL_DEMO_STATE: demoState(world.home),
      ROLLCALL_DEMO_TOKEN: world.secrets.demoToken,
      // Which tenants are in them is the seed's to say.
      ROLLCALL_DEMO_FLEETS: JSON.stringify({
        staging: [],
        production: [],
        // Small and without faults: in memory, without a process for each tenant.
        'staging-infra': { light: true, tenants: [] },
        'production-infra': { light: true, tenants: [] },
      }),
      // In place of an image registry: a build that is published can be deployed here.
      ROLLCALL_DEMO_BUILDS_URL: `${world.localUrl}/api/v1/builds`,
      ROLLCALL_DEMO_BUILDS_TOKEN: world.secrets.token ?? undefined,
      ROLLCALL_DEMO_REGISTRY_PORT: String(world.registryPort),
      ROLLCALL_DEMO_REGISTRY_USER: registryUser,
      ROLLCALL_DEMO_REGISTRY_PASSWORD: world.secrets.demoRegistryPassword,
      ROLLCALL_DEMO_FORGE_TOKEN: world.secrets.demoForgeToken,
      ROLLCALL_DEMO_HOOK_URL: hookUrl(world),
      ROLLCALL_DEMO_HOOK_SECRET: world.secrets.hookSecret,
    }),
    exitSeconds: 10,
  }
}

/** Runs to its end: puts the environments, builds and applies of the demo world where they are missing. */
export function demoSeed(world: World): ChildSpec {
  return {
    name: 'seed',
    args: ['src/seed-demo.ts'],
    cwd: path.join(checkout, 'apps/worker'),
    env: () => ({
      DATABASE_URL: world.databaseUrl(),
      ROLLCALL_DEMO_URL: demoUrl(world),
      ROLLCALL_DEMO_REGISTRY_URL: registryUrl(world),
      ROLLCALL_DEMO_TOKEN: world.secrets.demoToken,
      ROLLCALL_HOOK_SECRET: world.secrets.hookSecret,
      ROLLCALL_DEMO_PEOPLE_PASSWORD: world.secrets.demoPeoplePassword,
      ROLLCALL_OUTBOUND_PRIVATE: world.outbound,
      ...world.secretKey,
      ...demoSecrets(world),
    }),
    takes: /^(?:ROLLCALL_SECRET_KEY|PGPASSWORD$)/,
    exitSeconds: 5,
  }
}

export function worker(world: World): ChildSpec {
  return {
    name: 'worker',
    args: ['src/main.ts'],
    cwd: path.join(checkout, 'apps/worker'),
    env: () => ({
      DATABASE_URL: world.databaseUrl(),
      ROLLCALL_OUTBOUND_PRIVATE: world.outbound,
      ...world.secretKey,
      ...demoSecrets(world),
    }),
    takes: /^(?:ROLLCALL_(?:CP_TOKEN|FORGE_TOKEN|REGISTRY_|SECRET_KEY)|PGPASSWORD$)/,
    // It drains: an operation in flight is brought to a point from which another worker can go on.
    exitSeconds: 12,
  }
}

export function web(world: World): ChildSpec {
  return {
    name: 'web',
    args: ['server.ts', '--hostname', world.host, '--port', String(world.webPort)],
    cwd: path.join(checkout, 'apps/web'),
    env: () => ({
      NODE_ENV: 'production',
      DATABASE_URL: world.databaseUrl(),
      ROLLCALL_TOKEN: world.secrets.token ?? undefined,
      // printed below the rest of what a start says
      ROLLCALL_SETUP: 'offered',
      ROLLCALL_SESSION_SECRET: world.secrets.sessionSecret,
      ROLLCALL_HOOK_SECRET: world.secrets.hookSecret,
      ROLLCALL_BASE_URL: world.baseUrl,
      ...world.secretKey,
      ROLLCALL_OUTBOUND_PRIVATE: world.outbound,
      ROLLCALL_BUILD_SHA: process.env.ROLLCALL_BUILD_SHA ?? checkedOutSha(),
    }),
    // what goes out is sent by the worker
    takes: /^(?:ROLLCALL_(?:TOKEN$|SESSION_SECRET$|HOOK_SECRET|OIDC_|SECRET_KEY)|PGPASSWORD$)/,
    // Browsers keep their event streams open, so it would wait for ever: requests get this long, streams resume elsewhere.
    exitSeconds: 2,
  }
}

function checkedOutSha(): string | undefined {
  try {
    const sha = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: checkout,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return sha.trim()
  } catch {
    return undefined // no git, or not a clone
  }
}
