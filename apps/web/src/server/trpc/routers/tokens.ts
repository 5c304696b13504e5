import {
  createToken,
  createTokenInput,
  createTrust,
  createTrustInput,
  deleteTrust,
  deleteTrustInput,
  disableTrust,
  disableTrustInput,
  enableTrust,
  enableTrustInput,
  listTokens,
  listTokensInput,
  listTrusts,
  revokeToken,
  revokeTokenInput,
  updateTrust,
  updateTrustInput,
} from '@rollcall/services'
import { tokensOfOthers } from '../../token-overrides.ts'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')
const manage = procedure.may('trust.manage', 'everywhere')

export const tokens = router({
  list: read.input(acceptsPage(listTokensInput)).query(({ ctx, input }) => listTokens(ctx.service, input)),
  create: procedure
    .may('token.create', 'anywhere')
    .input(accepts(createTokenInput))
    .mutation(({ ctx, input }) => createToken(ctx.service, input)),
  revoke: procedure
    .own(tokensOfOthers)
    .input(accepts(revokeTokenInput))
    .mutation(({ ctx, input }) => revokeToken(ctx.service, input)),
})

export const trusts = router({
  list: read.query(({ ctx }) => listTrusts(ctx.service)),
  create: manage.input(accepts(createTrustInput)).mutation(({ ctx, input }) => createTrust(ctx.service, input)),
  update: manage.input(accepts(updateTrustInput)).mutation(({ ctx, input }) => updateTrust(ctx.service, input)),
  disable: manage.input(accepts(disableTrustInput)).mutation(({ ctx, input }) => disableTrust(ctx.service, input)),
  enable: manage.input(accepts(enableTrustInput)).mutation(({ ctx, input }) => enableTrust(ctx.service, input)),
  delete: manage.input(accepts(deleteTrustInput)).mutation(({ ctx, input }) => deleteTrust(ctx.service, input)),
})
