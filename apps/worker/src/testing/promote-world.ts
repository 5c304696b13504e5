import type { RegistryClientOptions } from '@rollcall/registry-client'
import {
  type BuiltImage,
  buildIndex,
  type FakeRegistry,
  pushImage,
  startFakeRegistry,
} from '@rollcall/registry-client/testing'
import {
  type Configuration,
  emptyConfiguration,
  getPromotion,
  openPromotion,
  type PromotionView,
  reportCheck,
} from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import type { PromoteDeps } from '../promote/deps.ts'
import { drivePromotion } from '../promote/drive.ts'
import { openRegistries, type Registries } from '../promote/registries.ts'

type ImageSet = Configuration['imageSets'][number]

/** The registry of these tests wants none. */
const noSecrets = async (name: string) => ({ refusal: `${name} is not set.` })

export interface SetOptions {
  images?: number
  set?: Partial<ImageSet>
  /** the commit that `latest` is, by its place among the builds; null: there is no such tag */
  latest?: number | null
  /** without a label at all */
  unlabelled?: boolean
}

/** A set of its own in the registry and in the configuration. */
export interface TestSet {
  name: string
  images: string[]
  /** by repository and by the place of the build: what `staging-<sha7>` and `latest` were made of */
  built: Record<string, BuiltImage[]>
  tags(): (string | null)[]
  /** the digests of a build, in the order of the images */
  digests(build: number): string[]
  open(build: number, more?: Record<string, unknown>): Promise<PromotionView>
  /** puts `latest` back to what it was in the beginning */
  reset(): void
}

/** Real services on a real database, and a registry with faults where a test wants them. No driver ever waits. */
export class PromoteWorld {
  readonly world: TestWorld
  readonly registry: FakeRegistry
  readonly #open: Registries[] = []
  #sets = 0
  #configuration: Configuration

  constructor(world: TestWorld, registry: FakeRegistry, url = registry.url) {
    this.world = world
    this.registry = registry
    this.#configuration = {
      ...emptyConfiguration,
      registries: [{ name: 'fake', url, usernameEnv: null, passwordEnv: null, realms: [] }],
      gates: [{ name: 'green', contexts: ['e2e'], suite: null }],
    }
  }

  /** A driver of its own: it knows nothing but the journal. */
  deps(options: { timeoutMs?: number; client?: RegistryClientOptions } = {}): PromoteDeps {
    const registries = openRegistries(noSecrets, { reach: 'all', wait: async () => {}, ...options.client })
    this.#open.push(registries)
    const { timeoutMs = 300 } = options
    return {
      ctx: this.world.ctx,
      driver: 'test',
      registries,
      timeoutMs,
      pause: async (_, signal) => signal.throwIfAborted(),
    }
  }

  async set({ images = 2, set = {}, latest = 0, unlabelled = false }: SetOptions = {}): Promise<TestSet> {
    const name = `set-${++this.#sets}`
    const repositories = Array.from({ length: images }, (_, n) => `demo/${name}-${n}`)
    const configured: ImageSet = {
      ...{ name, component: 'server', registry: 'fake', images: repositories, sourceTag: 'staging-<sha7>' },
      ...{
        destinationTag: 'latest',
        branch: 'main',
        gate: null,
        automatic: false,
        thenApply: null,
        staleAfterHours: 24,
      },
      ...set,
    }
    this.#configuration = { ...this.#configuration, imageSets: [...this.#configuration.imageSets, configured] }
    await this.configure({})
    const built: TestSet['built'] = {}
    for (const repository of repositories) {
      built[repository] = this.world.shas.map((sha) =>
        buildIndex({ layerBytes: [8], annotation: unlabelled ? null : sha, revision: null }),
      )
      for (const [place, image] of built[repository].entries()) {
        const sha = this.world.shas[place] ?? ''
        await pushImage(this.registry, repository, image, [`staging-${sha.slice(0, 7)}`])
      }
    }
    const { store } = this.registry
    const digests = (build: number) => repositories.map((repository) => built[repository]?.[build]?.digest ?? '')
    const reset = () => {
      for (const [n, repository] of repositories.entries())
        store.move(repository, 'latest', latest === null ? null : (digests(latest)[n] ?? null))
    }
    reset()
    return {
      name,
      images: repositories,
      built,
      tags: () => repositories.map((repository) => store.digest(repository, 'latest')),
      digests,
      reset,
      open: (build, more = {}) => {
        this.world.clock.pass(1)
        return openPromotion(this.world.ctx, { sha: this.world.shas[build], set: name, ...more })
      },
    }
  }

  /** Changes the configuration in force. */
  async configure(more: Partial<Configuration>): Promise<void> {
    this.#configuration = { ...this.#configuration, ...more }
    await this.world.store.db.configuration.create({
      data: {
        document: this.#configuration as never,
        hash: 'test',
        importedAt: this.world.clock.now,
        importedBy: 'ana',
      },
    })
  }

  /** Drives it as far as it goes, with a driver of its own. */
  async drive(id: string, deps = this.deps(), signal = new AbortController().signal): Promise<PromotionView> {
    await drivePromotion(deps, id, signal)
    return getPromotion(this.world.ctx, { id })
  }

  get(id: string): Promise<PromotionView> {
    return getPromotion(this.world.ctx, { id })
  }

  async green(build: number): Promise<void> {
    await reportCheck(this.world.ctx, { sha: this.world.shas[build], context: 'e2e', status: 'success' })
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((registries) => registries.close()))
    await this.registry.close()
    await this.world.drop()
  }
}

export async function startPromoteWorld(): Promise<PromoteWorld> {
  const [world, registry] = await Promise.all([testWorld({ tenants: [] }), startFakeRegistry()])
  return new PromoteWorld(world, registry)
}
