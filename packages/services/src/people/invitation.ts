import { newId, type Tx } from '@rollcall/store'
import type { Context } from '../context.ts'
import type { Iso } from '../views.ts'
import { hashOfLink, newLinkSecret } from './link-secret.ts'

const invitationHours = 24

/** What is shown once: the secret stands behind the # of the link and reaches no log. */
export interface Link {
  secret: string
  expiresAt: Iso
}

/** A link with which a person chooses a password; the ones before it are void. */
export async function writeInvitation(tx: Tx, ctx: Context, userId: string): Promise<Link> {
  const secret = newLinkSecret()
  const at = ctx.now()
  const expiresAt = new Date(at.getTime() + invitationHours * 3_600_000)
  await tx.db.invitation.deleteMany({ where: { userId, usedAt: null } })
  await tx.db.invitation.create({
    data: {
      id: newId('inv', at.getTime()),
      userId,
      hash: hashOfLink(secret),
      expiresAt,
      createdAt: at,
      createdBy: ctx.actor.name,
    },
  })
  return { secret, expiresAt: expiresAt.toISOString() }
}
