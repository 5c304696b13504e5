import { recordFailedSignIn } from '@rollcall/services'
import { z } from 'zod'
import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { logFailure } from '../server/log.ts'
import { jsonHeaders, jsonResponse } from '../server/problem.ts'
import { beginAs, readShape, requireNotForeign } from './asked.ts'
import { sessionCookie, stateCookie } from './cookie.ts'
import { askBetterAuth } from './open.ts'

const given = z.strictObject({ next: z.string().max(2_000).optional() })

/** What may follow a sign-in: a page of this Rollcall. Its address travels with the state, so only plain ones do. */
const plainPath = /^\/(?!\/|api\/|sign-in)[\w\-./]*(?:\?[\w\-./=&%]*)?$/

/** POST {next}: answers the address of the provider to go to, and binds the way back to this browser. */
export async function goToProvider(request: Request, deps: Deps, requestId: string): Promise<Response> {
  requireNotForeign(request, deps)
  const { next = '/' } = await readShape(request, given, '{"next": "/…"}')
  if (deps.env().oidc === null) {
    throw new DoorError('not_found', 'There is no provider here.', { remedy: 'Sign in with a password.' })
  }
  const signIn = await beginAs(request, deps, { requestId, credential: 'provider' })
  const callbackURL = plainPath.test(next) ? next : '/'
  const body = { provider: 'oidc', callbackURL, errorCallbackURL: '/sign-in', disableRedirect: true }
  const out = { method: 'POST' as const, path: '/sign-in/social', cookie: null, body }
  const answer = await askBetterAuth(deps, signIn, out).catch((error: unknown) => {
    if (error instanceof DoorError && error.cause !== undefined) logFailure(requestId, 'the provider', error.cause)
    throw error
  })
  const { url } = (await answer.json()) as { url?: unknown }
  if (!answer.ok || typeof url !== 'string') throw new Error(`better-auth answered ${answer.status} on the way out.`)
  return withCookies(jsonResponse({ url }, 200, requestId), answer, deps)
}

/** GET, by the provider's redirect: lets in, or leads back to the sign-in page, which says why not. */
export async function comeFromProvider(request: Request, deps: Deps, requestId: string): Promise<Response> {
  const { search } = new URL(request.url)
  const signIn = await beginAs(request, deps, { requestId, credential: 'provider' })
  let to = '/sign-in?refused=failed'
  let answer: Response | null = null
  try {
    const cookie = request.headers.get('cookie')
    answer = await askBetterAuth(deps, signIn, { method: 'GET', path: `/callback/oidc${search}`, cookie })
    to = whereTo(answer)
  } catch (error) {
    const location = redirectOf(error)
    if (location === null) logFailure(requestId, 'the way back from the provider', error)
    else to = whereTo({ headers: new Headers({ location }) })
  }
  const isIn = !to.startsWith('/sign-in')
  if (signIn.refused !== null) to = `/sign-in?refused=${signIn.refused}`
  if (signIn.trouble !== null) logFailure(requestId, 'the provider', signIn.trouble)
  if (!isIn) {
    const because = signIn.refused ?? 'provider'
    await recordFailedSignIn(signIn.ctx, { email: null, client: signIn.client, because })
  }
  const redirect = new Response(null, { status: 302, headers: { ...jsonHeaders(204, requestId), location: to } })
  return answer === null ? redirect : withCookies(redirect, answer, deps)
}

/** Where better-auth leads, in our words: what a provider says of an error is not shown as ours. */
function whereTo({ headers }: Pick<Response, 'headers'>): string {
  const to = new URL(headers.get('location') ?? '/sign-in?error=none', 'http://here')
  if (to.host !== 'here' || to.pathname.startsWith('/api/')) return '/sign-in?refused=failed'
  const error = to.searchParams.get('error')
  if (error === null) return to.pathname + to.search
  return `/sign-in?refused=${error === 'access_denied' ? 'access_denied' : error.startsWith('state') ? 'too_late' : 'failed'}`
}

function redirectOf(error: unknown): string | null {
  const { statusCode, headers } = (error ?? {}) as { statusCode?: unknown; headers?: HeadersInit }
  return statusCode === 302 ? new Headers(headers).get('location') : null
}

function withCookies(response: Response, from: Response, deps: Deps): Response {
  const ours = [sessionCookie(deps.env()), stateCookie(deps.env())]
  for (const line of from.headers.getSetCookie()) {
    if (ours.some((name) => line.startsWith(`${name}=`))) response.headers.append('set-cookie', line)
  }
  return response
}
