/** A request to the API of this Rollcall as a line for a terminal; the token stays in its variable. */
export function curlLine(origin: string, method: string, path: string, body: object): string {
  return [
    `curl -X ${method} ${origin}/api/v1${path}`,
    '-H "Authorization: Bearer $ROLLCALL_TOKEN"',
    '-H "Content-Type: application/json"',
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n  ')
}
