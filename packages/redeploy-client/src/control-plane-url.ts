/**
 * The control plane's base URL in canonical form (no trailing slash), or a TypeError that says what to change.
 * It may carry a path prefix. It must be http or https and hold no credentials, query or fragment: the token is a
 * separate value, so that it can be rotated, stored and redacted as one.
 */
export function assertControlPlaneUrl(text: string): string {
  const trimmed = typeof text === 'string' ? text.trim() : ''
  if (trimmed === '') throw new TypeError('the control plane URL is empty')
  let url: URL
  try {
    url = new URL(trimmed)
  } catch {
    throw new TypeError('the control plane URL is not a URL; it looks like https://cp.example.com')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError('the control plane URL must start with http:// or https://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('the control plane URL must not hold credentials; give the token separately')
  }
  if (url.search !== '' || url.hash !== '' || trimmed.endsWith('?') || trimmed.endsWith('#')) {
    throw new TypeError('the control plane URL must not have a query or a fragment')
  }
  if (/%2f|%5c/i.test(url.pathname)) {
    throw new TypeError('the path of the control plane URL must not have escaped slashes')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
