import { join } from 'node:path'
import type { EnvironmentConfig } from './config.ts'
import { type FaultName, type FaultSwitch, Faults } from './faults.ts'
import { CallRecord } from './record.ts'
import { BuildFailed, type Runner, type Running, type StartOrder } from './runner.ts'
import { StateFile } from './state-file.ts'

export interface Tenant {
  slug: string
  /** Its place in the rollout order, with gaps. */
  position: number
  /** What the edge sends requests to. */
  running: Running | null
  /**
   * An instance that must not stay: coming up and not switched to yet, or switched away from and not ended yet. Noted, so
   * that a control plane that was killed at that moment leaves no process that nobody knows.
   */
  passing: { instance: string; port: number } | null
  /** An edge cache that still shows an older build (null = it shows an error). */
  edgeCache: { sha: string | null; until: number } | null
  /** Redeploys of one tenant happen one after the other. */
  lastTask: Promise<unknown>
}

interface Saved {
  tenants: { slug: string; running: Running | null; passing: Tenant['passing']; added: boolean }[]
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
  #ending = false
  #lastPosition = 0

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
    if (from?.passing) await this.runner.stop(from.passing)
    const noted = from?.running ?? null
    if (noted !== null) tenant.running = await this.runner.find(noted)
    const build = from === null ? sha : (noted?.sha ?? null)
    if (tenant.running !== null || build === null) return
    // Noted before it runs: whoever kills us now must not make us forget which build it was.
    const { instance, port, since } = noted ?? { instance: 'none', port: 0, since: new Date().toISOString() }
    tenant.running = { sha: build, instance, port, pid: 0, since }
    try {
      await this.switchTo(tenant, build, '')
    } catch (error) {
      // One tenant that does not come up is no reason to keep the others down. The next start tries it again.
      if (!(error instanceof BuildFailed)) throw error
      if (!this.#ending) process.stderr.write(`${this.name}/${tenant.slug}: ${error.message}\n`)
    }
  }

  /**
   * New beside old, healthy, switch, end the old: at every moment the edge has somebody to ask. Rejects with BuildFailed
   * when the new build does not come up; then the old one was not touched.
   */
  async switchTo(tenant: Tenant, sha: string, behaviour: StartOrder['behaviour']): Promise<void> {
    const old = tenant.running
    const onCandidate = async (candidate: NonNullable<Tenant['passing']>) => {
      tenant.passing = candidate
      await this.save()
    }
    try {
      tenant.running = await this.runner.start({ slug: tenant.slug, sha, behaviour, onCandidate })
      tenant.passing = old
    } catch (error) {
      tenant.passing = null
      throw error
    } finally {
      await this.save()
    }
    if (old === null) return
    await this.runner.stop(old)
    tenant.passing = null
    await this.save()
  }

  #put(slug: string): Tenant {
    this.#lastPosition += 1
    const tenant: Tenant = {
      slug,
      position: this.#lastPosition,
      running: null,
      passing: null,
      edgeCache: null,
      lastTask: Promise.resolve(),
    }
    this.tenants.set(slug, tenant)
    return tenant
  }

  /** The given slugs, or all, in rollout order. A call for one target of ten thousand costs as much as for one of ten. */
  inOrder(slugs: readonly string[] | null): string[] {
    if (slugs === null) return [...this.tenants.keys()]
    const position = (slug: string) => this.tenants.get(slug)?.position ?? 0
    return slugs.toSorted((a, b) => position(a) - position(b))
  }

  /** Adds a tenant at the end of the rollout order; false when it is there already. */
  async add(slug: string, sha: string | null): Promise<boolean> {
    if (this.tenants.has(slug)) return false
    const tenant = this.#put(slug)
    this.#added.add(slug)
    this.#removed.delete(slug)
    await (sha === null ? this.save() : this.switchTo(tenant, sha, ''))
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

  /** Ends every tenant, also those that are coming up, and lets none begin any more. */
  async stopAll(): Promise<void> {
    this.#ending = true
    this.runner.close()
    await Promise.all(
      [...this.tenants.values()].map(async ({ running, passing }) => {
        if (passing !== null) await this.runner.stop(passing)
        if (running !== null) await this.runner.stop(running)
      }),
    )
  }

  async close(): Promise<void> {
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer)
    await this.#file.save()
    await this.record.close()
  }

  /** Leaves the tenants as they are. */
  async leave(): Promise<void> {
    this.runner.close()
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer)
    await this.record.close()
  }

  #toSave(): Saved {
    return {
      tenants: [...this.tenants.values()].map(({ slug, running, passing }) => ({
        slug,
        running,
        passing,
        added: this.#added.has(slug),
      })),
      removed: [...this.#removed],
      faults: this.faults.toJSON(),
    }
  }
}
