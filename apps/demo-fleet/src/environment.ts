import { join } from 'node:path'
import type { EnvironmentConfig } from './config.ts'
import { type FaultName, type FaultSwitch, Faults } from './faults.ts'
import { CallRecord } from './record.ts'
import type { Runner, Running } from './runner.ts'
import { StateFile } from './state-file.ts'

export interface Tenant {
  slug: string
  /** What the edge sends requests to. */
  running: Running | null
  /** Started and not yet switched to: known so that a control plane that was killed meanwhile can clear it away. */
  candidate: { instance: string; port: number } | null
  /** An edge cache that still shows an older build (null = it shows an error). */
  edgeCache: { sha: string | null; until: number } | null
  /** Redeploys of one tenant happen one after the other. */
  lastTask: Promise<unknown>
}

interface Saved {
  tenants: { slug: string; running: Running | null; candidate: Tenant['candidate']; added: boolean }[]
  removed: string[]
  faults: Record<string, FaultSwitch>
}

/** One fleet: its tenants in rollout order, what they run, their faults, the record of what was asked of them. */
export class Environment {
  readonly name: string
  readonly light: boolean
  readonly faults = new Faults()
  readonly record: CallRecord
  readonly tenants = new Map<string, Tenant>()
  readonly runner: Runner
  readonly #added = new Set<string>()
  readonly #removed = new Set<string>()
  readonly #file: StateFile<Saved>
  /** slug and tag of calls that were flaky once */
  readonly #metFlaky = new Set<string>()
  #saveTimer: NodeJS.Timeout | null = null

  constructor(config: EnvironmentConfig, stateFolder: string, runner: Runner) {
    this.name = config.name
    this.light = config.light
    this.runner = runner
    this.record = new CallRecord(config.name, join(stateFolder, `${config.name}.record.jsonl`))
    this.#file = new StateFile(join(stateFolder, `${config.name}.json`), () => this.#toSave())
  }

  /** Takes up what was there before: adopts living tenants, restarts dead ones at the build they were on. */
  async open(config: EnvironmentConfig): Promise<void> {
    await this.record.open()
    const saved = await this.#file.load()
    this.faults.load(saved?.faults ?? {})
    for (const slug of saved?.removed ?? []) this.#removed.add(slug)
    const known = new Map((saved?.tenants ?? []).map((tenant) => [tenant.slug, tenant]))
    const wanted: { slug: string; sha: string | null; from: Saved['tenants'][number] | null }[] = []
    for (const { slug, sha } of config.tenants) {
      if (!this.#removed.has(slug)) wanted.push({ slug, sha, from: known.get(slug) ?? null })
      known.delete(slug)
    }
    for (const [slug, from] of known) {
      if (!from.added) continue
      this.#added.add(slug)
      wanted.push({ slug, sha: null, from })
      known.delete(slug)
    }
    await Promise.all([
      ...wanted.map(({ slug, sha, from }) => this.#takeUp(this.#put(slug), sha, from)),
      // Taken out of the configuration while we were away.
      ...[...known.values()].map(async ({ running }) => running !== null && this.runner.stop(running)),
    ])
    await this.save()
  }

  async #takeUp(tenant: Tenant, sha: string | null, from: Saved['tenants'][number] | null): Promise<void> {
    if (from?.candidate) await this.runner.stop(from.candidate)
    if (from?.running) tenant.running = await this.runner.find(from.running)
    const build = from === null ? sha : (from.running?.sha ?? null)
    if (tenant.running !== null || build === null) return
    tenant.running = await this.runner.start({ slug: tenant.slug, sha: build, behaviour: '' })
    await this.save()
  }

  #put(slug: string): Tenant {
    const tenant: Tenant = { slug, running: null, candidate: null, edgeCache: null, lastTask: Promise.resolve() }
    this.tenants.set(slug, tenant)
    return tenant
  }

  /** Adds a tenant at the end of the rollout order; false when it is there already. */
  async add(slug: string, sha: string | null): Promise<boolean> {
    if (this.tenants.has(slug)) return false
    const tenant = this.#put(slug)
    this.#added.add(slug)
    this.#removed.delete(slug)
    if (sha !== null) tenant.running = await this.runner.start({ slug, sha, behaviour: '' })
    await this.save()
    return true
  }

  async remove(slug: string): Promise<boolean> {
    const tenant = this.tenants.get(slug)
    if (tenant === undefined) return false
    this.tenants.delete(slug)
    this.#added.delete(slug)
    this.#removed.add(slug)
    await tenant.lastTask.catch(() => {})
    if (tenant.running !== null) await this.runner.stop(tenant.running)
    await this.save()
    return true
  }

  /** The fault that a redeploy of `slug` to `tag` meets, if any; counts one of its times. */
  takeCallFault(slug: string, tag: string): FaultName | null {
    if (this.faults.of(slug) === 'flaky' && (this.faults.switched(slug)?.times ?? null) === null) {
      const call = `${slug} ${tag}`
      if (this.#metFlaky.has(call)) return null
      this.#metFlaky.add(call)
      return 'flaky'
    }
    return this.faults.take(slug, 'call')
  }

  /** Resolves when the change is on disk. A light fleet has thousands of changes a second: there it is soon, not now. */
  async save(): Promise<void> {
    if (!this.light) return this.#file.save()
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = null
      // A folder that was removed under us is found out by the next orderly save.
      this.#file.save().catch(() => {})
    }, 1000).unref()
  }

  async stopAll(): Promise<void> {
    await Promise.all(
      [...this.tenants.values()].map(async ({ running, candidate }) => {
        if (candidate !== null) await this.runner.stop(candidate)
        if (running !== null) await this.runner.stop(running)
      }),
    )
  }

  async close(): Promise<void> {
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer)
    await this.#file.save()
    await this.record.close()
  }

  #toSave(): Saved {
    return {
      tenants: [...this.tenants.values()].map(({ slug, running, candidate }) => ({
        slug,
        running,
        candidate,
        added: this.#added.has(slug),
      })),
      removed: [...this.#removed],
      faults: this.faults.toJSON(),
    }
  }
}
