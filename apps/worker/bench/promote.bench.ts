/**
 * What a promotion costs from beginning to end, journal, checks and reading back included: on a real registry and a real
 * PostgreSQL, beside a plain `skopeo copy --all` of the same images; and a set of many tags.
 */
import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  buildIndex,
  dockerRegistryBinary,
  dockerRegistryMissing,
  findProgram,
  pushImage,
  startDockerRegistry,
} from '@rollcall/registry-client/testing'
import { emptyConfiguration, getPromotion, openPromotion } from '@rollcall/services'
import { testWorld } from '@rollcall/services/testing'
import { withServer } from '@rollcall/store/testing'
import { drivePromotion } from '../src/promote/drive.ts'
import { openRegistries } from '../src/promote/registries.ts'

const run = promisify(execFile)
const rounds = 9
const manyTags = 200

if (dockerRegistryBinary() === null) console.log(`  skipped: ${dockerRegistryMissing}`)
else await withServer(measure)

async function measure(): Promise<void> {
  const registry = await startDockerRegistry({ accessLog: false })
  const world = await testWorld({ tenants: [] })
  const registries = openRegistries(async () => ({ refusal: 'none' }), { reach: 'all' })
  try {
    world.clock.now = new Date()
    const pair = ['bench/tenant', 'bench/proxy']
    const many = Array.from({ length: manyTags }, (_, n) => `many/r${n}`)
    const [before, after] = [world.shas[0], world.shas[1]].map((sha) => ({
      tag: `staging-${sha.slice(0, 7)}`,
      image: buildIndex({ layerBytes: [200_000, 400_000], annotation: sha }),
    }))
    if (!before || !after) throw new Error('there are two builds')
    for (const repository of [...pair, ...many])
      for (const { tag, image } of [before, after]) await pushImage(registry, repository, image, [tag])
    const set = (name: string, images: string[]) => ({
      ...{ name, images, component: 'server', registry: 'real', branch: 'main', gate: null, automatic: false },
      ...{ sourceTag: 'staging-<sha7>', destinationTag: 'latest', thenApply: null, staleAfterHours: 24 },
    })
    await world.store.db.configuration.create({
      data: {
        document: {
          ...emptyConfiguration,
          registries: [{ name: 'real', url: registry.url, usernameEnv: null, passwordEnv: null, realms: [] }],
          imageSets: [set('pair', pair), set('many', many)],
        } as never,
        hash: 'bench',
        importedAt: world.clock.now,
        importedBy: 'bench',
      },
    })
    const deps = {
      ctx: world.ctx,
      driver: 'bench',
      registries,
      pause: (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }),
    }
    const promote = async (name: string, sha: string) => {
      world.clock.pass(1)
      const { id } = await openPromotion(world.ctx, { set: name, sha, override: { order: true, reason: 'a bench' } })
      const begun = performance.now()
      await drivePromotion(deps, id, AbortSignal.timeout(120_000))
      const took = performance.now() - begun
      const { state, headline } = await getPromotion(world.ctx, { id })
      if (state !== 'done') throw new Error(headline)
      return took
    }
    const skopeo = findProgram('skopeo')
    const plain = ['--src-tls-verify=false', '--dest-tls-verify=false']
    const copyAll = async (from: string, to: string) => {
      const begun = performance.now()
      for (const repository of pair) {
        const image = `docker://${registry.host}/${repository}`
        await run(skopeo ?? '', ['copy', '--all', '--quiet', ...plain, `${image}:${from}`, `${image}:${to}`])
      }
      return performance.now() - begun
    }
    await promote('pair', world.shas[0])
    const [ours, theirs]: number[][] = [[], []]
    // in turns, so that whatever else the machine does falls on both
    for (let n = 0; n < rounds; n++) {
      ours?.push(await promote('pair', world.shas[n % 2 === 0 ? 1 : 0] ?? ''))
      if (skopeo !== null) theirs?.push(await copyAll(after.tag, `skopeo-${n}`))
    }
    const own = median(ours ?? [])
    console.log(`  a set of two images, end to end          ${ms(own)}   checked, journalled, moved, read back`)
    if (skopeo === null) console.log('  skipped: skopeo is not installed, so there is nothing to compare with')
    else {
      const other = median(theirs ?? [])
      console.log(`  skopeo copy --all of the same two        ${ms(other)}   copied only`)
      console.log(`  ratio ${(other / own).toFixed(1)} ×`)
    }
    await promote('many', world.shas[0])
    const first = await promote('many', world.shas[1])
    console.log(
      `  a set of ${manyTags} images, end to end          ${ms(first)}   ${ms(first / manyTags).trim()} for each`,
    )
  } finally {
    await registries.close()
    await registry.close()
    await world.drop()
  }
}

function median(taken: readonly number[]): number {
  return taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(10)
}
