import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EnvironmentConfig, Timing } from '../config.ts'
import { lightTenants } from '../env.ts'
import type { FaultSwitch } from '../faults.ts'
import type { BuildsSource } from '../published-builds.ts'
import type { RecordItem } from '../record.ts'
import { type Box, startChild, startInProcess } from './boxes.ts'
import { freePort } from './free-port.ts'

export interface DemoFleetOptions {
  /** Fleets with a real process per tenant, in rollout order: `{ staging: ['acme', { slug: 'b', sha: '…' }] }`. */
  environments?: Record<string, (string | { slug: string; sha?: string | null })[]>
  /** Fleets in memory: `{ staging: 10000 }` has t-00001 …, or name the tenants. */
  light?: Record<string, number | (string | { slug: string; sha?: string | null })[]>
  /** What light tenants given by number run from the start; nothing unless told. */
  lightSha?: string | null
  /** Shorter than in real life unless told: stall 30 s, slow 1 s, edge cache 1 s, health 5 s, light 2 ms. */
  timing?: Partial<Timing>
  token?: string
  port?: number
  /** A registry on a port of its own. Default: none. In-process only. */
  registry?: boolean
  registryPort?: number
  /** A forge, and where it sends its webhooks. Default: none. In-process only. */
  forge?: { hook: { url: string; secret: string } | null }
  /** Where pushed commits are published, and tags are looked up. In-process only. */
  builds?: BuildsSource
  /** Kept after close when given; a new temporary folder otherwise. Give it again to start where another one ended. */
  stateFolder?: string
  /** `child` is a process of its own (as in production); `in-process` is faster to start. Default `in-process`. */
  mode?: 'in-process' | 'child'
}

export interface TenantState {
  slug: string
  state: 'running' | 'nothing' | 'dead' | 'changing'
  sha: string | null
  since: string | null
  pid: number | null
  port: number | null
  fault: string | null
  switch: FaultSwitch | null
}

export interface DemoFleet {
  url: string
  token: string
  port: number
  stateFolder: string
  /** As a client of registries wants it; null when it was not asked for. */
  registry: { url: string; credentials: { username: string; password: string } } | null
  /** As a client of forges wants it; null when it was not asked for. */
  forge: { kind: 'gitea'; url: string; token: string; tellsRun: boolean } | null
  env(name: string): { controlPlaneUrl: string; tenantUrlTemplate: string }
  /** Oldest first; `since` is a sequence number or a time. */
  record(env: string, since?: number | Date): Promise<RecordItem[]>
  tenants(env: string): Promise<TenantState[]>
  /** Teaches the box which commit an image tag is. */
  putImage(env: string, tag: string, sha: string): Promise<void>
  addTenant(env: string, slug: string, sha?: string): Promise<void>
  removeTenant(env: string, slug: string): Promise<void>
  /** `none` takes away the fault that a name brings. */
  setFault(env: string, slug: string, fault: FaultSwitch['fault'], times?: number): Promise<void>
  clearFault(env: string, slug: string): Promise<void>
  /** Any admin call, with the token. Rejects on a status of 400 and above. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>
  /** Stops the tenants and the control plane; removes a temporary state folder. */
  close(): Promise<void>
  /** Ends the control plane as kill -9 does: the tenants stay. */
  kill(): Promise<void>
}

/** A demo fleet on a free port below 32768 (or `port`), ready when this resolves. Close it in the end. */
export async function startDemoFleet(options: DemoFleetOptions = {}): Promise<DemoFleet> {
  const token = options.token ?? `demo-${randomBytes(12).toString('hex')}`
  const stateFolder = options.stateFolder ?? (await mkdtemp(join(tmpdir(), 'rollcall-demo-')))
  const start = options.mode === 'child' ? startChild : startInProcess
  const account = { username: 'demo', password: `demo-${randomBytes(12).toString('hex')}` }
  const forgeToken = `demo-${randomBytes(12).toString('hex')}`
  let registryPort = 0
  let box: Box | null = null
  for (let attempt = 1; box === null; attempt += 1) {
    const port = options.port ?? (await freePort())
    registryPort = options.registryPort ?? (await freePort())
    try {
      box = await start({
        host: '127.0.0.1',
        port,
        token,
        stateFolder,
        environments: environmentsOf(options),
        builds: options.builds ?? null,
        registry: options.registry ? { port: registryPort, account } : null,
        forge: options.forge ? { token: forgeToken, hook: options.forge.hook } : null,
        timing: {
          stallSeconds: 30,
          slowSeconds: 1,
          edgeCacheSeconds: 1,
          healthSeconds: 5,
          orphanSeconds: 60,
          lightDelayMs: 2,
          ...options.timing,
        },
      })
    } catch (error) {
      // Between finding a free port and taking it, somebody else may have.
      if (options.port !== undefined || attempt === 5 || !/EADDRINUSE|is taken/.test(String(error))) throw error
    }
  }
  const { port, close, kill } = box
  const url = `http://127.0.0.1:${port}`

  async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  const slugPath = (env: string, what: string, slug: string) => `/${env}/admin/${what}/${encodeURIComponent(slug)}`

  return {
    url,
    token,
    port,
    stateFolder,
    registry: options.registry ? { url: `http://127.0.0.1:${registryPort}`, credentials: account } : null,
    forge: options.forge ? { kind: 'gitea', url: `${url}/forge`, token: forgeToken, tellsRun: true } : null,
    env: (name) => ({ controlPlaneUrl: `${url}/${name}`, tenantUrlTemplate: `${url}/${name}/t/{slug}` }),
    async record(env, since) {
      const from = since === undefined ? '' : since instanceof Date ? since.toISOString() : String(since)
      return ((await admin('GET', `/${env}/admin/record?since=${encodeURIComponent(from)}`)) as { items: RecordItem[] })
        .items
    },
    async tenants(env) {
      return ((await admin('GET', `/${env}/admin/tenants`)) as { items: TenantState[] }).items
    },
    async putImage(env, tag, sha) {
      await admin('PUT', slugPath(env, 'images', tag), { sha })
    },
    async addTenant(env, slug, sha) {
      await admin('POST', `/${env}/admin/tenants`, { slug, sha })
    },
    async removeTenant(env, slug) {
      await admin('DELETE', slugPath(env, 'tenants', slug))
    },
    async setFault(env, slug, fault, times) {
      await admin('PUT', slugPath(env, 'faults', slug), { fault, times })
    },
    async clearFault(env, slug) {
      await admin('DELETE', slugPath(env, 'faults', slug))
    },
    admin,
    async close() {
      try {
        await close()
      } finally {
        if (options.stateFolder === undefined) await rm(stateFolder, { recursive: true, force: true })
      }
    },
    kill,
  }
}

function environmentsOf(options: DemoFleetOptions): EnvironmentConfig[] {
  const named = (tenants: (string | { slug: string; sha?: string | null })[]) =>
    tenants.map((tenant) =>
      typeof tenant === 'string' ? { slug: tenant, sha: null } : { slug: tenant.slug, sha: tenant.sha ?? null },
    )
  return [
    ...Object.entries(options.environments ?? {}).map(([name, tenants]) => ({
      name,
      light: false,
      tenants: named(tenants),
    })),
    ...Object.entries(options.light ?? {}).map(([name, tenants]) => ({
      name,
      light: true,
      tenants: typeof tenants === 'number' ? lightTenants(tenants, options.lightSha ?? null) : named(tenants),
    })),
  ]
}
