import { createRegistryClient, type RegistryClientOptions } from '../client.ts'
import { startFakeRegistry } from './fake-registry.ts'
import { buildImage, buildIndex, pushImage } from './images.ts'
import type { Fault } from './registry-faults.ts'

/** What is to be promoted, and what `latest` is until then. */
export const index = buildIndex({ layerBytes: [10] })
export const before = buildImage({ layerBytes: [10] })

/**
 * A registry with `demo/tenant:source` and an older `latest`, and a client whose clock only moves when it waits: `waits`
 * is what it waited, without any time passing.
 */
export async function tagWorld(options: RegistryClientOptions = {}) {
  const registry = await startFakeRegistry()
  await pushImage(registry, 'demo/tenant', index, ['source'])
  await pushImage(registry, 'demo/tenant', before, ['latest'])
  registry.requests.length = 0
  const clock = { ms: 0 }
  const waits: number[] = []
  const client = createRegistryClient({
    reach: 'all',
    now: () => clock.ms,
    wait: async (ms) => {
      waits.push(ms)
      clock.ms += ms
    },
    random: () => 0.5,
    ...options,
  })
  return {
    registry,
    client,
    clock,
    waits,
    /** What happens to the next requests of this method, one after the other. */
    faultAt: (method: string, ...faults: (Fault | null)[]) =>
      registry.setFault((request) => (request.method === method ? faults.shift() : null)),
    retag: (ask = {}) => client.retag(registry, 'demo/tenant', 'source', 'latest', { timeoutMs: 2000, ...ask }),
    latest: () => registry.store.digest('demo/tenant', 'latest'),
    methods: () => registry.requests.map(({ method }) => method),
    async close() {
      await Promise.all([client.close(), registry.close()])
    },
  }
}
