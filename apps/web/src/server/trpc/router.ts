import { account } from './routers/account.ts'
import { applies } from './routers/applies.ts'
import { audit } from './routers/audit.ts'
import { builds, components, environments, overview } from './routers/catalogue.ts'
import { configuration } from './routers/configuration.ts'
import { fleet, targets } from './routers/fleet.ts'
import { live } from './routers/live.ts'
import { operations } from './routers/operations.ts'
import { people } from './routers/people.ts'
import { alerts, promotions } from './routers/promotions.ts'
import { secrets } from './routers/secrets.ts'
import { since } from './routers/since.ts'
import { tokens, trusts } from './routers/tokens.ts'
import { updates } from './routers/updates.ts'
import { checks, webhooks } from './routers/webhooks.ts'
import { router } from './trpc.ts'

export const appRouter = router({
  account,
  overview,
  applies,
  operations,
  fleet,
  targets,
  builds,
  environments,
  components,
  configuration,
  live,
  promotions,
  alerts,
  updates,
  checks,
  webhooks,
  audit,
  since,
  people,
  secrets,
  tokens,
  trusts,
})

export type AppRouter = typeof appRouter
