import { forgeToken } from '@rollcall/forge/testing'
import { forgeTokenVariable, token, tokenVariable, wrongTokenVariable } from './builds.ts'

export interface WorkerOptions {
  /** seconds that a drain waits for calls under way */
  grace?: number
  /** operations driven at once */
  drives?: number
}

/** The environment of a worker of the tests, as a process is given it. */
export function workerVariables(databaseUrl: string, { grace = 8, drives = 64 }: WorkerOptions) {
  return {
    DATABASE_URL: databaseUrl,
    ROLLCALL_WORKER_GRACE_SECONDS: String(grace),
    ROLLCALL_OUTBOUND_PRIVATE: '127.0.0.0/8',
    ROLLCALL_WORKER_DRIVES: String(drives),
    [tokenVariable]: token,
    [wrongTokenVariable]: 'not-the-token',
    [forgeTokenVariable]: forgeToken,
  }
}
