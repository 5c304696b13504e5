import { hostname } from 'node:os'
import { createForgeClient } from '@rollcall/forge'
import { createRedeployClient } from '@rollcall/redeploy-client'
import {
  activate,
  advanceApply,
  auditProtectionRemedy,
  beatWorker,
  type Context,
  pruneAccess,
  pruneChanges,
  pruneDeliveries,
  pruneExchanged,
  readSecretKeys,
  secretFor,
  secretNamesIn,
} from '@rollcall/services'
import { consume, holdPresence, newId, openStore } from '@rollcall/store'
import type { DriveDeps } from './deps.ts'
import { driveOperation } from './drive/drive.ts'
import { knownBuilds } from './drive/known-builds.ts'
import type { WorkerEnv } from './env.ts'
import { importFile } from './import-file.ts'
import { promoteConsumers } from './promote/consumers.ts'
import { openSealing } from './sealing.ts'
import { sweepFleet } from './sweep/sweep.ts'
import { updateConsumers } from './updates/consumers.ts'
import { webhookConsumers } from './webhooks/consumers.ts'

const activationMilliseconds = 2_000
const pruneMilliseconds = 60_000

export interface Worker {
  readonly id: string
  /** Takes no more work, lets calls under way come to an end, hands the rest over. */
  drain(): Promise<void>
}

/** Starts a worker on a migrated database. Any number of them may run, on one machine or many. */
export async function startWorker(
  env: WorkerEnv,
  options: { log: (line: string) => void; variables: NodeJS.ProcessEnv },
): Promise<Worker> {
  const { log } = options
  const reach = env.ROLLCALL_OUTBOUND_PRIVATE
  const keys = readSecretKeys(options.variables)
  const secretNames = secretNamesIn(options.variables)
  const store = await openStore({ url: env.DATABASE_URL, work: true, connections: 20 })
  const id = newId('wrk')
  const presence = await holdPresence(env.DATABASE_URL, id)
  const startedAt = new Date()
  const ctx: Context = { store, actor: { name: 'worker', via: 'worker' }, now: () => new Date(), keys }
  const client = createRedeployClient({ maxConnections: env.ROLLCALL_WORKER_PROBES, reach })
  const forge = createForgeClient({ reach })
  const deps: DriveDeps = {
    ctx,
    client,
    forge,
    driver: `${hostname()}/${process.pid}/${id}`,
    probes: env.ROLLCALL_WORKER_PROBES,
    buildOf: knownBuilds(ctx),
    secretFor: (name, ...urls) => secretFor(ctx, { keys, variables: options.variables }, name, urls),
  }
  const onError = (what: string) => (error: Error) => log(`${what}: ${lastLine(error.message)}`)
  let draining = false
  let pruneAt = startedAt
  const sealing = openSealing(ctx, log)

  const beat = async () => {
    await beatWorker(ctx, { id, startedAt, draining, secretNames })
    if (!draining) await activate(ctx)
    if (!draining && ctx.now() >= pruneAt) {
      // what is left over waits for the next time, so that a backlog never keeps the worker from its work
      await pruneChanges(ctx)
      await pruneAccess(ctx)
      await pruneDeliveries(ctx)
      await pruneExchanged(ctx)
      pruneAt = new Date(ctx.now().getTime() + pruneMilliseconds)
    }
  }
  if (env.ROLLCALL_CONFIG) await importFile(ctx, env.ROLLCALL_CONFIG, log)
  const remedy = await auditProtectionRemedy(ctx)
  if (remedy !== null) log(`audit: ${remedy}`)
  sealing.seal()
  await beat()
  let beating: Promise<void> | null = null
  const heart = setInterval(() => {
    sealing.seal()
    beating ??= beat()
      .catch(onError('activation'))
      .finally(() => {
        beating = null
      })
  }, activationMilliseconds)

  const promoting = promoteConsumers(store, { ctx, driver: deps.driver, secretFor: deps.secretFor, reach, onError })
  const consumers = [
    ...promoting.consumers,
    ...updateConsumers(ctx, onError),
    ...webhookConsumers(ctx, onError),
    consume(store, {
      name: 'apply.advance',
      concurrency: 4,
      handle: ({ applyId }) => advanceApply(ctx, applyId),
      onError: onError('apply.advance'),
    }),
    consume(store, {
      name: 'operation.drive',
      concurrency: env.ROLLCALL_WORKER_DRIVES,
      handle: ({ operationId }, signal) => driveOperation(deps, operationId, signal),
      onError: onError('operation.drive'),
    }),
    consume(store, {
      name: 'fleet.sweep',
      concurrency: 2,
      handle: ({ fleetId }, signal) => sweepFleet(deps, fleetId, signal),
      onError: onError('fleet.sweep'),
    }),
  ]

  return {
    id,
    async drain() {
      draining = true
      clearInterval(heart)
      await beating
      await beatWorker(ctx, { id, startedAt, draining }).catch(() => {})
      await Promise.all(consumers.map((consumer) => consumer.drain(env.ROLLCALL_WORKER_GRACE_SECONDS * 1000)))
      await sealing.end()
      await client.close()
      await forge.close()
      await promoting.close()
      await store.db.workerHeartbeat.deleteMany({ where: { id } }).catch(() => {})
      await presence.close()
      await store.close()
    },
  }
}

/** The libraries say where before they say what, on several lines. */
function lastLine(message: string): string {
  return message.trim().split('\n').at(-1)?.trim() || 'failed without a word'
}
