import { beginSignIn, recordFailedSignIn, ServiceError, signInSucceeded } from '@rollcall/services'
import { z } from 'zod'
import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { jsonResponse } from '../server/problem.ts'
import { beginAs, readShape, requireNotForeign, tooMany } from './asked.ts'
import { sessionCookie } from './cookie.ts'
import { askBetterAuth } from './open.ts'

const given = z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) })

/** POST {email, password}: opens a session. How long it takes does not tell whether there is such a person. */
export async function signInWithPassword(request: Request, deps: Deps, requestId: string): Promise<Response> {
  requireNotForeign(request, deps)
  return openWithPassword(request, deps, requestId, await readShape(request, given, '{"email": "…", "password": "…"}'))
}

/** What a password opens, also right after it was chosen. */
export async function openWithPassword(
  request: Request,
  deps: Deps,
  requestId: string,
  { email, password }: { email: string; password: string },
): Promise<Response> {
  const signIn = await beginAs(request, deps, { requestId, credential: 'password' })
  const { ctx, client } = signIn
  const attempt = await beginSignIn(ctx, { account: email, client })
  if (attempt.waitSeconds > 0) throw tooMany(attempt.waitSeconds)
  // what is no address is nobody's, and takes as long
  const asked = z.email().safeParse(email.trim()).success ? email.trim() : 'nobody@rollcall.invalid'
  const path = '/sign-in/email'
  let answer: Response
  try {
    answer = await askBetterAuth(deps, signIn, { method: 'POST', path, cookie: null, body: { email: asked, password } })
  } catch (error) {
    if (isWrong(error)) return refuse('wrong password', wrong())
    const {
      details: [why] = [],
      message,
      remedy,
    } = error instanceof ServiceError ? error : ({} as Partial<ServiceError>)
    if (why) return refuse(why.code, new DoorError('forbidden', message ?? '', { remedy: remedy ?? null }))
    throw error
  }
  if (answer.status === 401) return refuse('wrong password', wrong())
  const cookies = answer.headers.getSetCookie().filter((line) => line.startsWith(`${sessionCookie(deps.env())}=`))
  if (!answer.ok || cookies.length !== 1) throw new Error(`better-auth answered ${answer.status} to a password.`)
  await signInSucceeded(ctx, attempt)
  return jsonResponse({ email: asked }, 201, requestId, { 'set-cookie': cookies[0] as string })

  async function refuse(because: string, error: DoorError): Promise<never> {
    await recordFailedSignIn(ctx, { email: asked, client, because })
    throw error
  }
}

const wrong = () =>
  new DoorError('unauthorized', 'This e-mail address and this password do not belong together.', {
    remedy: 'Try again. Whoever may say who may do what can give you a link to choose a new password.',
  })

const isWrong = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { statusCode?: unknown }).statusCode === 401
