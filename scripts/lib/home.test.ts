import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { dataHome, makeHome } from './home.mjs'

const asRoot = process.getuid?.() === 0
const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-home-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function checkoutIn(name: string, mode: number): string {
  const checkout = path.join(folder, name, 'checkout')
  mkdirSync(checkout, { recursive: true })
  chmodSync(folder, 0o755)
  chmodSync(path.dirname(checkout), mode)
  chmodSync(checkout, 0o755)
  return checkout
}

test('data lives in the checkout', () => {
  const checkout = checkoutIn('open', 0o755)
  vi.stubEnv('ROLLCALL_HOME', '')
  expect(dataHome(checkout)).toBe(path.join(checkout, '.rollcall'))
})

test('ROLLCALL_HOME says where else', () => {
  vi.stubEnv('ROLLCALL_HOME', '/srv/rollcall')
  expect(dataHome(checkoutIn('open', 0o755))).toBe('/srv/rollcall')
})

test.runIf(asRoot)('below a folder that is closed to others, root keeps data where its database user can go', () => {
  vi.stubEnv('ROLLCALL_HOME', '')
  const one = dataHome(checkoutIn('closed', 0o700))
  expect(one).toMatch(/^\/var\/lib\/rollcall\/[0-9a-f]{12}$/)
  expect(dataHome(checkoutIn('closed-too', 0o700))).not.toBe(one)
})

test.runIf(!asRoot)('somebody who is not root is their own database user, and closed folders do not matter', () => {
  vi.stubEnv('ROLLCALL_HOME', '')
  const checkout = checkoutIn('closed', 0o700)
  expect(dataHome(checkout)).toBe(path.join(checkout, '.rollcall'))
})

test.runIf(asRoot)('what root makes can be walked through, whatever the umask', () => {
  const home = path.join(folder, 'made', 'by', 'root')
  const umask = process.umask(0o077)
  try {
    makeHome(home)
  } finally {
    process.umask(umask)
  }
  for (const dir of [home, path.dirname(home), path.dirname(path.dirname(home))]) {
    expect(statSync(dir).mode & 0o777).toBe(0o711)
  }
})
