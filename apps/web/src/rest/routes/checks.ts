import { listChecks, listChecksInput, reportCheck, reportCheckInput } from '@rollcall/services'
import { may } from '../../server/access.ts'
import { gives, type Route } from '../route.ts'

export const checkRoutes: Route[] = [
  {
    method: 'POST',
    path: '/checks',
    access: may('check.report', 'everywhere'),
    summary: 'Report what a check of a commit says',
    input: reportCheckInput,
    answers: { 201: 'The check', 200: 'The check, which said so before' },
    async handle(context, input) {
      const { created, ...check } = await reportCheck(context, input)
      return { status: created ? 201 : 200, body: check }
    },
  },
  {
    method: 'GET',
    path: '/checks',
    access: may('read', 'anywhere'),
    summary: 'Read the checks of a commit: the newest report of each context',
    input: listChecksInput,
    query: { sha: 'text' },
    answers: { 200: 'The checks, and when they were evaluated' },
    handle: gives(listChecks),
  },
]
