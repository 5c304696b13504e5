import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StateFile } from './state-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('is null before anything was saved, and whole afterwards', async () => {
  const value = { n: 1 }
  const file = new StateFile(join(folder, 'x.json'), () => value)
  expect(await file.load()).toBeNull()
  await file.save()
  expect(await file.load()).toEqual({ n: 1 })
  expect(await readdir(folder)).toEqual(['x.json'])
})

it('resolves each save only when its own change is on disk, in few writes', async () => {
  let n = 0
  let reads = 0
  const path = join(folder, 'x.json')
  const file = new StateFile(path, () => {
    reads += 1
    return { n }
  })
  await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
      n += 1
      const mine = n
      await file.save()
      expect(JSON.parse(await readFile(path, 'utf8')).n).toBeGreaterThanOrEqual(mine)
    }),
  )
  expect(reads).toBeLessThan(50)
})

it('does not take a broken file for an empty one', async () => {
  await writeFile(join(folder, 'x.json'), '{"n":')
  await expect(new StateFile(join(folder, 'x.json'), () => 1).load()).rejects.toThrow()
})

it('says so when it cannot save, and saves again when it can', async () => {
  const file = new StateFile(join(folder, 'later', 'x.json'), () => 1)
  await expect(file.save()).rejects.toThrow(/ENOENT/)
  await expect(Promise.all([file.save(), file.save()])).rejects.toThrow(/ENOENT/)
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(folder, 'later'))
  await file.save()
  expect(await file.load()).toBe(1)
})
