import { capabilityNames } from '@rollcall/rollout'
import {
  changePassword,
  changePasswordInput,
  describeAccount,
  endOwnSession,
  endOwnSessionInput,
  environmentOf,
  listOwnSessions,
  whoMay,
} from '@rollcall/services'
import { z } from 'zod'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const asked = z.strictObject({
  capability: z.enum(capabilityNames as [(typeof capabilityNames)[0], ...typeof capabilityNames]),
  /** the slug of an environment; left out: everywhere */
  environment: z.string().max(100).nullish(),
})

export const account = router({
  me: procedure.self().query(({ ctx }) => describeAccount(ctx.service, ctx.principal.rights)),
  /** who could do for me what I may not */
  whoMay: procedure
    .self()
    .input(asked)
    .query(async ({ ctx, input: { capability, environment } }) => {
      const id = environment == null ? null : await environmentOf(ctx.service, 'environment', environment)
      return whoMay(ctx.service, capability, id === 'everywhere' ? null : id)
    }),
  sessions: procedure.self().query(({ ctx }) => listOwnSessions(ctx.service)),
  endSession: procedure
    .self()
    .input(accepts(endOwnSessionInput))
    .mutation(({ ctx, input }) => endOwnSession(ctx.service, input)),
  changePassword: procedure
    .self()
    .input(accepts(changePasswordInput))
    .mutation(({ ctx, input }) => changePassword(ctx.service, input)),
})
