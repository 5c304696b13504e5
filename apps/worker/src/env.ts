import { type Reach, readReach } from '@rollcall/outbound'
import { z } from 'zod'

const schema = z.object({
  DATABASE_URL: z.string().min(1, 'is needed: the PostgreSQL that this worker works on'),
  /** operations driven at once by this process: they mostly wait */
  ROLLCALL_WORKER_DRIVES: z.coerce.number().int().min(1).max(1_000).default(64),
  /** tenants asked at once in a sweep */
  ROLLCALL_WORKER_PROBES: z.coerce.number().int().min(1).max(512).default(48),
  /** how long a stop waits for calls to control planes that are under way */
  ROLLCALL_WORKER_GRACE_SECONDS: z.coerce.number().min(0).max(600).default(8),
  /** ranges besides the public internet that may be connected to */
  ROLLCALL_OUTBOUND_PRIVATE: z.string().optional().transform(asReach),
  /** a rollcall.yaml that is put in force at the start, if it has changed */
  ROLLCALL_CONFIG: z.string().min(1).optional(),
})

function asReach(text: string | undefined, context: z.core.$RefinementCtx): Reach {
  try {
    return readReach(text)
  } catch (error) {
    // it names the variable itself
    const message = (error as Error).message.replace(/^ROLLCALL_OUTBOUND_PRIVATE: /, '')
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
}

export type WorkerEnv = z.output<typeof schema>

/** The worker's configuration; throws with one line per variable that is wrong. */
export function readEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const result = schema.safeParse(env)
  if (result.success) return result.data
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
}
