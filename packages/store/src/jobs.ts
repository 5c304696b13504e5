import { type Db, PgBoss, type Queue } from 'pg-boss'

/**
 * The jobs. A job carries an id, never news: its handler reads the facts again, so a job that is lost, repeated
 * or late does no harm; the worker's periodic activation finds what was lost.
 */
export interface Jobs {
  'apply.advance': { applyId: string }
  'operation.drive': { operationId: string }
  'fleet.sweep': { fleetId: string }
  'delivery.handle': { deliveryId: string }
  'update.deploy': { updateId: string }
  'promotion.decide': { sha: string }
  'promotion.drive': { promotionId: string }
  'tags.watch': { imageSet: string }
}
export type JobName = keyof Jobs

/** One more waits in line at most, and what a killed worker had in its hands is not missing for long. */
const soon = {
  policy: 'short',
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  expireInSeconds: 120,
  heartbeatSeconds: 10,
} as const

const queues = {
  // short: at most one advance per apply waits in line, whatever is sent
  'apply.advance': {
    policy: 'short',
    retryLimit: 20,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    expireInSeconds: 60,
    // without it, the step that a killed worker had in its hands would be missing until it expires
    heartbeatSeconds: 10,
  },
  // exclusive: one driver per attempt, waiting or at work. A driver that stops its heartbeat is replaced.
  'operation.drive': {
    policy: 'exclusive',
    retryLimit: 1_000,
    retryDelay: 1,
    expireInSeconds: 4 * 3600,
    heartbeatSeconds: 10,
  },
  'fleet.sweep': { policy: 'exclusive', retryLimit: 0, expireInSeconds: 1800, heartbeatSeconds: 20 },
  'delivery.handle': { ...soon, retryLimit: 20 },
  'update.deploy': { ...soon, retryLimit: 20 },
  'promotion.decide': { ...soon, retryLimit: 20 },
  // exclusive: one driver per promotion, waiting or at work
  'promotion.drive': {
    policy: 'exclusive',
    retryLimit: 1_000,
    retryDelay: 1,
    expireInSeconds: 3600,
    heartbeatSeconds: 10,
  },
  'tags.watch': { policy: 'exclusive', retryLimit: 0, expireInSeconds: 600, heartbeatSeconds: 20 },
} satisfies Record<JobName, Omit<Queue, 'name'>>

/** Finished jobs say nothing that the operations do not say: kept for ten minutes. */
const deleteAfterSeconds = 600

/** Installs pg-boss's own tables and our queues. Called while migrating, never at run time. */
export async function installQueues(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, max: 2, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  try {
    for (const [name, options] of Object.entries(queues)) {
      const wanted = { ...options, deleteAfterSeconds }
      if (await boss.getQueue(name)) {
        const { policy: _fixed, ...changeable } = wanted
        await boss.updateQueue(name, changeable)
      } else await boss.createQueue(name, wanted)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
}

/** `work`: this process takes jobs and looks after those whose worker died. Otherwise it only sends. */
export async function startBoss(url: string, work: boolean): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    max: work ? 6 : 2,
    application_name: 'rollcall jobs',
    migrate: false,
    createSchema: false,
    schedule: false,
    supervise: work,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 60,
  })
  boss.on('error', (error) => console.error(`jobs: ${error.message}`))
  try {
    await boss.start()
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {})
    throw error
  }
  return boss
}

/** What is to be sent when the transaction commits. `key`: two waiting jobs of one key are one. */
export interface Sending<N extends JobName = JobName> {
  name: N
  data: Jobs[N]
  key: string
  startAfter?: Date
}

/** Sends inside the caller's transaction: the jobs exist if and only if what they are about exists. */
export async function sendJobs(boss: PgBoss, db: Db | undefined, sendings: readonly Sending[]): Promise<void> {
  const byName = Map.groupBy(sendings, (sending) => sending.name)
  for (const [name, group] of byName) {
    await boss.insert(
      name,
      group.map(({ data, key, startAfter }) => ({ data, singletonKey: key, ...(startAfter ? { startAfter } : {}) })),
      db ? { db } : {},
    )
  }
}

/** Takes jobs that are at work away from whoever has them; what their handler still does is fenced by the facts. */
export async function withdrawJobs(boss: PgBoss, name: JobName, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const jobs = await boss.findJobs(name, { key })
    const atWork = jobs.filter(({ state }) => state === 'active')
    if (atWork.length > 0)
      await boss.deleteJob(
        name,
        atWork.map(({ id, retryCount }) => ({ id, retryCount })),
      )
  }
}
