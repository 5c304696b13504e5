import { buildinfoUrl, createRedeployClient } from '@rollcall/redeploy-client'
import { expect, it } from 'vitest'
import { startDemoFleet } from './testing/index.ts'

const old = 'b'.repeat(40)
const sha = 'a'.repeat(40)

it('a light fleet of ten thousand is listed, redeployed and read through the same contract', async () => {
  const fleet = await startDemoFleet({ mode: 'child', light: { staging: 10_000 }, lightSha: old })
  const client = createRedeployClient({ reach: 'all' })
  try {
    const { controlPlaneUrl: url, tenantUrlTemplate } = fleet.env('staging')
    const controlPlane = { url, token: fleet.token }
    const list = await client.enumerate(controlPlane, { tag: sha })
    expect(list.targets).toHaveLength(10_000)

    const slugs = list.targets.map(({ slug }) => slug)
    const read = (slug: string) => client.readBuildinfo({ url: buildinfoUrl(tenantUrlTemplate, slug) })
    const before = await eachOf(slugs.slice(0, 2000), 32, read)
    expect(new Set(before.map((reading) => (reading.kind === 'sha' ? reading.sha : reading.kind)))).toEqual(
      new Set([old]),
    )

    const some = slugs.slice(0, 300)
    const answers = await eachOf(some, 16, (slug) =>
      client.redeploy(controlPlane, { slugs: [slug], tag: sha, timeoutMs: 10_000 }),
    )
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']))
    expect(answers.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b)[150]).toBeLessThan(100)
    const after = await eachOf(slugs.slice(0, 301), 32, read)
    expect(after.filter((reading) => reading.kind === 'sha' && reading.sha === sha)).toHaveLength(300)
    expect((await fleet.tenants('staging')).filter((tenant) => tenant.sha === sha)).toHaveLength(300)
  } finally {
    await client.close()
    await fleet.close()
  }
})

/** `task` for each item, at most `width` at a time, answers in order. */
async function eachOf<T, R>(items: readonly T[], width: number, task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const walk = async () => {
    for (const [index, item] of queue) results[index] = await task(item)
  }
  await Promise.all(Array.from({ length: width }, walk))
  return results
}
