import { asText, type Line, notSent } from '@rollcall/outbound'
import type { z } from 'zod'
import { apiBase, type ForgeAccess, headersFor } from './access.ts'
import { type ForgeReading, readAnswer } from './answers.ts'

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

export function asker(line: Line): Asker {
  return async (forge, { about, method = 'GET', path, query = {}, body, shape, timeoutMs, signal }) => {
    const url = apiBase(forge)
    // Beyond 2^31-1 a Node timer fires at once instead of late.
    if (!(timeoutMs > 0 && timeoutMs <= 2_147_483_647))
      throw new TypeError('timeoutMs must be between 1 and 2147483647')
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`
    url.search = new URLSearchParams(query).toString()
    const token = typeof forge.token === 'string' ? forge.token : await forge.token()
    if (typeof token !== 'string') {
      const refused = notSent({ code: 'other', message: token.refusal })
      return readAnswer(asText(refused), shape, about, [])
    }
    const headers = headersFor(forge.kind, token)
    const answer = await line.ask({
      url,
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs,
      maxBytes,
      signal,
      secrets: [token],
    })
    return readAnswer(asText(answer), shape, about, [token])
  }
}
