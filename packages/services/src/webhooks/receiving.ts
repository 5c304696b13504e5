import type { WebhookConfig } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'

/** The endpoints that receive webhooks, as they are configured now. */
export async function receivingEndpoints(ctx: Pick<Context, 'store'>): Promise<WebhookConfig[]> {
  return (await currentConfiguration(ctx.store.db)).webhooks
}
