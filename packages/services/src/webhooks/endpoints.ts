import { countDeliveries, firstIdAt } from '@rollcall/store'
import type { WebhookConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { seenSlugs } from '../sees.ts'
import { testLine } from './test-line.ts'
import type { DeliveryVerdictWord, EndpointsView, EndpointView } from './views.ts'

/** Counting stops here: an exact count of a flood is worth nothing, and costs the more the worse it is. */
const countCap = 10_000

/** What only the process knows that receives webhooks. */
export interface Receiver {
  baseUrl: string
  /** whether the environment variable holds anything; its value never leaves the process */
  isSet: (variable: string) => boolean
}

/** The endpoints that are configured, in their order, with what came to each in the last 24 hours. */
export async function listEndpoints(ctx: Context, receiver: Receiver): Promise<EndpointsView> {
  const { db } = ctx.store
  const now = ctx.now()
  const { webhooks } = await currentConfiguration(db)
  const slugs = await seenSlugs(ctx)
  const names = webhooks.map(({ name }) => name)
  const counts = await countDeliveries(db, names, firstIdAt('dlv', now.getTime() - 86_400_000), countCap)
  const items = await Promise.all(
    webhooks.map(async (endpoint): Promise<EndpointView> => {
      const last = await db.webhookDelivery.findFirst({
        where: { endpoint: endpoint.name },
        orderBy: { id: 'desc' },
        select: { receivedAt: true, verdict: true, repeatedAt: true },
      })
      const own = counts.filter((count) => count.endpoint === endpoint.name)
      const of = (verdict: DeliveryVerdictWord) =>
        own.find((count) => count.verdict === verdict) ?? { deliveries: 0, repeats: 0 }
      return {
        name: endpoint.name,
        sender: endpoint.sender,
        path: `/hooks/${endpoint.name}`,
        secrets: endpoint.secretEnvs.map((name) => ({ name, isSet: receiver.isSet(name) })),
        repos: endpoint.repos,
        listensTo: listensTo(endpoint, slugs),
        counts: {
          accepted: of('accepted').deliveries,
          ignored: of('ignored').deliveries,
          // refused ones have one row for all of a minute
          refused: of('refused').deliveries + of('refused').repeats,
          repeats: of('accepted').repeats + of('ignored').repeats,
        },
        countCap,
        lastAt: (last?.repeatedAt ?? last?.receivedAt)?.toISOString() ?? null,
        lastVerdict: (last?.verdict as DeliveryVerdictWord | undefined) ?? null,
        testLine: testLine(endpoint, receiver),
      }
    }),
  )
  return { items, asOf: now.toISOString() }
}

/** Its rules as sentences, those that always hold first; `slugs`: the environments that may be named. */
function listensTo({ updates, relays }: WebhookConfig, slugs: ReadonlySet<string> | null): string[] {
  const shown = updates.filter(({ environment }) => slugs?.has(environment) ?? true)
  return [
    'checks of commits',
    'updates that are dispatched to it',
    ...shown.map(
      ({ on, repo, ref, workflow, deployName, environment }) =>
        `${on === 'push' ? 'a push' : `a green run of ${workflow ?? 'any workflow'}`} of ${repo} on ${ref}: ${deployName} in ${environment}`,
    ),
    ...relays.map((repo) => `updates that ${repo} passes on for others`),
  ]
}
