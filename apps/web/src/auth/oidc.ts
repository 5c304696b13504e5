import { beginSignIn, recordFailedSignIn, type Trying, tryEndedWell } from '@rollcall/services'
import { z } from 'zod'
import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { logFailure } from '../server/log.ts'
import { jsonHeaders, jsonResponse } from '../server/problem.ts'
import { beginAs, readShape, requireNotForeign, tooMany } from './asked.ts'
import { sessionCookie, stateCookie } from './cookie.ts'
import { askBetterAuth } from './open.ts'

const given = z.strictObject({ next: z.string().max(2_000).optional() })

/**
 * What may follow a sign-in: a page of this Rollcall. Its address travels with the state, so only plain ones do; one with
 * dots or nothing between slashes would be another by the time that a browser has read it.
 */
const plainPath = /^(?![^?]*\/\.{0,2}\/)\/(?!api\/|sign-in)[\w\-./]*(?:\?[\w\-./=&%]*)?$/

const noProvider = () =>
  new DoorError('not_found', 'There is no provider here.', { remedy: 'Sign in with a password.' })

/** Whoever goes to the provider leaves a row here until they are back. */
const goesFrom = (client: string): Trying => ({ way: 'provider', account: null, client })

/** POST {next}: answers the address of the provider to go to, and binds the way back to this browser. */
export async function goToProvider(request: Request, deps: Deps, requestId: string): Promise<Response> {
  requireNotForeign(request, deps)
  const { next = '/' } = await readShape(request, given, '{"next": "/…"}')
  if (deps.env().oidc === null) throw noProvider()
  const signIn = await beginAs(request, deps, { requestId, credential: 'provider' })
  const { waitSeconds } = await beginSignIn(signIn.ctx, goesFrom(signIn.client))
  if (waitSeconds > 0) throw tooMany(waitSeconds)
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

/**
 * GET, by the provider's redirect: lets in, or leads back to the sign-in page, which says why not. Who comes without a way
 * that was begun in this browser is nobody: nothing is written of them.
 */
export async function comeFromProvider(request: Request, deps: Deps, requestId: string): Promise<Response> {
  if (deps.env().oidc === null) throw noProvider()
  const { search } = new URL(request.url)
  const signIn = await beginAs(request, deps, { requestId, credential: 'provider' })
  const { ctx, client } = signIn
  let end = endOf({ headers: new Headers() })
  let answer: Response | null = null
  try {
    const cookie = request.headers.get('cookie')
    answer = await askBetterAuth(deps, signIn, { method: 'GET', path: `/callback/oidc${search}`, cookie })
    end = endOf(answer)
  } catch (error) {
    const location = redirectOf(error)
    if (location === null) logFailure(requestId, 'the way back from the provider', error)
    else end = endOf({ headers: new Headers({ location }) })
  }
  if (signIn.refused !== null) end = { to: `/sign-in?refused=${signIn.refused}`, as: 'refused' }
  if (signIn.trouble !== null) logFailure(requestId, 'the provider', signIn.trouble)
  if (end.as === 'in') await tryEndedWell(ctx, goesFrom(client))
  if (end.as === 'refused')
    await recordFailedSignIn(ctx, { email: null, client, because: signIn.refused ?? 'provider' })
  const redirect = new Response(null, { status: 302, headers: { ...jsonHeaders(204, requestId), location: end.to } })
  return answer === null ? redirect : withCookies(redirect, answer, deps)
}

interface End {
  to: string
  /** unknown: nothing of ours was begun in this browser, or it has ended */
  as: 'in' | 'refused' | 'unknown'
}

/** What better-auth answers before it knows of any state of ours. */
const withoutState = /^(?:state|invalid_callback_request$|internal_server_error$)/

/** Where better-auth leads, in our words: what a provider says of an error is not shown as ours. */
function endOf({ headers }: Pick<Response, 'headers'>): End {
  const location = headers.get('location')
  if (location === null) return { to: '/sign-in?refused=failed', as: 'unknown' }
  const to = new URL(location, 'http://here')
  if (to.host !== 'here' || to.pathname.startsWith('//') || to.pathname.startsWith('/api/')) {
    return { to: '/sign-in?refused=failed', as: 'refused' }
  }
  // elsewhere it is the page's own that was wanted
  if (to.pathname !== '/sign-in') return { to: to.pathname + to.search, as: 'in' }
  const error = to.searchParams.get('error') ?? ''
  if (withoutState.test(error)) return { to: '/sign-in?refused=too_late', as: 'unknown' }
  return { to: `/sign-in?refused=${error === 'access_denied' ? error : 'failed'}`, as: 'refused' }
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
