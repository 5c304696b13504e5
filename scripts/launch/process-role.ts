import { scryptSync } from 'node:crypto'
import { say } from '../lib/say.mjs'
import type { Database } from './database.ts'
import type { Secrets } from './secrets.ts'

/**
 * Provides the role that the processes connect as, after the migrations: it owns nothing and can only add to the audit.
 * Answers where they connect to, asked anew at every start of one. On a PostgreSQL of somebody else's it falls back on
 * the one role there is, and says what would be better; the worker's log and the audit's screen say so, too.
 */
export async function provideProcessRole(database: Database, secrets: Secrets): Promise<() => string> {
  // Loaded here: it needs Prisma's generated client.
  const { grantAppRole, provideAppRole } = await import('@rollcall/store')
  const ownerUrl = database.ownerUrl()
  if (!database.isForeign) {
    const app = { role: appRoleOf(ownerUrl), password: secrets.databasePassword }
    await provideAppRole({ ownerUrl, ...app, agreed: true })
    return () => connectedAs(database.ownerUrl(), app)
  }
  const { url } = database
  if (url() !== ownerUrl) {
    await grantAppRole({ ownerUrl, role: roleOf(url()) })
    return url
  }
  try {
    const role = appRoleOf(ownerUrl)
    const agreed = agreedPassword(ownerUrl, role)
    const password = agreed ?? secrets.databasePassword
    const made = await provideAppRole({ ownerUrl, role, password, agreed: agreed !== null })
    return () => made
  } catch (error) {
    say(
      'database',
      `${roleOf(ownerUrl)} owns the audit that it writes, because there is no other role: ${saidBy(error, ownerUrl)}\n` +
        'Better: DATABASE_URL of a role that owns nothing, and the owner in ROLLCALL_MIGRATE_URL.',
    )
    return url
  }
}

/** One for each database of a server, because roles belong to the server. */
const appRoleOf = (ownerUrl: string) => `${decodeURIComponent(new URL(ownerUrl).pathname.slice(1)).slice(0, 59)}_app`

/**
 * Follows from the owner's password, so that several machines with one DATABASE_URL agree on it without having talked;
 * null where the owner has none: then each home has its own, and the first one keeps the role.
 */
function agreedPassword(ownerUrl: string, role: string): string | null {
  const { password } = new URL(ownerUrl)
  return password ? scryptSync(password, `rollcall ${role}`, 24).toString('base64url') : null
}

function connectedAs(ownerUrl: string, { role, password }: { role: string; password: string }): string {
  const url = new URL(ownerUrl)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  return url.href
}

const roleOf = (url: string) =>
  decodeURIComponent(new URL(url).username) || process.env.PGUSER || process.env.USER || ''

function saidBy(error: unknown, url: string): string {
  const { message = 'no answer' } = error as Error
  const { password } = new URL(url)
  return password ? message.replaceAll(decodeURIComponent(password), '***') : message
}
