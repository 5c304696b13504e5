import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { currentConfiguration } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importFile } from './import-file.ts'

let world: TestWorld
let folder: string
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-file-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await world.drop()
})

test('a file is put in force at the start; one that is wrong or gone is told, and what was in force stays', async () => {
  const file = path.join(folder, 'rollcall.yaml')
  const logged: string[] = []
  const start = async (text: string) => {
    await writeFile(file, text)
    await importFile(world.ctx, file, (line) => logged.push(line))
  }
  await start('gates: [{ name: main, suite: e2e }]')
  await start('gates: [{ name: main, suite: e2e }]')
  await start('gates:\n  - { name: main, suit: e2e }\n')
  await importFile(world.ctx, path.join(folder, 'none.yaml'), (line) => logged.push(line))
  expect(logged).toEqual([
    `${file} is in force; fields that changed: 1`,
    `${file} has not changed`,
    `${file} was not imported, and what was in force before stays: gates[0].suit: unknown key; did you mean "suite"?`,
    '  line 2: gates[0].suit: unknown key; did you mean "suite"? (Call it suite, or leave it out.)',
    expect.stringContaining('ENOENT'),
  ])
  const { gates } = await currentConfiguration(world.store.db)
  expect(gates).toEqual([{ name: 'main', contexts: [], suite: 'e2e' }])
})
