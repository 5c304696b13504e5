import { z } from 'zod'

function urlProblem(text: string): string | null {
  // the parser drops or escapes them, but we store what was written
  if (/[\s\p{C}]/u.test(text)) return 'must not contain blanks or control characters'
  if (!URL.canParse(text)) return 'must be a URL such as https://control.example.com'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://'
  if (url.username || url.password) return 'must not carry a user name or password'
  // the parser forgets an empty one, and what is put behind the URL later would stand in it
  if (url.search || url.hash || /[?#]$/.test(text)) return 'must not carry a query or a fragment'
  if (/%2f|%5c/i.test(url.pathname)) return 'must not carry an escaped slash'
  return null
}

const placeholder = '{slug}'

function templateProblem(text: string): string | null {
  if (text.split(placeholder).length !== 2) return 'must contain {slug} once, such as https://{slug}.example.com'
  const filled = ['rollcall-slug', 'another-slug-of-it'].map((slug) => ({ slug, url: text.replace(placeholder, slug) }))
  for (const { url } of filled) {
    const problem = urlProblem(url)
    if (problem !== null) return problem
  }
  const around = filled.map(({ slug, url }) => new URL(url).hostname.split(slug))
  // in a host that is encoded as a whole, one tenant's name changes how the rest of it is written
  if (new Set(around.map((parts) => parts.join(placeholder))).size > 1)
    return 'must have {slug} in a part of the host that holds nothing but letters, digits and hyphens of ASCII, or in the path'
  const after = around[0]?.[1]
  // a host that is nothing but the slug would let a list of names choose any host of the network
  if (after !== undefined && !/^[^.]*\.[^.]/.test(after))
    return 'must have a domain of its own behind a {slug} in the host, such as https://{slug}.example.com'
  return null
}

const checked = (problem: (text: string) => string | null) =>
  z
    .string({ error: 'must be text' })
    .trim()
    .max(500, 'must be at most 500 characters')
    .superRefine((text, issue) => {
      const message = problem(text)
      if (message) issue.addIssue({ code: 'custom', message })
    })

/**
 * Where a control plane or a forge answers, as their clients take it; a path in front of its own is kept.
 */
export const webUrl = checked(urlProblem).transform((text) => text.replace(/\/+$/, ''))

/** Where tenants answer: {slug} stands once, in the host or in the path. */
export const templateUrl = checked(templateProblem).transform((text) => text.replace(/\/+$/, ''))
