import { isOwnToken } from '@rollcall/services'
import type { Override } from './access.ts'

/** Tokens of others are seen and revoked only by whoever manages them. */
export const tokensOfOthers: readonly Override[] = [
  {
    capability: 'token.manage',
    asked: async ({ id }, ctx) => typeof id === 'string' && !(await isOwnToken(ctx, id)),
    when: 'for the token of somebody else',
    example: {},
  },
]
