import { codesOf, DoorError, faultOf } from './faults.ts'
import { logFailure } from './log.ts'

/** A database that is gone fails every request in the same way: the log says so, and stays readable. */
const againMs = 5_000
const mostCauses = 100
const toldAt = new Map<string, number>()

/**
 * Writes down what broke where the one who asked is told nothing of it: what nobody foresaw each time, what is not there
 * right now once per cause and five seconds, under the id of the first request that met it. What was refused on purpose
 * has been told already.
 */
export function logCause(requestId: string, where: string, error: unknown, nowMs = performance.now()): void {
  const { code } = faultOf(error)
  if (code === 'internal') logFailure(requestId, where, error)
  if (code !== 'unavailable' || error instanceof DoorError) return
  const cause = codesOf(error).join(' ')
  const told = toldAt.get(cause)
  if (told !== undefined && nowMs - told < againMs) return
  if (toldAt.size >= mostCauses) toldAt.clear()
  toldAt.set(cause, nowMs)
  logFailure(requestId, where, error)
}
