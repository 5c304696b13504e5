import type { ServerResponse } from 'node:http'

/** What may go wrong with a request to a forge, by name. */
export const forgeFaults = {
  silent_after_acting: 'it is done, and never answered',
  hang_up_after_acting: 'it is done, and the connection breaks',
  server_error: 'it is answered 500; nothing is done',
  bad_gateway: 'a page with status 502 comes instead; nothing is done',
  rate_limited: 'it is answered 403, with the time to wait; nothing is done',
  moved: 'it is sent elsewhere',
  html: 'a sign-in page with status 200 comes instead',
  not_json: 'the answer breaks off in the middle of its JSON',
  echo_token: 'the refusal quotes the token that came',
} as const
export type ForgeFault = keyof typeof forgeFaults

/** Whether what was asked is done although the caller does not hear so. */
export function actsFirst(fault: ForgeFault): boolean {
  return fault.endsWith('after_acting')
}

/** Ends a request as the fault says; `given` is the header that the caller sent. */
export function failAs(fault: ForgeFault, response: ServerResponse, given: string): void {
  if (fault === 'silent_after_acting') return
  if (fault === 'hang_up_after_acting') response.destroy()
  else if (fault === 'server_error') send(response, 500, { message: 'oops' })
  else if (fault === 'bad_gateway') send(response, 502, '<html><title>Bad gateway</title></html>')
  else if (fault === 'rate_limited') send(response, 403, { message: 'API rate limit exceeded' }, { 'retry-after': '7' })
  else if (fault === 'moved') send(response, 301, '', { location: 'http://elsewhere.example.com/' })
  else if (fault === 'html') send(response, 200, '<html>please log in</html>')
  else if (fault === 'not_json') send(response, 200, '{"id": ')
  else send(response, 400, { message: `bad header: authorization: ${given} and ${given.replace(/^\w+ /, '')}` })
}

/** Text as a page, everything else as JSON. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
  response.end(status === 204 ? undefined : isText ? body : JSON.stringify(body))
}
