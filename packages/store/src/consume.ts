import type { JobName, Jobs } from './jobs.ts'
import type { Store } from './store.ts'

export interface ConsumeOptions<N extends JobName> {
  name: N
  /** jobs at work at once in this process */
  concurrency: number
  /** looks for jobs at least this often, hint or no hint */
  pollMilliseconds?: number
  handle: (data: Jobs[N], signal: AbortSignal) => Promise<void>
  /** `data`: the job that failed; left out when the queue itself did */
  onError?: (error: Error, data?: Jobs[N]) => void
}

export interface Consumer {
  /**
   * Takes no more jobs and asks those at work, by their signal, to end or to be handed over. Resolves when they have, or
   * after `graceMilliseconds`: those that are left over are given to somebody else, whatever becomes of them here.
   */
  drain(graceMilliseconds: number): Promise<void>
  readonly active: number
}

/**
 * Takes jobs of one queue, as many at once as there is room for, in one fetch however many there are: a worker per
 * job, as pg-boss's own `work` has it, asks the database once per worker and hint. A job that is at work is touched
 * every 3 s; when this process dies it is given to another one after 10 s.
 */
export function consume<N extends JobName>(store: Store, options: ConsumeOptions<N>): Consumer {
  const { boss } = store
  const { name, concurrency, handle } = options
  const atWork = new Map<string, { id: string; retryCount: number; stop: AbortController; done: Promise<void> }>()
  const finished: { id: string; retryCount: number }[] = []
  let draining = false
  let wanted = true
  let fetching: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null

  const unsubscribe = store.hints.subscribe(`jobs:${name}`, wake)
  const heart = setInterval(touch, 3_000)

  function wake() {
    wanted = true
    fetching ??= fetch().finally(() => {
      fetching = null
      if (draining) return
      if (wanted && atWork.size < concurrency) wake()
      else arm()
    })
  }

  function arm() {
    if (timer) clearTimeout(timer)
    timer = setTimeout(wake, options.pollMilliseconds ?? 1_000)
  }

  async function fetch() {
    await complete()
    const room = concurrency - atWork.size
    wanted = false
    if (draining || room <= 0) return
    try {
      const jobs = await boss.fetch<Jobs[N]>(name, { batchSize: room })
      if (jobs.length === room) wanted = true
      for (const job of jobs) start(job)
    } catch (error) {
      options.onError?.(error as Error)
    }
  }

  function start(job: { id: string; retryCount: number; data: Jobs[N] }) {
    const stop = new AbortController()
    const attempt = { id: job.id, retryCount: job.retryCount }
    // in a promise of its own: a handler that throws at once must not keep the rest of the batch from starting
    const done = Promise.resolve()
      .then(() => handle(job.data, stop.signal))
      .then(() => void finished.push(attempt))
      .catch(async (error: Error) => {
        if (!stop.signal.aborted) options.onError?.(error, job.data)
        await boss.fail(name, attempt, { message: error.message.slice(0, 500) }).catch(() => {})
      })
      .finally(() => {
        atWork.delete(job.id)
        wake()
      })
    atWork.set(job.id, { ...attempt, stop, done })
  }

  async function complete() {
    const batch = finished.splice(0)
    if (batch.length === 0) return
    await boss.complete(name, batch).catch((error: Error) => {
      finished.push(...batch)
      options.onError?.(error)
    })
  }

  function touch() {
    const attempts = [...atWork.values()].map(({ id, retryCount }) => ({ id, retryCount }))
    if (attempts.length > 0) boss.touch(name, attempts).catch(() => {})
  }

  wake()

  return {
    get active() {
      return atWork.size
    },
    async drain(graceMilliseconds) {
      draining = true
      unsubscribe()
      if (timer) clearTimeout(timer)
      await fetching
      for (const job of atWork.values()) job.stop.abort()
      const all = Promise.allSettled([...atWork.values()].map((job) => job.done))
      let grace: NodeJS.Timeout | null = null
      const late = new Promise<void>((resolve) => {
        grace = setTimeout(resolve, graceMilliseconds)
      })
      await Promise.race([all, late])
      if (grace) clearTimeout(grace)
      clearInterval(heart)
      if (timer) clearTimeout(timer)
      await complete()
      const left = [...atWork.values()].map(({ id, retryCount }) => ({ id, retryCount }))
      if (left.length > 0) await boss.fail(name, left, { message: 'its worker was told to end' }).catch(() => {})
    },
  }
}
