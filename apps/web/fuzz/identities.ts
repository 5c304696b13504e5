import { statedHost } from './judge.ts'
import type { Credentials } from './requests.ts'

type Lines = readonly [string, string][]

export interface SignedIn {
  credentials: Credentials
  /** Signs in again where a request has signed an identity out, or changed what it may. */
  keep(): Promise<void>
  /** cookies that were given, now and before */
  cookies(): readonly string[]
}

/** The sign-ins themselves come from an address from which nobody guesses. */
const ownAddress = { 'x-forwarded-for': '10.255.0.1' }

/** Proves each identity in every way that it can: by token, and by session as a page of ours and as another site's. */
export async function signIn(
  port: number,
  { operatorToken, viewer }: { operatorToken: string; viewer: { email: string; password: string; token: string } },
): Promise<SignedIn> {
  const url = `http://127.0.0.1:${port}`
  const given: string[] = []
  const open = async (path: string, body: object): Promise<string> => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, ...ownAddress },
      body: JSON.stringify(body),
    })
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    if (!answer.ok || cookie === '') throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    given.push(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)))
    return cookie
  }
  const ways = {
    administrator: () => open('/api/session', { token: operatorToken }),
    viewer: () => open('/api/auth/sign-in/email', { email: viewer.email, password: viewer.password }),
  }
  const cookies = { administrator: await ways.administrator(), viewer: await ways.viewer() }
  const host: [string, string] = ['host', statedHost]
  const bearer = (token: string): Lines => [['authorization', `Bearer ${token}`], host]
  const browser = (cookie: string, site: string): Lines => [['cookie', cookie], ['sec-fetch-site', site], host]
  const credentials = (): Credentials => ({
    administrator: [
      bearer(operatorToken),
      bearer(operatorToken),
      browser(cookies.administrator, 'same-origin'),
      browser(cookies.administrator, 'cross-site'),
    ],
    viewer: [
      bearer(viewer.token),
      bearer(viewer.token),
      browser(cookies.viewer, 'same-origin'),
      browser(cookies.viewer, 'cross-site'),
    ],
    nobody: [[host], bearer('a-token-that-nobody-has'), bearer(`rc_aaaaaaaa_${'b'.repeat(49)}`)],
  })
  const signedIn = { ...credentials() }
  return {
    credentials: signedIn,
    async keep() {
      for (const who of ['administrator', 'viewer'] as const) {
        const { status } = await fetch(`${url}/api/session`, { headers: { cookie: cookies[who] } })
        if (status === 401) cookies[who] = await ways[who]()
      }
      Object.assign(signedIn, credentials())
    },
    cookies: () => given,
  }
}
