import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../../../packages/store/src/embedded/index.ts'

/** The server that TEST_DATABASE_URL names, or one of our own for as long as `work` runs; it writes as durably as in use. */
export async function withPostgres(work: () => Promise<void>): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return work()
  const home = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'))
  const server = await startEmbeddedPostgres({ home, graceSeconds: 0 })
  process.env.TEST_DATABASE_URL = server.url
  try {
    await work()
  } finally {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
