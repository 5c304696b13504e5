import type { Deps } from '../server/context.ts'
import { DoorError } from '../server/faults.ts'
import { jsonResponse, problemResponse } from '../server/problem.ts'
import { requestIdOf } from '../server/request-id.ts'
import { setUp, takeInvitation } from './links.ts'
import { comeFromProvider, goToProvider } from './oidc.ts'
import { signInWithPassword } from './password.ts'
import { tellWays } from './ways.ts'

type Handle = (request: Request, deps: Deps, requestId: string) => Promise<Response>

const root = '/api/auth'

/**
 * All that is answered below /api/auth. Three of these ask better-auth (/sign-in/email, /sign-in/social and
 * /callback/oidc); its other endpoints cannot be reached.
 */
export const authRoutes: Readonly<Record<string, { method: 'GET' | 'POST'; handle: Handle }>> = {
  '/ways': { method: 'GET', handle: tellWays },
  '/sign-in/email': { method: 'POST', handle: signInWithPassword },
  '/sign-in/provider': { method: 'POST', handle: goToProvider },
  '/callback/oidc': { method: 'GET', handle: comeFromProvider },
  '/setup': { method: 'POST', handle: setUp },
  '/invitation': { method: 'POST', handle: takeInvitation },
}

/** Everything by which one comes in but the operator token; whoever asks is nobody yet. */
export async function handleAuth(request: Request, deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  const { pathname } = new URL(request.url)
  try {
    const path = pathname.slice(root.length)
    const route = Object.hasOwn(authRoutes, path) ? authRoutes[path] : undefined
    if (route === undefined) {
      throw new DoorError('not_found', 'There is nothing at this path.', { remedy: 'Sign in on the page /sign-in.' })
    }
    const { method, handle } = route
    if (request.method === 'OPTIONS') return jsonResponse(null, 204, requestId, { allow: method })
    if (request.method !== method) {
      throw new DoorError('method_not_allowed', `${request.method} is not answered here.`, {
        remedy: `Use ${method}.`,
        headers: { allow: method },
      })
    }
    return await handle(request, deps, requestId)
  } catch (error) {
    return problemResponse(error, requestId, `${request.method} ${pathname.slice(0, 100)}`)
  }
}
