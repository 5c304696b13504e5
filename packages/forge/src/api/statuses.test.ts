import { afterEach, describe, expect, it } from 'vitest'
import { checksGate } from '../checks/gate.ts'
import { casesOf, commitOf, startForge, type TestForge } from '../testing/index.ts'
import { createForgeClient } from './client.ts'

const open: { close(): Promise<void> }[] = []
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const sha = commitOf('s1')
const kinds = ['github', 'gitea'] as const
const read = (forge: TestForge) =>
  kept(createForgeClient({ reach: 'all' })).readStatuses(forge.access, { repo: 'acme/infra', sha })
const row = (id: string) => {
  const found = casesOf('ci-gate').find((one) => one.id === id)
  if (found === undefined) throw new Error(`no row ${id}`)
  return found
}
/** `total` rows about other things, with `R` green at one place. */
function fill({ statuses }: TestForge, total: number, at: number | null): void {
  for (let i = 1; i <= total; i++)
    statuses.push({ id: 5000 - i, context: i === at ? 'R' : `other ${i}`, state: 'success' })
}

describe.each(kinds)('the checks of a commit at %s', (kind) => {
  const forge = async (pageClamp = 100) => kept(await startForge({ kind, pageClamp }))

  it('are read to an empty page although the server gives fewer than asked for', async () => {
    const { given, expect: expected } = row('clamped-pages')
    const server = await forge(given.server_max)
    fill(server, given.total, given.R_at)
    const statuses = await read(server)
    expect(statuses).toMatchObject({ readable: true, requests: expected.requests, failure: null })
    expect(server.requests).toHaveLength(expected.requests)
    expect(server.requests[0]?.url).toContain(`=${given.asked}`)
    expect(checksGate(['R'], statuses)).toMatchObject({ gate: expected.gate })
  })

  it('are found on the second page', async () => {
    const { given, expect: expected } = row('page-two')
    const server = await forge()
    fill(server, given.pages[0] + 1, given.pages[0] + 1)
    expect(checksGate(given.required, await read(server))).toMatchObject({ gate: expected.gate })
  })

  it('are waited for while they are nowhere, and the last states are told', async () => {
    const { given, expect: expected } = row('absent-everywhere')
    const server = await forge()
    fill(server, given.pages[0] + 1, null)
    const gate = checksGate(given.required, await read(server))
    expect(expected.gate).toContain(gate.gate)
    expect(gate).toMatchObject({ gate: 'wait', because: expect.stringContaining('R (missing)') })
  })

  it('are none where nobody reported any, which is not the same as unreadable', async () => {
    const server = await forge()
    const statuses = await read(server)
    expect(statuses).toEqual({ readable: true, rows: [], requests: 1, failure: null })
    expect(checksGate(['R'], statuses)).toMatchObject({ gate: 'wait' })
  })

  it.each(['server_error', 'html', 'not_json', 'rate_limited', 'hang_up_after_acting'] as const)(
    'are unreadable as a whole when one page ends in %s, and hold the gate',
    async (fault) => {
      const server = await forge(50)
      fill(server, 120, 10)
      server.failNext(fault, 1, 'page=2')
      const statuses = await read(server)
      expect(statuses).toMatchObject({ readable: false, requests: 2, failure: { ok: false } })
      expect(checksGate(['R'], statuses)).toMatchObject({ gate: 'hold' })
    },
  )

  it('count by the newest row of each context', async () => {
    const server = await forge(1)
    server.statuses.push(
      { id: 7, context: 'R', state: 'failure' },
      { id: 9, context: 'R', state: 'success' },
      { id: 8, context: 'R', state: 'pending' },
    )
    expect(checksGate(['R'], await read(server))).toMatchObject({ gate: 'pass', contexts: [{ id: 9 }] })
  })
})

describe('a commit', () => {
  it('is asked about by its full name only', async () => {
    const server = kept(await startForge({ kind: 'github' }))
    for (const wrong of ['abcdef1', 'main', '', `${sha}/../x`]) {
      const call = kept(createForgeClient({ reach: 'all' })).readStatuses(server.access, {
        repo: 'acme/infra',
        sha: wrong,
      })
      await expect(call).rejects.toThrow(TypeError)
    }
    expect(server.requests).toHaveLength(0)
  })
})
