import { isOwnToken } from '@rollcall/services'
import type { Override } from './access.ts'

/** Who is here, and how to reach them, is for people; a machine that asks manages them. */
export const peopleForMachines: readonly Override[] = [
  {
    capability: 'people.manage',
    asked: (_input, { actor }) => actor.via !== 'ui',
    when: 'with a token',
    example: {},
  },
]

/** Tokens of others are seen and revoked only by whoever manages them. */
export const tokensOfOthers: readonly Override[] = [
  {
    capability: 'token.manage',
    asked: async ({ id }, ctx) => typeof id === 'string' && !(await isOwnToken(ctx, id)),
    when: 'for the token of somebody else',
    example: {},
  },
]
