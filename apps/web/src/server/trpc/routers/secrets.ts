import {
  allowOrigin,
  allowOriginInput,
  clearSecret,
  clearSecretInput,
  disallowOrigin,
  disallowOriginInput,
  listSecrets,
  setSecret,
  setSecretInput,
} from '@rollcall/services'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const manage = procedure.may('secret.manage', 'everywhere')

/** No procedure here answers a value. */
export const secrets = router({
  list: procedure.may('read', 'everywhere').query(({ ctx }) => listSecrets(ctx.service)),
  set: manage.input(accepts(setSecretInput)).mutation(({ ctx, input }) => setSecret(ctx.service, input)),
  clear: manage.input(accepts(clearSecretInput)).mutation(({ ctx, input }) => clearSecret(ctx.service, input)),
  allow: manage.input(accepts(allowOriginInput)).mutation(({ ctx, input }) => allowOrigin(ctx.service, input)),
  disallow: manage.input(accepts(disallowOriginInput)).mutation(({ ctx, input }) => disallowOrigin(ctx.service, input)),
})
