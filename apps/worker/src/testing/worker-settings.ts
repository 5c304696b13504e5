import { forgeToken } from '@rollcall/forge/testing'
import { forgeTokenVariable, token, tokenVariable, wrongTokenVariable } from './builds.ts'

/** What the workers of the tests read stored secrets with. */
export const secretKey = Buffer.alloc(32, 7).toString('base64')

/** The account of registries that want one, and the variables that have it. */
export const registryAccount = { username: 'demo-user', password: 'planted-Passw0rd-5a4b3c2d1e' }
export const registryVariables = { user: 'ROLLCALL_REGISTRY_TEST_USER', password: 'ROLLCALL_REGISTRY_TEST_PASSWORD' }

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
    ROLLCALL_SECRET_KEY: secretKey,
    [registryVariables.user]: registryAccount.username,
    [registryVariables.password]: registryAccount.password,
    [tokenVariable]: token,
    [wrongTokenVariable]: 'not-the-token',
    [forgeTokenVariable]: forgeToken,
  }
}
