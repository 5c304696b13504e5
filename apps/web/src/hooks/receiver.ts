import { type RawHeaders, type RefusalReason, refusalReasons, verifyDelivery } from '@rollcall/forge'
import { type Context, type Received, storeDelivery } from '@rollcall/services'
import type { Deps } from '../server/context.ts'
import { DoorError, type Fault, faultOf } from '../server/faults.ts'
import { logCause } from '../server/log-cause.ts'
import { jsonHeaders, problemOf } from '../server/problem.ts'
import { safeRequestId } from '../server/request-id.ts'
import { type HookEndpoint, openEndpointBook, type Variables } from './endpoint-book.ts'
import { openRefusalCounter } from './refusal-counter.ts'

export interface HookRequest {
  method: string
  /** the path below /hooks/, without its query */
  name: string
  /** names in lower case */
  headers: RawHeaders
  /** Reads the raw body, up to the cap; throws a DoorError beyond it. Not asked before the endpoint is known. */
  body: () => Promise<Uint8Array>
}

export interface HookAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface HookReceiver {
  /** Answers one delivery: 202 when it is stored, 200 when it was stored before, else a problem document. Never throws. */
  answer(request: HookRequest): Promise<HookAnswer>
  /** Stores what was counted and not stored yet. */
  flush(): Promise<void>
}

/**
 * What senders talk to. In this order: the method (405), the endpoint (404), the size (413), the signature (401), and only
 * then the database: what is not proven costs no more than its signature. `variables` has the endpoints' secrets.
 */
export function openHookReceiver(deps: Deps, variables: Variables = process.env): HookReceiver {
  const book = openEndpointBook(deps, variables)
  const context = async (): Promise<Context> => ({
    store: await deps.store(),
    actor: { name: 'webhooks', via: 'hook' },
    now: deps.now,
  })
  const refusals = openRefusalCounter(context)

  async function receive({ method, name, headers, body }: HookRequest, requestId: string): Promise<HookAnswer> {
    if (method === 'OPTIONS') return { status: 204, headers: jsonHeaders(204, requestId, { allow }), body: '' }
    if (method !== 'POST') return refuse(notAnswered(method), requestId)
    const endpoint = await book.find(name)
    if (endpoint === null) return refuse(noSuch(name), requestId)
    const delivery = { headers, body: await body() }
    const now = deps.now()
    const verdict = verifyDelivery(delivery, endpoint.verifies, now)
    if (!verdict.verified) {
      const { sender, event, deliveryId, refused: reason } = verdict
      refusals.count({ endpoint: endpoint.config.name, sender, event, deliveryId, reason, at: now }, delivery)
      return refuse(notProven(reason, endpoint), requestId)
    }
    return accepted(await storeDelivery(await context(), endpoint.config, delivery, verdict), requestId)
  }

  return {
    async answer(request) {
      const requestId = safeRequestId(request.headers['x-request-id'])
      try {
        return await receive(request, requestId)
      } catch (error) {
        logCause(requestId, `hooks ${request.name.slice(0, 80)}`, error)
        return refuse(faultOf(error), requestId)
      }
    },
    flush: refusals.flush,
  }
}

const allow = 'POST, OPTIONS'

function accepted({ id, duplicate, verdict, rule, message }: Received, requestId: string): HookAnswer {
  if (duplicate) return json(200, { duplicate: true, id }, requestId)
  if (verdict === 'accepted') return json(202, { id, verdict }, requestId)
  return json(202, { id, verdict, rule, message: `ignored: ${rule}`, detail: message }, requestId)
}

function json(status: number, body: object, requestId: string): HookAnswer {
  return { status, headers: jsonHeaders(status, requestId), body: JSON.stringify(body) }
}

function refuse(fault: Fault, requestId: string): HookAnswer {
  const { status, problem, headers } = problemOf(fault, requestId)
  // nobody signs in here
  const title = status === 401 ? 'Not proven' : problem.title
  return { status, headers: jsonHeaders(status, requestId, headers), body: JSON.stringify({ ...problem, title }) }
}

const notAnswered = (method: string) =>
  new DoorError('method_not_allowed', `${method} is not answered at this path.`, {
    remedy: 'Webhooks are sent by POST.',
    headers: { allow },
  }).fault

const noSuch = (name: string): Fault => ({
  code: 'not_found',
  message: `There is no webhook endpoint ${JSON.stringify(name.slice(0, 80))}.`,
  field: 'endpoint',
  remedy: 'Name it under webhooks in rollcall.yaml, or correct the address that the sender was given.',
  errors: [],
})

/** Not an Error: thousands of these a second must not each write down a stack. */
const notProven = (reason: RefusalReason, { config }: HookEndpoint): Fault => ({
  code: 'unauthorized',
  message: refusalReasons[reason],
  field: null,
  remedy:
    reason === 'no_secret'
      ? `Set ${config.secretEnvs.join(' or ') || 'a secret'} for the process that serves the pages.`
      : remedies[reason],
  errors: [],
  headers: { 'www-authenticate': 'Webhook-Signature' },
})

const remedies: Record<Exclude<RefusalReason, 'no_secret'>, string> = {
  sender_unknown: 'Send it as GitHub, Gitea, Forgejo, GitLab, Bitbucket or Standard Webhooks do.',
  sender_unexpected: 'Configure the endpoint for this sender, or send it to another endpoint.',
  signature_missing: 'Give the sender the secret of this endpoint.',
  signature_malformed: 'Send the signature as the sender documents it.',
  signature_mismatch: 'Give the sender the secret of this endpoint, and send the body unchanged.',
  timestamp_malformed: 'Send the time in seconds since 1970.',
  timestamp_out_of_range: 'Set the clock of the sender, and sign each attempt anew.',
}
