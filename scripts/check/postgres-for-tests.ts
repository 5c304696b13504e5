import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../../packages/store/src/embedded/index.ts'

/**
 * vitest's global setup for tests that need a database: one PostgreSQL for the whole run, in a folder of its own that is
 * deleted afterwards. Its address is in TEST_DATABASE_URL; a server named there already is used instead.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined
  const home = mkdtempSync(path.join(tmpdir(), 'rollcall-test-'))
  chmodSync(home, 0o711) // root runs PostgreSQL as another user, who has to get in
  // Many test files, each with several processes and their pools, at the same time.
  // Not durable: what a power cut would lose here, nobody misses.
  const server = await startEmbeddedPostgres({ home, durable: false, graceSeconds: 0, maxConnections: 400 })
  process.env.TEST_DATABASE_URL = server.url
  return async () => {
    delete process.env.TEST_DATABASE_URL
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
