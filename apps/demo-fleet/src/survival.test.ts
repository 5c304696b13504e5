import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { exists as processExists } from './pids.ts'
import { type DemoFleet, freePort, startDemoFleet, type TenantState } from './testing/index.ts'

const old = 'b'.repeat(40)
const sha = 'a'.repeat(40)
const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const open: DemoFleet[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((fleet) => fleet.close().catch(() => {})))
  // Tenants that a failed test left behind end by themselves once their folder is gone.
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
})

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-survival-'))
  folders.push(path)
  return path
}
async function start(options: Parameters<typeof startDemoFleet>[0]): Promise<DemoFleet> {
  const fleet = await startDemoFleet(options)
  open.push(fleet)
  return fleet
}
const redeploy = (fleet: DemoFleet, slugs: string[], tag: string) =>
  fleet.admin('POST', '/staging/cp/admin/tenants/redeploy-fleet', { target_tag: tag, only_slugs: slugs })
const buildinfo = async (fleet: DemoFleet, slug: string) =>
  (
    (await (await fetch(`${fleet.env('staging').tenantUrlTemplate.replace('{slug}', slug)}/buildinfo`)).json()) as {
      git_sha: string
    }
  ).git_sha
const exists = (pid: number | null) => pid !== null && processExists(pid)
const identity = ({ slug, sha, pid, port, since }: TenantState) => ({ slug, sha, pid, port, since })

it('tenants outlive a control plane that was killed, and the next one takes them up where it left them', async () => {
  const stateFolder = await folder()
  const environments = { staging: [{ slug: 'a', sha: old }, { slug: 'b', sha: old }, 'c', { slug: 'gone', sha: old }] }
  const first = await start({ mode: 'child', stateFolder, environments })
  await redeploy(first, ['a'], sha)
  await first.addTenant('staging', 'added', sha)
  await first.removeTenant('staging', 'gone')
  await first.setFault('staging', 'b', 'vanishes')
  await first.putImage('staging', 'staging-latest', sha)
  await buildinfo(first, 'a')
  const before = await first.tenants('staging')
  const record = await first.record('staging')

  await first.kill()
  expect(before.filter(({ pid }) => pid !== null).every(({ pid }) => exists(pid))).toBe(true)
  const dead = before.find(({ slug }) => slug === 'b')
  process.kill(dead?.pid ?? 0, 'SIGKILL')

  const second = await start({ mode: 'child', stateFolder, environments })
  const after = await second.tenants('staging')
  expect(after.map(({ slug }) => slug)).toEqual(['a', 'b', 'c', 'added'])
  const same = (slug: string) => [after, before].map((list) => list.filter((one) => one.slug === slug).map(identity))
  for (const slug of ['a', 'c', 'added']) expect(same(slug)[0]).toEqual(same(slug)[1])
  // The dead one is back at the build it was on, as a new process.
  expect(after[1]).toMatchObject({ slug: 'b', sha: old, state: 'running', fault: 'vanishes' })
  expect(after[1]?.pid).not.toBe(dead?.pid)
  expect(await second.record('staging')).toEqual(record)
  expect(await buildinfo(second, 'a')).toBe(sha)
  expect(await buildinfo(second, 'b')).toBe(old)
  // What it was last seen with is remembered too: only b is news.
  expect(await second.record('staging', record.at(-1)?.seq)).toMatchObject([{ kind: 'served', slug: 'b', sha: old }])
  expect(await second.admin('GET', '/staging/admin/images')).toEqual({ items: [{ tag: 'staging-latest', sha }] })

  // An adopted tenant is replaced and stopped like any other.
  await redeploy(second, ['a'], old)
  expect(await buildinfo(second, 'a')).toBe(old)
  await expect.poll(() => exists(before[0]?.pid ?? null)).toBe(false)
  const pids = (await second.tenants('staging')).map(({ pid }) => pid)
  await second.close()
  expect(pids.some(exists)).toBe(false)
})

it('does not take another program for its tenant because it has the port or the pid', async () => {
  const stateFolder = await folder()
  const environments = {
    staging: [
      { slug: 'a', sha: old },
      { slug: 'b', sha: old },
    ],
  }
  const first = await start({ mode: 'child', stateFolder, environments })
  const [a, b] = await first.tenants('staging')
  await first.kill()
  // As if the ports and pids had been handed out anew: each is noted where the other one is.
  const file = join(stateFolder, 'staging.json')
  const saved = JSON.parse(await readFile(file, 'utf8'))
  const [one, two] = saved.tenants
  ;[one.running.port, two.running.port] = [two.running.port, one.running.port]
  one.running.pid = process.pid
  await writeFile(file, JSON.stringify(saved))

  const second = await start({ mode: 'child', stateFolder, environments })
  const after = await second.tenants('staging')
  expect(after.map(({ state, sha }) => [state, sha])).toEqual([
    ['running', old],
    ['running', old],
  ])
  for (const tenant of after) expect([a?.pid, b?.pid, process.pid]).not.toContain(tenant.pid)
  expect(await buildinfo(second, 'a')).toBe(old)
  for (const pid of [a?.pid, b?.pid]) if (pid) process.kill(pid, 'SIGKILL')
})

