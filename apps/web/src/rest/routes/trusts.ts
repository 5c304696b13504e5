import {
  createTrust,
  createTrustInput,
  deleteTrust,
  deleteTrustInput,
  disableTrust,
  disableTrustInput,
  enableTrust,
  enableTrustInput,
  listTrusts,
  updateTrust,
  updateTrustInput,
} from '@rollcall/services'
import { z } from 'zod'
import { may } from '../../server/access.ts'
import { apiRoot } from '../dispatch.ts'
import { gives, givesAll, type Route } from '../route.ts'

const noun = 'trust'
const manage = may('trust.manage', 'everywhere')

export const trustRoutes: Route[] = [
  {
    method: 'GET',
    path: '/trusts',
    access: may('read', 'anywhere'),
    summary: 'List which pipelines may come in without a stored secret',
    input: z.strictObject({}),
    answers: { 200: 'All trusts' },
    handle: givesAll(listTrusts),
  },
  {
    method: 'POST',
    path: '/trusts',
    access: manage,
    summary: 'Let pipelines of an issuer exchange its proof for a short-lived token',
    input: createTrustInput,
    answers: { 201: 'The trust' },
    async handle(context, input) {
      const trust = await createTrust(context, input)
      return { status: 201, body: trust, headers: { location: `${apiRoot}/trusts/${trust.id}` } }
    },
  },
  {
    method: 'PUT',
    path: '/trusts/:id',
    access: manage,
    summary: 'Make a trust say this and nothing else',
    input: updateTrustInput,
    answers: { 200: 'The trust' },
    noun,
    handle: gives(updateTrust),
  },
  {
    method: 'POST',
    path: '/trusts/:id/disable',
    access: manage,
    summary: 'Let nobody in by a trust for now, and end what came in by it',
    input: disableTrustInput,
    answers: { 200: 'The trust' },
    noun,
    handle: gives(disableTrust),
  },
  {
    method: 'POST',
    path: '/trusts/:id/enable',
    access: manage,
    summary: 'Let pipelines in by a trust again',
    input: enableTrustInput,
    answers: { 200: 'The trust' },
    noun,
    handle: gives(enableTrust),
  },
  {
    method: 'POST',
    path: '/trusts/:id/delete',
    access: manage,
    summary: 'Forget a trust, and end what came in by it',
    input: deleteTrustInput,
    answers: { 200: 'Which one it was' },
    noun,
    handle: gives(deleteTrust),
  },
]
