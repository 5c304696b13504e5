import type { LeakFinder } from '@rollcall/services/testing'
import type { Answer } from './line.ts'

/** What no answer may hold: where the code lies, how it got there, and what was asked of the database. */
const insides: readonly [RegExp, string][] = [
  [/\n\s+at .{0,200}[:(]\d+:\d+/, 'a stack trace'],
  [/\.(?:ts|mjs|js):\d+:\d+/, 'a place in the code'],
  [/node_modules|file:\/\/\/work|\/apps\/web\/|\/packages\//, 'a path of the code'],
  [
    /prisma|pg_catalog|postgres(?:ql)?:\/\/|\bSQLSTATE\b|relation \\?"|column \\?"|syntax error at/i,
    'words of the database',
  ],
  [/\b(?:select|insert|update|delete)\b.{1,200}\b(?:from|into|set|where)\b.{1,80}\$\d/i, 'a statement'],
  [/\bE(?:CONNREFUSED|NOENT|ACCES)\b/, 'an error of the system'],
]

/** What we call the server in every request that is not about the host: nobody may repeat it. */
export const statedHost = 'a-host-that-nobody-repeats.test'

const title = /^[ -~]+$/

/** Everything that is wrong with an answer; empty: nothing. */
export function complaintsAbout(answer: Answer, leaksIn: LeakFinder): string[] {
  const { status, headers, head, body } = answer
  const wrong: string[] = []
  if (status >= 500 || Number.isNaN(status)) wrong.push(`status ${status}`)
  if (!title.test(headers['x-request-id'] ?? '')) wrong.push('no x-request-id')
  if (headers['x-content-type-options'] !== 'nosniff') wrong.push('no nosniff')
  if (headers['x-frame-options'] !== 'DENY') wrong.push('can be framed')
  if (!headers['content-security-policy']?.includes("default-src 'none'")) wrong.push('no content-security-policy')
  if (headers['x-powered-by'] !== undefined || headers.server !== undefined) wrong.push('says what it is made with')
  const text = body.toString('utf8')
  if (status >= 400 && !headers['content-type']?.startsWith('text/html')) {
    for (const [pattern, what] of insides) if (pattern.test(text)) wrong.push(`${what} in the body`)
  }
  if (text.includes(statedHost) || head.includes(statedHost)) wrong.push('repeats the host that it was called')
  for (const name of leaksIn(`${head}\n${text}`)) wrong.push(`LEAKS ${name}`)
  return wrong
}
