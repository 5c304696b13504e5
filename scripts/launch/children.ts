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
  demoPort: number
}

export const demoUrl = (world: World) => `http://127.0.0.1:${world.demoPort}`

/** The demo fleet's own folder; its tenants' command lines name it. */
export const demoState = (home: string) => path.join(home, 'demo')

/** The name under which environments of the demo world find the token of their control plane. */
const DEMO_TOKEN_VARIABLE = 'ROLLCALL_CP_TOKEN_DEMO'

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
      ROLLCALL_DEMO_FLEETS: JSON.stringify({ staging: [], production: [] }),
      // In place of an image registry: a build that is published can be deployed here.
      ROLLCALL_DEMO_BUILDS_URL: `http://127.0.0.1:${world.webPort}/api/v1/builds`,
      ROLLCALL_DEMO_BUILDS_TOKEN: world.secrets.token,
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
      ROLLCALL_DEMO_TOKEN: world.secrets.demoToken,
      [DEMO_TOKEN_VARIABLE]: world.secrets.demoToken,
    }),
    exitSeconds: 5,
  }
}

export function worker(world: World): ChildSpec {
  return {
    name: 'worker',
    args: ['src/main.ts'],
    cwd: path.join(checkout, 'apps/worker'),
    env: () => ({ DATABASE_URL: world.databaseUrl(), [DEMO_TOKEN_VARIABLE]: world.secrets.demoToken }),
    // It drains: an operation in flight is brought to a point from which another worker can go on.
    exitSeconds: 12,
  }
}

export function web(world: World): ChildSpec {
  const next = path.join(checkout, 'node_modules/next/dist/bin/next')
  return {
    name: 'web',
    args: [next, 'start', '--hostname', world.host, '--port', String(world.webPort)],
    cwd: path.join(checkout, 'apps/web'),
    env: () => ({
      NODE_ENV: 'production',
      DATABASE_URL: world.databaseUrl(),
      ROLLCALL_TOKEN: world.secrets.token,
      ROLLCALL_SESSION_SECRET: world.secrets.sessionSecret,
      ROLLCALL_BASE_URL: world.baseUrl,
      ROLLCALL_BUILD_SHA: process.env.ROLLCALL_BUILD_SHA ?? checkedOutSha(),
    }),
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
