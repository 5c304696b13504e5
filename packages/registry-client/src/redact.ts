const hidden = '[redacted]'

/** Foreign text beyond this is not looked at: what we show is far shorter. */
const lookedAt = 2048

/**
 * A registry's own words fit to be stored, logged and shown: `secrets` in every form, URLs' credentials and queries, and
 * every long run that could be a key are hidden; control characters become blanks; cut to `maxLength` characters. It
 * hides rather too much: what matters is already said by our own sentence and the registry's code. Never throws.
 */
export function redact(text: string, secrets: readonly string[] = [], maxLength = 500): string {
  let out = String(text)
  // A secret that straddles this cut would survive as a prefix, so the last unbroken run goes with it.
  if (out.length > lookedAt) out = out.slice(0, lookedAt).replace(/\S+$/, '')
  for (const secret of secrets) for (const form of formsOf(secret)) out = out.replaceAll(form, hidden)
  out = out
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi, `$1${hidden}@`)
    .replace(/(\bhttps?:\/\/[^\s?"'<>]+)\?[^\s"'<>]+/gi, `$1?${hidden}`)
    .replace(
      /\b([\w-]*(?:authorization|cookie|token|secret|passw(?:or)?d|api[-_]?key|signature))(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|(?:(?:basic|bearer)\s+)?[^\s"'&,;}]+)/gi,
      `$1$2${hidden}`,
    )
    .replace(/\b(bearer|basic)\s+(?=\S*[A-Z\d=])[\w.~+/=-]{8,}/gi, `$1 ${hidden}`)
    .replace(/\beyJ[\w-]{8,}\.[\w.-]+/g, hidden)
    // A digest or commit id keeps its first seven characters: enough to recognise an image, useless as a key.
    .replace(/(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])/gi, (hex) =>
      /^(?:.{40}|.{64}|.{128})$/.test(hex) ? `${hex.slice(0, 7)}…` : hidden,
    )
    .replace(/(?<![\w+/-])(?=[\w+-]*[a-zA-Z])(?=[\w+-]*\d)[\w+-]{24,}={0,2}/g, hidden)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return out.length <= maxLength ? out : `${out.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

function formsOf(secret: string): Set<string> {
  if (secret.length < 4) return new Set()
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ])
}
