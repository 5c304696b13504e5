import { beginSignIn, forgetFailures, recordFailedSignIn, ServiceError, signInSucceeded } from '@rollcall/services'
import { z } from 'zod'
import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { jsonResponse } from '../server/problem.ts'
import { beginAs, readShape, requireNotForeign, tooMany } from './asked.ts'
import { sessionCookie } from './cookie.ts'
import { askBetterAuth } from './open.ts'
import type { SignIn } from './sign-in.ts'

const given = z.strictObject({ email: z.string().min(1), password: z.string().min(1) })
const mostOfPassword = 200
const address = z.email().max(254)

/** POST {email, password}: opens a session. How long it takes does not tell whether there is such a person. */
export async function signInWithPassword(request: Request, deps: Deps, requestId: string): Promise<Response> {
  requireNotForeign(request, deps)
  const { email, password } = await readShape(request, given, '{"email": "…", "password": "…"}')
  if (password.length > mostOfPassword) {
    throw new DoorError('invalid', `password: has at most ${mostOfPassword} characters`, {
      field: 'password',
      remedy: 'Enter the password that you chose here, and nothing else.',
    })
  }
  const signIn = await beginAs(request, deps, { requestId, credential: 'password' })
  const attempt = await beginSignIn(signIn.ctx, { way: 'sign-in', account: email, client: signIn.client })
  if (attempt.waitSeconds > 0) throw tooMany(attempt.waitSeconds)
  const response = await openWithPassword(signIn, deps, requestId, { email, password })
  await signInSucceeded(signIn.ctx, attempt)
  return response
}

/** What a password opens that was chosen a moment ago: nobody guesses, so nothing is counted, and failures are forgotten. */
export async function openWithNewPassword(
  request: Request,
  deps: Deps,
  requestId: string,
  { email, password }: { email: string; password: string },
): Promise<Response> {
  const signIn = await beginAs(request, deps, { requestId, credential: 'password' })
  await forgetFailures(signIn.ctx, { way: 'sign-in', account: email, client: signIn.client })
  return openWithPassword(signIn, deps, requestId, { email, password })
}

async function openWithPassword(
  signIn: SignIn,
  deps: Deps,
  requestId: string,
  { email, password }: { email: string; password: string },
): Promise<Response> {
  const { ctx, client } = signIn
  // what is no address is nobody's, and takes as long
  const asked = address.safeParse(email.trim()).success ? email.trim() : 'nobody@rollcall.invalid'
  const path = '/sign-in/email'
  let answer: Response
  try {
    answer = await askBetterAuth(deps, signIn, { method: 'POST', path, cookie: null, body: { email: asked, password } })
  } catch (error) {
    if (isWrong(error)) return refuse('wrong password', wrong())
    // it was right when it was looked at: whoever has the old one learns no more than others
    if (error instanceof ServiceError && error.code === 'conflict') return refuse('password changed', wrong())
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
