import type { Context } from '../index.ts'

/** What verbs are asked about in a test of their input. */
export interface Given {
  environment: string
  applyId: string
  sha: string
}

export type Verbs = Record<
  string,
  { verb: (ctx: Context, input: unknown) => Promise<unknown>; good: () => Record<string, unknown> }
>

/** field, what is given for it, field that is named in the refusal */
export type BadFields = [string, unknown, string][]

export const firstOf = (watch: AsyncIterable<unknown>) => watch[Symbol.asyncIterator]().next()
