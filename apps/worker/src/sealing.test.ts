import { verifyAudit } from '@rollcall/services'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSealing } from './sealing.ts'
import { startWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
  await world.place({ tenants: 1 })
})
afterEach(() => world.close())

const sealable = async (verb: 'grant' | 'revoke') => {
  const role = new URL(world.database.url).username
  await world.database.query(`${verb} insert on audit_seals ${verb === 'grant' ? 'to' : 'from'} ${role}`)
}

test('what keeps the audit from being sealed is said once, and so is that it is over', async () => {
  const said: string[] = []
  const sealing = openSealing(world.ctx, (line) => said.push(line))
  await sealable('revoke')
  await sealing.end()
  await sealing.end()
  expect(said).toEqual([expect.stringMatching(/^audit: it cannot be sealed: .*permission denied/)])
  await sealable('grant')
  await sealing.end()
  await sealing.end()
  expect(said.slice(1)).toEqual(['audit: it is sealed again'])
  expect(await verifyAudit(world.ctx)).toMatchObject({ ok: true, unsealed: 0 })
})

test('a worker starts and works although the audit cannot be sealed', async () => {
  await sealable('revoke')
  const worker = await world.worker()
  expect(await world.store.db.workerHeartbeat.count()).toBe(1)
  await worker.drain()
  expect(await world.store.db.auditSeal.count()).toBe(0)
})
