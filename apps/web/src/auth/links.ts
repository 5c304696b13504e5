import { acceptInvitation, beginSignIn, type Context, completeSetup, signInSucceeded } from '@rollcall/services'
import { z } from 'zod'
import type { Deps } from '../server/context.ts'
import { beginAs, readShape, requireNotForeign, tooMany } from './asked.ts'
import { openWithNewPassword } from './password.ts'

const text = z.string()

/** POST {secret, name, email, password}: makes the first administrator and lets them in. */
export const setUp = (request: Request, deps: Deps, requestId: string) =>
  byLink(request, deps, requestId, {
    shape: z.strictObject({ secret: text, name: text, email: text, password: text }),
    what: '{"secret", "name", "email", "password"}',
    credential: 'setup link',
    verb: completeSetup,
  })

/** POST {secret, password}: gives the person of the link this password and lets them in. */
export const takeInvitation = (request: Request, deps: Deps, requestId: string) =>
  byLink(request, deps, requestId, {
    shape: z.strictObject({ secret: text, password: text }),
    what: '{"secret", "password"}',
    credential: 'invitation',
    verb: acceptInvitation,
  })

interface ByLink<S extends z.ZodType<{ password: string }>> {
  shape: S
  what: string
  credential: string
  verb: (ctx: Context, input: unknown) => Promise<{ email: string }>
}

async function byLink<S extends z.ZodType<{ password: string }>>(
  request: Request,
  deps: Deps,
  requestId: string,
  { shape, what, credential, verb }: ByLink<S>,
): Promise<Response> {
  requireNotForeign(request, deps)
  const given = await readShape(request, shape, what)
  const { ctx, client } = await beginAs(request, deps, { requestId, credential })
  // asked before: a link that is used up must let in
  const attempt = await beginSignIn(ctx, { way: 'link', account: null, client })
  if (attempt.waitSeconds > 0) throw tooMany(attempt.waitSeconds)
  const { email } = await verb(ctx, given)
  await signInSucceeded(ctx, attempt)
  return openWithNewPassword(request, deps, requestId, { email, password: given.password })
}
