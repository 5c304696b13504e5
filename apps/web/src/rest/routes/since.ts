import { sinceYouLeft, sinceYouLeftInput } from '@rollcall/services'
import { z } from 'zod'
import { may } from '../../server/access.ts'
import { markdownFor } from '../../server/since-markdown.ts'
import type { Route } from '../route.ts'

const wantsMarkdown = (accept: unknown) => typeof accept === 'string' && /\btext\/markdown\b/i.test(accept)

export const sinceRoutes: Route[] = [
  {
    method: 'GET',
    path: '/since',
    access: may('read', 'anywhere'),
    summary:
      'What finished, failed, was overruled, waits and happens next since a time; as Markdown for Accept: text/markdown',
    input: sinceYouLeftInput.extend({ accept: z.string().max(1_000, 'must be at most 1000 characters').optional() }),
    query: { since: 'text' },
    header: { name: 'Accept', field: 'accept' },
    answers: { 200: 'What happened, in sections' },
    async handle(context, { accept, ...asked }, deps) {
      const view = await sinceYouLeft(context, asked)
      if (!wantsMarkdown(accept)) return { status: 200, body: view, headers: { vary: 'accept' } }
      const headers = { 'content-type': 'text/markdown; charset=utf-8', vary: 'accept' }
      return { status: 200, body: markdownFor(deps, view), headers }
    },
  },
]
