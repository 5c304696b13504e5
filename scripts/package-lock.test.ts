import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { checkout } from './lib/checkout.mjs'

interface Entry {
  version?: string
  resolved?: string
  link?: boolean
  optionalDependencies?: Record<string, string>
}

const lock = JSON.parse(readFileSync(path.join(checkout, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>
}
const entries = Object.entries(lock.packages)

// npm leaves them out when it writes a lock file beside an installed node_modules, and then `npm ci` refuses the file.
test('the lock file names the packages of every platform, not only of the one it was written on', () => {
  const named = new Set(entries.map(([key]) => key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)))
  const wanted = entries.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}))
  expect(wanted.filter((name) => !named.has(name))).toEqual([])
})

test('the lock file fetches from the public registry and from nowhere else', () => {
  const elsewhere = entries
    .filter(([, entry]) => !entry.link && entry.resolved && !entry.resolved.startsWith('https://registry.npmjs.org/'))
    .map(([key]) => key)
  expect(elsewhere).toEqual([])
})
