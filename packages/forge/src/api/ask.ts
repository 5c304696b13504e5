import type { Guard } from '@rollcall/outbound'
import type { Agent } from 'undici'
import type { z } from 'zod'
import { apiBase, type ForgeAccess, headersFor } from './access.ts'
import { type ForgeReading, readAnswer } from './answers.ts'
import { exchange } from './exchange.ts'

/** What every question to a forge goes through. */
export type Asker = <S extends z.ZodType>(
  forge: ForgeAccess,
  question: ForgeQuestion<S>,
) => Promise<ForgeReading<z.infer<S>>>

export interface ForgeQuestion<S extends z.ZodType> {
  /** Names the question in messages. */
  about: string
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string>
  body?: unknown
  shape: S
  timeoutMs: number
  signal?: AbortSignal | undefined
}

const maxBytes = 8 * 1024 * 1024

export function asker(agent: Agent, guard: Guard, userAgent: string): Asker {
  return async (forge, { about, method = 'GET', path, query = {}, body, shape, timeoutMs, signal }) => {
    const base = apiBase(forge)
    const headers = headersFor(forge, userAgent)
    // Beyond 2^31-1 a Node timer fires at once instead of late.
    if (!(timeoutMs > 0 && timeoutMs <= 2_147_483_647))
      throw new TypeError('timeoutMs must be between 1 and 2147483647')
    const search = new URLSearchParams(query).toString()
    const answer = await exchange({
      dispatcher: agent,
      refusal: guard.refusal(base),
      origin: base.origin,
      path: `${base.pathname.replace(/\/$/, '')}${path}${search === '' ? '' : `?${search}`}`,
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs,
      maxBytes,
      signal,
      secrets: [forge.token],
    })
    return readAnswer(answer, shape, about, [forge.token])
  }
}
