// What a moved tag costs: against skopeo on the same registry, and 200 of them at once against one after the other.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createRegistryClient, type RegistryClient } from '../src/index.ts'
import {
  buildIndex,
  type DockerRegistry,
  dockerRegistryBinary,
  dockerRegistryMissing,
  findProgram,
  pushImage,
  startDockerRegistry,
} from '../src/testing/index.ts'

const run = promisify(execFile)
const rounds = 12
const repositories = 10
const tags = 200

if (dockerRegistryBinary() === null) console.log(`  skipped: ${dockerRegistryMissing}`)
else {
  const registry = await startDockerRegistry({ accessLog: false })
  const client = createRegistryClient({ reach: 'all' })
  try {
    const image = buildIndex({ layerBytes: [200_000, 400_000, 100_000], architectures: ['amd64', 'arm64'] })
    for (let n = 0; n < repositories; n += 1) await pushImage(registry, `bench/r${n}`, image, ['source'])
    await againstSkopeo(registry, client)
    await manyTags(registry, client)
  } finally {
    await client.close()
    await registry.close()
  }
}

async function againstSkopeo(registry: DockerRegistry, client: RegistryClient) {
  const retag = async (n: number) => {
    const moved = await client.retag(registry, 'bench/r0', 'source', `ours-${n}`)
    if (moved.outcome !== 'moved') throw new Error(moved.message)
    if (moved.requests !== 3) throw new Error(`a move took ${moved.requests} requests instead of 3`)
  }
  const skopeo = findProgram('skopeo')
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false']
  const image = `docker://${registry.host}/bench/r0`
  const ours: number[] = []
  const theirs: number[] = []
  // In turns, so that whatever else the machine does falls on both.
  for (let n = 0; n < rounds; n += 1) {
    for (const m of [0, 1, 2]) ours.push(await onceMs(() => retag(3 * n + m)))
    const copy = [...['copy', '--all', '--quiet'], ...plain, `${image}:source`, `${image}:skopeo-${n}`]
    if (skopeo !== null) theirs.push(await onceMs(() => run(skopeo, copy)))
  }
  console.log(`  retag + verify, an index of two images   ${ms(median(ours))}   3 requests`)
  if (skopeo === null) {
    console.log('  skipped: skopeo is not installed, so there is nothing to compare with (apt-get install skopeo)')
    return
  }
  const digests = await Promise.all(
    ['source', 'ours-0', 'skopeo-0'].map(async (tag) => {
      const head = await client.headManifest(registry, 'bench/r0', tag)
      return head.outcome === 'ok' ? head.digest : head.message
    }),
  )
  if (new Set(digests).size !== 1) throw new Error(`skopeo and we do not agree: ${digests.join(' · ')}`)
  const ratio = median(theirs) / median(ours)
  console.log(`  skopeo copy --all, the same image        ${ms(median(theirs))}   the same digest`)
  console.log(`  ratio ${ratio.toFixed(1)} × (wanted: at least 10 ×)${ratio >= 10 ? '' : '  NOT REACHED'}`)
  if (ratio < 10) process.exitCode = 1
}

async function manyTags(registry: DockerRegistry, client: RegistryClient) {
  const move = async (kind: string, n: number) => {
    const moved = await client.retag(registry, `bench/r${n % repositories}`, 'source', `${kind}-${n}`)
    if (moved.outcome !== 'moved') throw new Error(moved.message)
    requests += moved.requests
  }
  let requests = 0
  const numbers = Array.from({ length: tags }, (_, n) => n)
  const sequential = await onceMs(async () => {
    for (const n of numbers) await move('sequential', n)
  })
  requests = 0
  const atOnce: number[] = []
  for (let round = 0; round < 5; round += 1)
    atOnce.push(await onceMs(() => Promise.all(numbers.map((n) => move(`once${round}`, n)))))
  const best = Math.min(...atOnce)
  console.log(`  ${tags} tags one after the other           ${ms(sequential)}   ${3 * tags} requests`)
  console.log(
    `  ${tags} tags at once, best of ${atOnce.length}             ${ms(best)}   median ${ms(median(atOnce)).trim()}`,
  )
  // This registry writes a link anew while others read it, and answers 500 to those that come in between.
  console.log(`  asked again after a passing 500: ${requests - 3 * tags * atOnce.length} of ${requests} requests`)
  const reached = best <= 500 ? '' : '  NOT REACHED'
  console.log(`  ratio ${(sequential / best).toFixed(1)} × (wanted: all of them within 500 ms)${reached}`)
  if (best > 500) process.exitCode = 1
}

function median(taken: readonly number[]): number {
  return taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] as number
}

async function onceMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(10)
}
