import { type DriveRow, newId, takeAttempt } from '@rollcall/store'
import type { Context } from '../context.ts'

/** What a driver knows of its attempt; its token stands in every write. */
export type Attempt = DriveRow

/** Takes over the open attempt of a running operation; null when there is nothing to drive any more. */
export function takeOperation(ctx: Context, operationId: string, driver: string): Promise<Attempt | null> {
  return takeAttempt(ctx.store, operationId, newId('att'), driver, ctx.now())
}
