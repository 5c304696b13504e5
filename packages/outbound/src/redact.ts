const hidden = '[redacted]'

/**
 * Order matters: whole constructs first (headers, URLs, pairs), bare strings that merely look like a secret last. The
 * text is a stranger's, so no rule may read far ahead from many places and then fail: what repeats either ends in a
 * match wherever it stops, or begins at one place of a run only. A value whose closing quote is missing ends the text.
 */
const rules: readonly { pattern: RegExp; replace: string | ((match: string) => string) }[] = [
  { pattern: /-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)/gs, replace: hidden },
  {
    pattern:
      /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|private-token)(["']?\s*[:=]\s*["']?)[^"'\r\n,;}]+/gi,
    replace: `$1$2${hidden}`,
  },
  // Not the words that error texts say after it, such as "missing bearer token".
  {
    pattern:
      /\b(bearer)\s+(?!(?:tokens?|auth\w*|credentials?|required|missing|header|scheme|realm)\b)[\w.~+/=:-]{4,}/gi,
    replace: `$1 ${hidden}`,
  },
  { pattern: /\btoken\s+(?=\S*\d)[\w.~+/=-]{12,}/gi, replace: `token ${hidden}` },
  { pattern: /\b(basic)\s+(?=\S*[A-Z\d=])[\w+/-]{8,}={0,2}/gi, replace: `$1 ${hidden}` },
  { pattern: /(:\/\/)[^\s/@"'<>]+@/g, replace: `$1${hidden}@` },
  // A signed URL opens what it names, whatever its parameters are called.
  { pattern: /\bhttps?:\/\/[^\s"'<>]+/gi, replace: (url) => url.replace(/\?.+$/s, `?${hidden}`) },
  {
    pattern:
      /((?:token|secret|passw(?:or)?d|passwd|api[-_]?key|access[-_]?key|private[-_]?key|signature|credentials?)(?:\\*["'])?\s*[:=]\s*)(?:\\+"[^"]*(?:"|$)|\\+'[^']*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|'(?:[^'\\]|\\.)*(?:'|\\?$)|[^\s"'&,;}]+)/gis,
    replace: `$1${hidden}`,
  },
  { pattern: /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, replace: hidden },
  {
    pattern: /\b(?:gh[opsur]|github_pat|glpat|gto|whsec|xox[abeoprs]|sk|pk|rk|npm|dckr_pat|pypi|hvs)[-_][\w+/=-]{12,}/g,
    replace: hidden,
  },
  { pattern: /\b(?:AKIA|ASIA|AROA|AIDA|ANPA)[A-Z0-9]{12,}\b/g, replace: hidden },
  { pattern: /\barn:[a-z-]+:[^\s"',]+/g, replace: hidden },
  {
    pattern: /\b(?:i|ami|vpc|subnet|sg|eni|vol|snap|igw|rtb|eipalloc|lt|acl|nat|cmd)-[0-9a-f]{8,17}\b/g,
    replace: hidden,
  },
  { pattern: /\bi-…/g, replace: hidden },
  { pattern: /(?<![\w-])\d{12}(?![\w-])/g, replace: hidden },
  // A full commit id or digest keeps its first seven characters: enough to recognise a build, useless as a key.
  {
    pattern: /(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])/gi,
    replace: (hex) => ([40, 64, 128].includes(hex.length) ? `${hex.slice(0, 7)}…` : hidden),
  },
  { pattern: /(?<!\w)(?=(?:[a-z_]*\d){4})\w{24,}/gi, replace: hidden },
  { pattern: /(?<![\w+/-])(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])(?=[\w+/-]*\d)[\w+/-]{32,}={0,2}/g, replace: hidden },
]

/** Foreign text beyond this is not even looked at: it could only make us slow, and what we show is far shorter. */
const mostLookedAt = 8192
/** What is hidden gets shorter, so more is looked at than is shown. */
const lookedAtPerShown = 8

/**
 * `text` fit to be stored, logged and shown: the given `secrets` and everything that looks like a credential or a cloud
 * account's inner identifier replaced by `[redacted]`, control characters and line ends turned into blanks, and cut to
 * `maxLength` characters (default 500) with an ellipsis. Never throws, and takes its time from what it shows: the rest
 * of a long text costs nothing.
 */
export function redact(text: string, secrets: readonly string[] = [], maxLength = 500): string {
  const whole = String(text)
  let out = beginningOf(whole, secrets, Math.min(mostLookedAt, lookedAtPerShown * maxLength))
  for (const rule of rules) out = out.replace(rule.pattern, rule.replace as string)
  // terminal escapes and line ends of a foreign text must not act on our screens and logs
  out = out
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return cut(out, maxLength)
}

/**
 * About the first `length` characters, without the given secrets. Of one that straddles the end nothing stays: a given
 * one is found whole behind it, and any other goes with the unbroken run that it stands in. (Of one with blanks in it
 * the rules know how it begins.)
 */
function beginningOf(text: string, secrets: readonly string[], length: number): string {
  const forms = secrets.filter((secret) => secret.length >= 4).map(formsOf)
  const longest = Math.max(0, ...forms.flat().map((form) => form.length))
  const isCut = text.length > length
  let out = isCut ? text.slice(0, length + longest) : text
  for (const all of forms) out = out.replace(anyOf(all), hidden)
  if (!isCut) return out
  // the last of what was read may be the beginning of a secret that was not read to its end
  let end = out.length - longest
  while (end > 0 && !/[\s"'<>]/.test(out[end - 1] as string)) end -= 1
  return `${out.slice(0, end)}…`
}

function formsOf(secret: string): string[] {
  const encoded = Buffer.from(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    encoded.toString('base64'),
    encoded.toString('base64url'),
  ]
}

/** In any case of letters: a secret that came back inside a host name has lost its capitals and is still most of it. */
function anyOf(forms: readonly string[]): RegExp {
  return new RegExp(forms.map((form) => form.replace(/[^\w]/g, '\\$&')).join('|'), 'gi')
}

/** `text` in at most `maxLength` characters, never ending inside a surrogate pair. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
