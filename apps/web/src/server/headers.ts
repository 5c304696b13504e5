/** What the pages use of what a browser offers; everything else that Chromium has a switch for is off. */
const permissions = [
  'clipboard-write=(self)',
  ...[
    ...['accelerometer', 'autoplay', 'browsing-topics', 'camera', 'clipboard-read', 'display-capture'],
    ...['encrypted-media', 'fullscreen', 'gamepad', 'geolocation', 'gyroscope', 'hid', 'idle-detection'],
    ...['keyboard-map', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'payment', 'picture-in-picture'],
    ...['publickey-credentials-get', 'screen-wake-lock', 'serial', 'storage-access', 'usb'],
    ...['window-management', 'xr-spatial-tracking'],
  ].map((feature) => `${feature}=()`),
].join(', ')

/** What every answer carries, whatever it is. The policy for scripts differs per page and is made in `proxy.ts`. */
const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': permissions,
}

/** The same, and where people come over https, that they never come otherwise: for a year, for this host alone. */
export function fixedHeaders({ baseUrl }: { baseUrl: URL }): Readonly<Record<string, string>> {
  return baseUrl.protocol === 'https:' ? { ...always, 'strict-transport-security': 'max-age=31536000' } : always
}

/** For answers that are data: nothing in them may run, load or be framed. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/**
 * The policy of a page: only scripts that carry this answer's nonce run, and what those load. Style sheets are ours or
 * carry the nonce; Mantine places things with style attributes, which no nonce can cover, so those may be inline.
 * Forms are sent by scripts only, so that what is typed before those run never gets into an address. Nothing is reported
 * anywhere.
 */
export function pagePolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "script-src-attr 'none'",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}
