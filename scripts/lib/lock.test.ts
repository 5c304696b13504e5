import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { lockHolder, takeLock, waitForLock } from './lock.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const others: ChildProcess[] = []
afterEach(() => {
  for (const other of others) other.kill('SIGKILL')
})

let count = 0
const freshFile = () => path.join(folder, `${++count}.lock`)

/** Another process that tries to take the lock once told to; answers whether it has it, and keeps it until it is killed. */
function another(file: string) {
  const script = `
    const { takeLock } = await import(${JSON.stringify(import.meta.resolve('./lock.mjs'))})
    process.once('message', () => process.send(takeLock(${JSON.stringify(file)}).holder === null))
    process.send('here')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  others.push(child)
  const next = () => new Promise<unknown>((resolve) => child.once('message', resolve))
  const here = next()
  return {
    child,
    async take(): Promise<boolean> {
      await here
      const answer = next()
      child.send('take')
      return (await answer) as boolean
    },
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

test('a lock that is taken names who has it, and what they noted', () => {
  const file = freshFile()
  const mine = takeLock(file)
  expect(mine.holder).toBeNull()
  mine.note({ url: 'http://127.0.0.1:3000' })
  expect(takeLock(file).holder).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:3000' })
  mine.release()
  expect(lockHolder(file)).toBeNull()
})

test('the lock of a process that was killed is taken over', async () => {
  const file = freshFile()
  const other = another(file)
  expect(await other.take()).toBe(true)
  expect(takeLock(file).holder?.pid).toBe(other.child.pid)
  await end(other.child)
  expect(takeLock(file).holder).toBeNull()
})

test('a pid that now belongs to another process does not keep a lock', () => {
  const file = freshFile()
  writeFileSync(file, JSON.stringify({ pid: process.ppid, identity: 'another life', since: '' }))
  expect(lockHolder(file)).toBeNull()
  expect(takeLock(file).holder).toBeNull()
})

test('a lock file that cannot be read is no lock', () => {
  const file = freshFile()
  writeFileSync(file, '{"pid": 12')
  expect(takeLock(file).holder).toBeNull()
})

test('of many who find the same stale lock, one gets it', async () => {
  const file = freshFile()
  writeFileSync(file, JSON.stringify({ pid: 1, identity: 'another life', since: '' }))
  const answers = await Promise.all(Array.from({ length: 8 }, () => another(file).take()))
  expect(answers.filter(Boolean)).toHaveLength(1)
  expect(readdirSync(folder).filter((name) => name.startsWith(path.basename(file)))).toEqual([path.basename(file)])
})

test('who waits for a lock is told once whom for, and gets it when it is released', async () => {
  const file = freshFile()
  const other = another(file)
  await other.take()
  const told: number[] = []
  const waiting = waitForLock(file, ({ pid }) => told.push(pid))
  await end(other.child)
  expect((await waiting).holder).toBeNull()
  expect(told).toEqual([other.child.pid])
})
