const hidden = '[redacted]'

/** Order matters: whole constructs first, bare strings that merely look like a secret last. */
const rules: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)/gs, hidden],
  [/\b((?:proxy-)?authorization|(?:set-)?cookie|private-token)(["']?\s*[:=]\s*["']?)[^"'\r\n,;}]+/gi, `$1$2${hidden}`],
  [/\b(bearer|token)\s+(?=\S*\d)[\w.~+/=-]{12,}/gi, `$1 ${hidden}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi, `$1${hidden}@`],
  [
    /([\w-]*(?:token|secret|passw(?:or)?d|api[-_]?key|signature))(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"'&,;}]+)/gi,
    `$1$2${hidden}`,
  ],
  [/\b(?:gh[opsur]|github_pat|glpat|gto|whsec)[-_][\w+/=-]{12,}/g, hidden],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, hidden],
]

/** Foreign text beyond this is not even looked at: what is shown of it is far shorter. */
const lookedAt = 8192

/**
 * Foreign `text` fit to be stored, logged and shown: `secrets` and whatever looks like a credential replaced, control
 * characters turned into blanks, cut to `maxLength` characters with an ellipsis. Never throws.
 */
export function redact(text: string, secrets: readonly string[] = [], maxLength = 500): string {
  // A secret that straddles this cut would survive as a prefix, so the last unbroken run goes with it.
  let out = text.length > lookedAt ? text.slice(0, lookedAt).replace(/\S+$/, '') : text
  for (const secret of secrets.filter(({ length }) => length >= 4)) {
    for (const form of formsOf(secret)) out = out.replaceAll(form, hidden)
  }
  for (const [pattern, replacement] of rules) out = out.replace(pattern, replacement)
  out = out
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return out.length <= maxLength ? out : `${out.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

function formsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret)
  const encoded = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), bytes.toString('base64')]
  return new Set([secret, ...encoded, bytes.toString('base64url')])
}
