import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { TenantState } from './testing/index.ts'
import {
  buildinfo,
  cleanUp,
  exists,
  old,
  redeploy,
  sha,
  soon,
  startChild,
  stateFolderForTest,
} from './testing/world.ts'

afterEach(cleanUp)

const identity = ({ slug, sha, pid, port, since }: TenantState) => ({ slug, sha, pid, port, since })
const stateOf = async (folder: string) => JSON.parse(await readFile(join(folder, 'staging.json'), 'utf8'))

it('tenants outlive a control plane that was killed, and the next one takes them up where it left them', async () => {
  const folder = await stateFolderForTest()
  const staging = [{ slug: 'a', sha: old }, { slug: 'b', sha: old }, 'c', { slug: 'gone', sha: old }]
  const first = await startChild(folder, staging)
  await redeploy(first, ['a'], sha)
  await first.addTenant('staging', 'added', sha)
  await first.removeTenant('staging', 'gone')
  await first.setFault('staging', 'b', 'vanishes')
  await first.putImage('staging', 'staging-latest', sha)
  await buildinfo(first, 'a')
  const before = await first.tenants('staging')
  const record = await first.record('staging')

  await first.kill()
  const [a, b] = before
  expect(before.filter(({ pid }) => pid !== null).every(({ pid }) => exists(pid))).toBe(true)
  process.kill(b?.pid ?? 0, 'SIGKILL')

  const second = await startChild(folder, staging)
  const after = await second.tenants('staging')
  expect(after.map(({ slug }) => slug)).toEqual(['a', 'b', 'c', 'added'])
  const notB = (list: TenantState[]) => list.filter(({ slug }) => slug !== 'b').map(identity)
  expect(notB(after)).toEqual(notB(before))
  // The dead one is back at the build it was on, as a new process.
  expect(after[1]).toMatchObject({ slug: 'b', sha: old, state: 'running', fault: 'vanishes' })
  expect(after[1]?.pid).not.toBe(b?.pid)
  expect(await second.record('staging')).toEqual(record)
  expect([await buildinfo(second, 'a'), await buildinfo(second, 'b')]).toEqual([sha, old])
  // What it was last seen with is remembered too: only b is news.
  expect(await second.record('staging', record.at(-1)?.seq)).toMatchObject([{ kind: 'served', slug: 'b', sha: old }])
  expect(await second.admin('GET', '/staging/admin/images')).toEqual({ items: [{ tag: 'staging-latest', sha }] })

  // An adopted tenant is replaced and stopped like any other.
  await redeploy(second, ['a'], old)
  expect(await buildinfo(second, 'a')).toBe(old)
  await expect.poll(() => exists(a?.pid), soon).toBe(false)
  const pids = (await second.tenants('staging')).map(({ pid }) => pid)
  await second.close()
  expect(pids.some(exists)).toBe(false)
})

it('does not take another program for its tenant because it has the port or the pid', async () => {
  const folder = await stateFolderForTest()
  const staging = ['a', 'b'].map((slug) => ({ slug, sha: old }))
  const first = await startChild(folder, staging)
  const before = await first.tenants('staging')
  await first.kill()
  // As if the ports and pids had been handed out anew: each is noted where the other one is.
  const saved = await stateOf(folder)
  const [one, two] = saved.tenants
  ;[one.running.port, two.running.port] = [two.running.port, one.running.port]
  one.running.pid = process.pid
  await writeFile(join(folder, 'staging.json'), JSON.stringify(saved))

  const second = await startChild(folder, staging)
  const after = await second.tenants('staging')
  expect(after.map(({ state, sha }) => `${state} ${sha}`)).toEqual([`running ${old}`, `running ${old}`])
  const strangers = [...before.map(({ pid }) => pid), process.pid]
  for (const { pid } of after) expect(strangers).not.toContain(pid)
  expect(await buildinfo(second, 'a')).toBe(old)
  for (const { pid } of before) if (pid !== null) process.kill(pid, 'SIGKILL')
})

it('clears away a new build that was coming up when the control plane was killed', async () => {
  const folder = await stateFolderForTest()
  const staging = [{ slug: 'unhealthy-a', sha: old }]
  const first = await startChild(folder, staging, 60)
  const call = redeploy(first, ['unhealthy-a'], sha).catch(() => {})
  const passing = async () => (await stateOf(folder)).tenants[0].passing
  await expect.poll(passing, soon).not.toBeNull()
  const { port } = await passing()
  const pidThere = async (): Promise<number | null> => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)
    return answer === null ? null : ((await answer.json()) as { pid: number }).pid
  }
  await expect.poll(pidThere, soon).not.toBeNull()
  const pid = await pidThere()
  await first.kill()
  await call
  expect(exists(pid)).toBe(true)

  const second = await startChild(folder, staging)
  await expect.poll(() => exists(pid), soon).toBe(false)
  expect(await buildinfo(second, 'unhealthy-a')).toBe(old)
  const received = (await second.record('staging')).filter((item) => item.kind === 'received')
  expect(received).toMatchObject([{ slugs: ['unhealthy-a'], tag: sha, sha }])
})

it('clears away an old build that had been switched away from when the control plane was killed', async () => {
  const folder = await stateFolderForTest()
  const first = await startChild(
    folder,
    ['a', 'b'].map((slug) => ({ slug, sha })),
  )
  const [a, b] = await first.tenants('staging')
  await first.kill()
  // b stands in for what a ran before: the kill came after the switch and before its end.
  const saved = await stateOf(folder)
  const [kept, former] = saved.tenants
  const tenants = [{ ...kept, passing: former.running }]
  await writeFile(join(folder, 'staging.json'), JSON.stringify({ ...saved, tenants }))
  const second = await startChild(folder, [{ slug: 'a', sha }])
  expect((await second.tenants('staging')).map(identity)).toEqual(a === undefined ? [] : [identity(a)])
  expect(exists(b?.pid)).toBe(false)
})

it('comes up without a tenant that does not, and tries it again at the next start', async () => {
  const folder = await stateFolderForTest()
  const staging = ['a', 'b'].map((slug) => ({ slug, sha: old }))
  const first = await startChild(folder, staging)
  await redeploy(first, ['a'], sha)
  const [a, b] = await first.tenants('staging')
  await first.kill()
  process.kill(a?.pid ?? 0, 'SIGKILL')
  const second = await startChild(folder, staging, 0)
  expect(await second.tenants('staging')).toMatchObject([
    { slug: 'a', state: 'dead', sha },
    { slug: 'b', state: 'running', pid: b?.pid },
  ])
  const url = `${second.env('staging').tenantUrlTemplate.replace('{slug}', 'a')}/buildinfo`
  expect((await fetch(url)).status).toBe(502)
  await second.close()
  const third = await startChild(folder, staging)
  expect([await buildinfo(third, 'a'), await buildinfo(third, 'b')]).toEqual([sha, old])
})

it('a tenant ends by itself when its state folder is gone', async () => {
  const folder = await stateFolderForTest()
  const first = await startChild(folder, [{ slug: 'a', sha: old }])
  const [a] = await first.tenants('staging')
  await first.kill()
  await rm(folder, { recursive: true })
  await expect.poll(() => exists(a?.pid), soon).toBe(false)
})
