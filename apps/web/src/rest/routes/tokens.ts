import {
  createToken,
  createTokenInput,
  getToken,
  getTokenInput,
  listTokens,
  listTokensInput,
  revokeToken,
  revokeTokenInput,
} from '@rollcall/services'
import { may, own } from '../../server/access.ts'
import { tokensOfOthers } from '../../server/token-overrides.ts'
import { apiRoot } from '../dispatch.ts'
import { gives, type Route } from '../route.ts'

const noun = 'token'

export const tokenRoutes: Route[] = [
  {
    method: 'GET',
    path: '/tokens',
    access: may('read', 'anywhere'),
    summary:
      'List API tokens, those that let somebody in first, then newest first: your own, or with token.manage everybody’s',
    input: listTokensInput,
    query: { of: 'text', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of tokens, without what opens anything' },
    handle: gives(listTokens),
  },
  {
    method: 'POST',
    path: '/tokens',
    access: may('token.create', 'anywhere'),
    summary: 'Make an API token; never with another one',
    input: createTokenInput,
    answers: { 201: 'The token: told this once, and kept nowhere' },
    async handle(context, input) {
      const token = await createToken(context, input)
      return { status: 201, body: token, headers: { location: `${apiRoot}/tokens/${token.id}` } }
    },
  },
  {
    method: 'GET',
    path: '/tokens/:id',
    access: may('read', 'anywhere', tokensOfOthers),
    summary: 'Read one API token, without what opens anything',
    input: getTokenInput,
    answers: { 200: 'The token' },
    noun,
    handle: gives(getToken),
  },
  {
    method: 'POST',
    path: '/tokens/:id/revoke',
    access: own(tokensOfOthers),
    summary: 'End an API token, and the streams that were opened with it',
    input: revokeTokenInput,
    answers: { 200: 'The token, revoked' },
    noun,
    handle: gives(revokeToken),
  },
]
