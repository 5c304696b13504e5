import { z } from 'zod'

function urlProblem(text: string): string | null {
  // the parser drops or escapes them, but we store what was written
  if (/[\s\p{C}]/u.test(text)) return 'must not contain blanks or control characters'
  if (!URL.canParse(text)) return 'must be a URL such as https://control.example.com'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://'
  if (url.username || url.password) return 'must not carry a user name or password'
  if (url.search || url.hash) return 'must not carry a query or a fragment'
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

/** Where a control plane answers; a path in front of its own is kept. */
export const webUrl = checked(urlProblem).transform((text) => text.replace(/\/+$/, ''))

/** Where tenants answer: {slug} stands once, in the host or in the path. */
export const templateUrl = checked((text) => {
  if (text.split('{slug}').length !== 2) return 'must contain {slug} once, such as https://{slug}.example.com'
  return urlProblem(text.replace('{slug}', 'slug'))
}).transform((text) => text.replace(/\/+$/, ''))
