import { z } from 'zod'
import { may } from '../server/access.ts'
import { describeApi } from './openapi.ts'
import type { Route } from './route.ts'
import { applyRoutes } from './routes/applies.ts'
import { auditRoutes } from './routes/audit.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { checkRoutes } from './routes/checks.ts'
import { configurationRoutes } from './routes/configuration.ts'
import { fleetRoutes } from './routes/fleet.ts'
import { operationRoutes } from './routes/operations.ts'
import { promotionRoutes } from './routes/promotions.ts'
import { secretRoutes } from './routes/secrets.ts'
import { sinceRoutes } from './routes/since.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { trustRoutes } from './routes/trusts.ts'
import { updateRoutes } from './routes/updates.ts'
import { webhookRoutes } from './routes/webhooks.ts'

const verbs: Route[] = [
  ...catalogueRoutes,
  ...configurationRoutes,
  ...applyRoutes,
  ...operationRoutes,
  ...fleetRoutes,
  ...promotionRoutes,
  ...updateRoutes,
  ...checkRoutes,
  ...webhookRoutes,
  ...auditRoutes,
  ...sinceRoutes,
  ...secretRoutes,
  ...tokenRoutes,
  ...trustRoutes,
]

const description: Route = {
  method: 'GET',
  path: '/openapi.json',
  access: may('read', 'anywhere'),
  summary: 'Describe this API as OpenAPI 3.1',
  input: z.strictObject({}),
  answers: { 200: 'The description' },
  handle: async () => ({ status: 200, body: describeApi(restTable) }),
}

/** Everything that machines can ask; the one list that serving, describing and testing go through. */
export const restTable: readonly Route[] = [...verbs, description]
