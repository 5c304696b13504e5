import type { Deps } from '../server/context.ts'
import type { Auth } from './better-auth.ts'
import { type SignIn, signIns } from './sign-in.ts'

const opened = new WeakMap<Deps, Promise<Auth>>()

/** Loaded when somebody signs in for the first time: no page and no machine waits for it. */
async function authOf(deps: Deps): Promise<Auth> {
  const known = opened.get(deps)
  if (known !== undefined) return known
  const opening = import('./better-auth.ts').then(({ openAuth }) => openAuth(deps))
  opened.set(deps, opening)
  opening.catch(() => opened.delete(deps))
  return opening
}

/**
 * Asks one of better-auth's endpoints within a sign-in. It is told the browser's cookies and nothing else of what the
 * browser sent: where a request comes from has been judged before.
 */
export async function askBetterAuth(
  deps: Deps,
  signIn: SignIn,
  asked: { method: 'GET' | 'POST'; path: string; cookie: string | null; body?: unknown },
): Promise<Response> {
  const { origin } = deps.env().baseUrl
  const auth = await authOf(deps)
  const request = new Request(`${origin}/api/auth${asked.path}`, {
    method: asked.method,
    headers: {
      origin,
      ...(asked.cookie === null ? {} : { cookie: asked.cookie }),
      ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  })
  return signIns.run(signIn, () => auth.handler(request))
}
