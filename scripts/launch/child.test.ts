import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { processIdentity } from '../lib/process-identity.mjs'
import { Child } from './child.ts'
import { ChildRecord, endProcessesNaming } from './orphans.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-child-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let said: string[] = []
beforeEach(() => {
  said = []
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)))
})

const children: Child[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill()
    await child.stop()
  }
})

let count = 0
function homeWith(program: string): { home: string; file: string } {
  const home = mkdtempSync(path.join(folder, `${++count}-`))
  const file = path.join(home, 'program.mjs')
  writeFileSync(file, program)
  return { home, file }
}

function keep(program: string, { exitSeconds = 5, onGivenUp = () => {} } = {}) {
  const { home, file } = homeWith(program)
  const spec = { name: 'probe', args: [file], cwd: home, env: () => ({}), exitSeconds }
  const child = new Child(spec, { home, record: new ChildRecord(home), onGivenUp, backoffMs: [1, 1, 1, 1] })
  children.push(child)
  child.start()
  const log = () => (existsSync(child.logFile) ? readFileSync(child.logFile, 'utf8') : '')
  return { child, home, log }
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 25_000
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`)
    await delay(20)
  }
}

const pids = (log: string) => [...log.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid))
const gone = (pid: number) => processIdentity(pid) === null

describe('a child of the launcher', () => {
  test('is started again when it is killed', async () => {
    const { log } = keep(`console.log('pid ' + process.pid); setInterval(() => {}, 1000)`)
    await until('the first life', () => pids(log()).length === 1)
    process.kill(pids(log())[0] ?? 0, 'SIGKILL')
    await until('the second life', () => pids(log()).length === 2)
    expect(said.join('\n')).toContain('ended (SIGKILL): started again in')
  })

  test('is given up after five deaths in a row, with what it said last', async () => {
    const onGivenUp = vi.fn()
    const { child } = keep(`console.log('no such table'); process.exit(3)`, { onGivenUp })
    await until('it is given up', () => onGivenUp.mock.calls.length > 0)
    expect(child.isRunning).toBe(false)
    expect(said.join('\n')).toMatch(/ended 5 times right after its start \(exit code 3\)(.|\n)*no such table/)
  })

  test('is asked to end, and what it says while ending is kept', async () => {
    const { child, log } = keep(`
      process.on('SIGTERM', () => setTimeout(() => { console.log('drained'); process.exit(0) }, 50))
      console.log('pid ' + process.pid)
      setInterval(() => {}, 1000)`)
    await until('it runs', () => pids(log()).length === 1)
    await child.stop()
    expect(log()).toContain('drained')
    expect(gone(pids(log())[0] ?? 0)).toBe(true)
  })

  test('is ended when it does not manage to end in time, together with what it has started', async () => {
    const { child, log } = keep(
      `
      import { spawn } from 'node:child_process'
      console.log('pid ' + spawn('sleep', ['60']).pid)
      console.log('pid ' + process.pid)
      process.on('SIGTERM', () => {})
      setInterval(() => {}, 1000)`,
      { exitSeconds: 0.3 },
    )
    await until('it runs', () => pids(log()).length === 2)
    await child.stop()
    await until('both are gone', () => pids(log()).every(gone))
  })

  test('ends at once when it is asked before it has finished starting', async () => {
    const { child, home } = keep(`
      import { writeFileSync } from 'node:fs'
      writeFileSync('started', '')
      await new Promise((resolve) => setTimeout(resolve, 60_000))`)
    await until('it runs', () => existsSync(path.join(home, 'started')))
    const askedAt = Date.now()
    await child.stop()
    expect(Date.now() - askedAt).toBeLessThan(3_000)
  })
})

/** A launcher in a process of its own, so that it can be killed. */
function launcherWith(program: string): { home: string; launcher: ChildProcess } {
  const { home, file } = homeWith(program)
  const script = `
    const { Child } = await import(${JSON.stringify(import.meta.resolve('./child.ts'))})
    const { ChildRecord } = await import(${JSON.stringify(import.meta.resolve('./orphans.ts'))})
    const home = ${JSON.stringify(home)}
    const spec = { name: 'probe', args: [${JSON.stringify(file)}], cwd: home, env: () => ({}), exitSeconds: 5 }
    new Child(spec, { home, record: new ChildRecord(home), onGivenUp() {} }).start()`
  const launcher = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  return { home, launcher }
}

describe('when the launcher is killed', () => {
  const pidIn = (home: string) => {
    const file = path.join(home, 'logs/probe.log')
    return existsSync(file) ? (pids(readFileSync(file, 'utf8'))[0] ?? 0) : 0
  }

  test('its children end by themselves', async () => {
    const { home, launcher } = launcherWith(`console.log('pid ' + process.pid); setInterval(() => {}, 1000)`)
    await until('the child runs', () => pidIn(home) > 0)
    launcher.kill('SIGKILL')
    await until('the child has ended', () => gone(pidIn(home)))
  })

  test('one that does not is found and ended by the next start', async () => {
    const { home, launcher } = launcherWith(`
      process.removeAllListeners('disconnect')
      process.on('SIGTERM', () => {})
      console.log('pid ' + process.pid)
      setInterval(() => {}, 1000)`)
    await until('the child runs', () => pidIn(home) > 0)
    launcher.kill('SIGKILL')
    await until('the launcher has ended', () => launcher.signalCode !== null)
    expect(gone(pidIn(home))).toBe(false)
    expect(await new ChildRecord(home).endOrphans(200)).toEqual(['probe'])
    await until('the child has ended', () => gone(pidIn(home)))
  })

  test('a recorded pid that now belongs to another process is left alone', async () => {
    const { home } = homeWith('')
    const stranger = spawn('sleep', ['60'])
    writeFileSync(
      path.join(home, 'children.json'),
      JSON.stringify([{ name: 'x', pid: stranger.pid, identity: 'another life' }]),
    )
    expect(await new ChildRecord(home).endOrphans(200)).toEqual([])
    expect(gone(stranger.pid ?? 0)).toBe(false)
    stranger.kill('SIGKILL')
  })

  test('a program that was meant to outlive its starter is found by the folder it names', async () => {
    const { home, file } = homeWith(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`)
    const tenant = spawn(process.execPath, [file], { detached: true, stdio: 'ignore' })
    const ended = new Promise((resolve) => tenant.once('exit', resolve))
    const reader = spawn('tail', ['-f', file], { stdio: 'ignore' })
    expect(await endProcessesNaming(`${home}-of-another`)).toBe(0)
    expect(await endProcessesNaming(home)).toBe(1)
    await ended
    expect(gone(reader.pid ?? 0)).toBe(false)
    reader.kill('SIGKILL')
  })
})