it('clears away a new build that was coming up when the control plane was killed', async () => {
  const stateFolder = await folder()
  const environments = { staging: [{ slug: 'unhealthy-a', sha: old }] }
  const first = await start({ mode: 'child', stateFolder, environments, timing: { healthSeconds: 60 } })
  const call = redeploy(first, ['unhealthy-a'], sha).catch(() => {})
  const candidateOf = async () =>
    JSON.parse(await readFile(join(stateFolder, 'staging.json'), 'utf8')).tenants[0].candidate
  await expect.poll(candidateOf).not.toBeNull()
  const { port } = await candidateOf()
  const health = async () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      (answer) => answer.json() as Promise<{ pid: number }>,
      () => null,
    )
  await expect.poll(health).not.toBeNull()
  const pid = (await health())?.pid ?? null
  await first.kill()
  await call
  expect(exists(pid)).toBe(true)

  const second = await start({ mode: 'child', stateFolder, environments })
  await expect.poll(() => exists(pid)).toBe(false)
  expect(await buildinfo(second, 'unhealthy-a')).toBe(old)
  const received = (await second.record('staging')).filter((item) => item.kind === 'received')
  expect(received).toMatchObject([{ slugs: ['unhealthy-a'], tag: sha, sha }])
})

it('an orderly end stops every tenant quickly, and the next start brings them back', async () => {
  const stateFolder = await folder()
  const environments = { staging: [{ slug: 'a', sha: old }, 'b'] }
  const first = await start({ mode: 'child', stateFolder, environments })
  await redeploy(first, ['a', 'b'], sha)
  const pids = (await first.tenants('staging')).map(({ pid }) => pid)
  const startedAt = performance.now()
  await first.close()
  expect(performance.now() - startedAt).toBeLessThan(3000)
  expect(pids.some(exists)).toBe(false)
  const second = await start({ mode: 'child', stateFolder, environments })
  expect([await buildinfo(second, 'a'), await buildinfo(second, 'b')]).toEqual([sha, sha])
})

it.each(['SIGTERM', 'SIGINT', 'the end of its parent'])(
  'ends with status 0 and without tenants on %s, also in the middle of a call',
  async (how) => {
    const stateFolder = await folder()
    const port = await freePort()
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: {
        PATH: process.env.PATH,
        ROLLCALL_DEMO_PORT: String(port),
        ROLLCALL_DEMO_TOKEN: 'a-token-for-this-test',
        ROLLCALL_DEMO_STATE: stateFolder,
        ROLLCALL_DEMO_FLEETS: JSON.stringify({
          staging: [
            { slug: 'a', sha: old },
            { slug: 'stalls-x', sha: old },
          ],
        }),
      },
    })
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.once('message', resolve))
    const tenants = JSON.parse(await readFile(join(stateFolder, 'staging.json'), 'utf8')).tenants as {
      running: { pid: number }
    }[]
    const hanging = fetch(`http://127.0.0.1:${port}/staging/cp/admin/tenants/redeploy-fleet`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token-for-this-test' },
      body: JSON.stringify({ target_tag: sha, only_slugs: ['stalls-x'] }),
    }).catch(() => {})
    await expect.poll(() => readFile(join(stateFolder, 'staging.record.jsonl'), 'utf8')).toContain('received')
    const startedAt = performance.now()
    if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals)
    else child.disconnect()
    expect(await exit).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3000)
    expect(tenants.some(({ running }) => exists(running.pid))).toBe(false)
    await hanging
  },
)

it('ends with a clear line when the port is taken, the state folder is in use or the configuration is wrong', async () => {
  const stateFolder = await folder()
  const first = await start({ mode: 'child', stateFolder, environments: { staging: [{ slug: 'a', sha: old }] } })
  const run = (env: Record<string, string>) =>
    new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = spawn(process.execPath, [main], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env.PATH, ...env },
      })
      let said = ''
      child.stderr.on('data', (chunk) => {
        said += chunk
      })
      child.once('close', (code) => resolve({ code, said }))
    })
  const token = 'a-token-for-this-test'
  const base = { ROLLCALL_DEMO_TOKEN: token, ROLLCALL_DEMO_STATE: stateFolder, ROLLCALL_DEMO_PORT: String(first.port) }
  const other = { ...base, ROLLCALL_DEMO_PORT: String(await freePort()) }
  const [taken, folderInUse, wrong, noFleet] = await Promise.all([
    run(base),
    run(other),
    run({ ROLLCALL_DEMO_TOKEN: 'kurz', ROLLCALL_DEMO_PORT: 'x' }),
    run({ ...other, ROLLCALL_DEMO_FLEETS: '{"staging":["Not A Slug"]}' }),
  ])
  expect(taken).toMatchObject({ code: 1, said: expect.stringMatching(new RegExp(`port ${first.port} .* is taken`)) })
  expect(folderInUse).toMatchObject({ code: 1, said: expect.stringContaining('another control plane works on') })
  expect(wrong).toMatchObject({ code: 1, said: expect.stringMatching(/ROLLCALL_DEMO_PORT.*\n.*ROLLCALL_DEMO_TOKEN/) })
  expect(noFleet).toMatchObject({ code: 1, said: expect.stringContaining('ROLLCALL_DEMO_FLEETS') })
  for (const { said } of [taken, folderInUse, wrong, noFleet]) {
    expect(said).not.toMatch(/\n\s+at /)
    expect(said).not.toMatch(/a-token|kurz/)
  }
  // The one that was there first has lost nothing by it.
  expect(await buildinfo(first, 'a')).toBe(old)
})

it('a tenant ends by itself when its state folder is gone', async () => {
  const stateFolder = await folder()
  const first = await start({ mode: 'child', stateFolder, environments: { staging: [{ slug: 'a', sha: old }] } })
  const [tenant] = await first.tenants('staging')
  await first.kill()
  open.splice(0)
  await rm(stateFolder, { recursive: true })
  expect(existsSync(stateFolder)).toBe(false)
  await expect.poll(() => exists(tenant?.pid ?? null), { timeout: 8000 }).toBe(false)
})
