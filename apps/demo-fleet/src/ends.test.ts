import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { freePort } from './testing/index.ts'
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

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const token = 'a-token-for-this-test'

function run(folder: string, port: number, fleets: object): ChildProcess {
  return spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      ROLLCALL_DEMO_PORT: String(port),
      ROLLCALL_DEMO_TOKEN: token,
      ROLLCALL_DEMO_STATE: folder,
      ROLLCALL_DEMO_FLEETS: JSON.stringify(fleets),
    },
  })
}
const exitOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve))

it('an orderly end stops every tenant quickly, and the next start brings them back', async () => {
  const folder = await stateFolderForTest()
  const first = await startChild(folder, [{ slug: 'a', sha: old }, 'b'])
  await redeploy(first, ['a', 'b'], sha)
  const pids = (await first.tenants('staging')).map(({ pid }) => pid)
  const startedAt = performance.now()
  await first.close()
  expect(performance.now() - startedAt).toBeLessThan(3000)
  expect(pids.some(exists)).toBe(false)
  const second = await startChild(folder, [{ slug: 'a', sha: old }, 'b'])
  expect([await buildinfo(second, 'a'), await buildinfo(second, 'b')]).toEqual([sha, sha])
})

it.each(['SIGTERM', 'SIGINT', 'the end of its parent'])(
  'ends with status 0 and without tenants on %s, also in the middle of a call',
  async (how) => {
    const folder = await stateFolderForTest()
    const port = await freePort()
    const child = run(folder, port, { staging: ['a', 'stalls-x'].map((slug) => ({ slug, sha: old })) })
    const exit = exitOf(child)
    await new Promise((resolve) => child.once('message', resolve))
    const { tenants } = JSON.parse(await readFile(join(folder, 'staging.json'), 'utf8'))
    const hanging = fetch(`http://127.0.0.1:${port}/staging/cp/admin/tenants/redeploy-fleet`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ target_tag: sha, only_slugs: ['stalls-x'] }),
    }).catch(() => {})
    await expect.poll(() => readFile(join(folder, 'staging.record.jsonl'), 'utf8'), soon).toContain('received')
    const startedAt = performance.now()
    if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals)
    else child.disconnect()
    expect(await exit).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3000)
    expect(tenants).toHaveLength(2)
    for (const { running } of tenants) expect(exists(running.pid)).toBe(false)
    await hanging
  },
)

it.runIf(process.platform === 'linux')(
  'leaves nothing behind when it is ended while its tenants are still coming up',
  async () => {
    const folder = await stateFolderForTest()
    const fleet = Array.from({ length: 12 }, (_, n) => ({ slug: `t-${n}`, sha: old }))
    const child = run(folder, await freePort(), { staging: fleet })
    const exit = exitOf(child)
    const processes = async () => {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
      return pids.filter((pid) => exists(Number(pid)) && commandOf(pid).includes(join(folder, 'tenant.cjs')))
    }
    await expect.poll(async () => (await processes()).length, soon).toBeGreaterThan(0)
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    expect(await processes()).toEqual([])
    // Nor is it forgotten what they were to run.
    const next = await startChild(folder, fleet)
    expect((await next.tenants('staging')).map(({ state, sha }) => `${state} ${sha}`)).toEqual(
      fleet.map(() => `running ${old}`),
    )
  },
)

it('ends with a clear line when the port is taken, the state folder is in use or the configuration is wrong', async () => {
  const folder = await stateFolderForTest()
  const first = await startChild(folder, [{ slug: 'a', sha: old }])
  const base = { ROLLCALL_DEMO_TOKEN: token, ROLLCALL_DEMO_STATE: folder, ROLLCALL_DEMO_PORT: String(first.port) }
  const other = { ...base, ROLLCALL_DEMO_PORT: String(await freePort()) }
  const [taken, inUse, wrong, noFleet] = await Promise.all([
    lastWords(base),
    lastWords(other),
    lastWords({ ROLLCALL_DEMO_TOKEN: 'kurz', ROLLCALL_DEMO_PORT: 'x' }),
    lastWords({ ...other, ROLLCALL_DEMO_FLEETS: '{"staging":["Not A Slug"]}' }),
  ])
  expect(taken).toMatchObject({ code: 1, said: expect.stringMatching(new RegExp(`port ${first.port} .* is taken`)) })
  expect(inUse).toMatchObject({ code: 1, said: expect.stringContaining('another control plane works on') })
  expect(wrong).toMatchObject({ code: 1, said: expect.stringMatching(/ROLLCALL_DEMO_PORT.*\n.*ROLLCALL_DEMO_TOKEN/) })
  expect(noFleet).toMatchObject({ code: 1, said: expect.stringContaining('ROLLCALL_DEMO_FLEETS') })
  for (const { said } of [taken, inUse, wrong, noFleet]) {
    expect(said).not.toMatch(/\n\s+at /)
    expect(said).not.toMatch(/a-token|kurz/)
  }
  // The one that was there first has lost nothing by it.
  expect(await buildinfo(first, 'a')).toBe(old)
})

function lastWords(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'ignore', 'pipe'] as const
    const child = spawn(process.execPath, [main], { stdio: [...stdio], env: { PATH: process.env.PATH, ...env } })
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += chunk
    })
    child.once('close', (code) => resolve({ code, said }))
  })
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
