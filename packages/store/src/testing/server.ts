import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../embedded/index.ts'

/**
 * For benches, which run without `npm test`: the server that TEST_DATABASE_URL names, or one in a folder of its own for
 * as long as `work` runs. It writes as durably as in use, because that is part of what is measured.
 */
export async function withServer(work: () => Promise<void>): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return work()
  const home = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'))
  // root runs PostgreSQL as another user, who has to get in
  chmodSync(home, 0o711)
  const server = await startEmbeddedPostgres({ home, graceSeconds: 0 })
  process.env.TEST_DATABASE_URL = server.url
  try {
    await work()
  } finally {
    delete process.env.TEST_DATABASE_URL
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
