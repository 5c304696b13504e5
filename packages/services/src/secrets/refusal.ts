import type { Reader } from '../context.ts'

/** The one sentence about an origin that a secret is not bound to: screens and the worker say it alike. */
export async function notAllowed(db: Reader, name: string, origin: string, bound: readonly string[]): Promise<string> {
  const may = `${name} may not be sent to ${origin}`
  if (bound.length > 0) return `${may}: it was given for ${several(bound)}; allow it under Secrets.`
  const left = await lastLeft(db, name)
  return left === null
    ? `${may}: nobody has said where it may be sent; allow it under Secrets.`
    : `${may}: it was given for ${left}; set it anew for this address, or allow it, under Secrets.`
}

export const notSet = (name: string): string =>
  `${name} is not set: set it under Secrets, or give the worker a variable of that name.`

/** Of a variable only: what is set under Secrets is looked at there. Its value is not repeated. */
export function notSendable(name: string, value: string): string {
  const why = /[\r\n]$/.test(value)
    ? 'ends in a line end, as what is read from a file does'
    : 'holds blanks, control characters or letters that cannot be sent'
  return `${name} of the worker's process ${why}: give the variable its value without them, or set it under Secrets.`
}

export const notReadable = (name: string): string =>
  `${name} is stored, and the worker cannot read it: give it the key that it was stored with (ROLLCALL_SECRET_KEY_PREVIOUS), or set it anew under Secrets.`

function several(origins: readonly string[]): string {
  const shown = origins.slice(0, 3).join(', ')
  return origins.length > 3 ? `${shown} and ${origins.length - 3} more` : shown
}

/** What it was bound to before it was bound to nothing: only the audit remembers. */
async function lastLeft(db: Reader, name: string): Promise<string | null> {
  const row = await db.auditEntry.findFirst({
    where: { subjectType: 'secret', subjectId: name, action: 'secret.unbind' },
    orderBy: { id: 'desc' },
  })
  const origin = (row?.before as { origin?: unknown } | null)?.origin
  return typeof origin === 'string' ? origin : null
}
