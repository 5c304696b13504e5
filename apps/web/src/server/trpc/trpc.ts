import type { Capability, Rights } from '@rollcall/rollout'
import type { Context } from '@rollcall/services'
import { initTRPC, TRPCError } from '@trpc/server'
import { type Access, may, type Override, own, type Scope, self } from '../access.ts'
import { admit } from '../admit.ts'
import { type Deps, serviceContext } from '../context.ts'
import { DoorError, type Fault, type FaultCode, faultOf } from '../faults.ts'
import { requirePlain } from '../json.ts'
import type { Principal } from '../principal.ts'
import type { Provenance } from '../same-origin.ts'
import { tellRefused } from '../tell-refused.ts'

interface RequestContext {
  deps: Deps
  requestId: string
  principal: Principal | null
  provenance: Provenance
}

interface Meta {
  access?: Access
}

export const codeOf: Record<FaultCode, TRPCError['code']> = {
  malformed: 'BAD_REQUEST',
  invalid: 'BAD_REQUEST',
  unauthorized: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  method_not_allowed: 'METHOD_NOT_SUPPORTED',
  refused: 'CONFLICT',
  conflict: 'CONFLICT',
  too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_type: 'UNSUPPORTED_MEDIA_TYPE',
  too_many_attempts: 'TOO_MANY_REQUESTS',
  internal: 'INTERNAL_SERVER_ERROR',
  unavailable: 'SERVICE_UNAVAILABLE',
}

/** What tRPC refuses itself, before any of our code runs: an unknown procedure, input that is no JSON, a wrong method. */
function ownRefusal(error: TRPCError): Fault | null {
  const fault = faultOf(error.cause ?? error)
  if (fault.code !== 'internal' || error.code === 'INTERNAL_SERVER_ERROR') return null
  const known = (Object.keys(codeOf) as FaultCode[]).find((code) => codeOf[code] === error.code)
  return {
    code: known ?? 'malformed',
    // Its cause is a parser's complaint about the text, not a sentence for people.
    message: error.cause === undefined ? error.message : 'The input cannot be read.',
    field: null,
    remedy: null,
    errors: [],
  }
}

/** A stream outlives the check at its start; ending it makes the browser come back and be checked again. */
export const longestStreamMs = 30 * 60_000

const t = initTRPC
  .context<RequestContext>()
  .meta<Meta>()
  .create({
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 40_000 },
      maxDurationMs: longestStreamMs,
    },
    errorFormatter({ shape, error, ctx }) {
      const { code, message, field, remedy, errors } = ownRefusal(error) ?? faultOf(error.cause ?? error)
      const rollcall = { code, field, remedy, details: errors }
      return { ...shape, message, data: { ...shape.data, requestId: ctx?.requestId ?? null, rollcall } }
    },
  })

export const { router } = t

/**
 * The only way to a procedure: it states who may use it, and where, before it can have input or a body.
 * The base is not exported, so a procedure that forgot its access cannot be written.
 */
export const procedure = {
  may: (capability: Capability, scope: Scope, overrides: readonly Override[] = []) =>
    admitted(may(capability, scope, overrides)),
  /** for whoever is signed in, about themselves */
  self: () => admitted(self),
  /** for whoever has come in, about what is theirs; the overrides say what is needed for anything else */
  own: (overrides: readonly Override[]) => admitted(own(overrides)),
}

const admissions = new WeakMap<object, Access>()

/** What a procedure's first step admits by; undefined: that step admits nobody, it only lets pass. */
export const admissionOf = (middleware: object): Access | undefined => admissions.get(middleware)

function admitted(access: Access) {
  const builder = t.procedure.meta({ access }).use(async ({ ctx, type, path, next, getRawInput }) => {
    const { principal } = ctx
    if (principal === null) throw asTrpcError(notSignedIn())
    const input = await getRawInput()
    requirePlainInput(input)
    const service: Context = await serviceContext(ctx.deps, principal, ctx.requestId).catch((cause) => {
      throw asTrpcError(cause)
    })
    const attempt = { entry: path, access, changes: type === 'mutation', input }
    try {
      requireOwnSite(ctx, principal, attempt.changes)
      await admit(service, principal, access, input)
    } catch (cause) {
      tellRefused(service, attempt, cause)
      throw asTrpcError(cause)
    }
    const admitWith = async (rights: Rights) => {
      await admit(service, { ...principal, rights }, access, input).catch((cause) => {
        throw asTrpcError(cause)
      })
    }
    const result = await next({ ctx: { ...ctx, principal, service, admitWith } })
    if (!result.ok && result.error.cause !== undefined) {
      tellRefused(service, attempt, result.error.cause)
      throw asTrpcError(result.error.cause)
    }
    return result
  })
  for (const middleware of builder._def.middlewares) admissions.set(middleware, access)
  return builder
}

export const notSignedIn = () =>
  new DoorError('unauthorized', 'You are not signed in.', {
    remedy: 'Sign in.',
    headers: { 'www-authenticate': 'Bearer realm="rollcall"' },
  })

function requireOwnSite({ provenance }: RequestContext, { by }: Principal, changes: boolean): void {
  if (!changes || by !== 'session' || provenance === 'same_origin') return
  const message = 'This change was asked for by another site.'
  const remedy = 'Act from a page of this Rollcall, or send the token as Authorization: Bearer.'
  throw new DoorError('forbidden', message, {
    remedy,
    errors: [{ code: 'other_site', field: null, message, remedy }],
  })
}

function requirePlainInput(raw: unknown): void {
  try {
    requirePlain(raw)
  } catch (cause) {
    throw asTrpcError(cause)
  }
}

export function asTrpcError(cause: unknown): TRPCError {
  const fault = faultOf(cause)
  return new TRPCError({ code: codeOf[fault.code], message: fault.message, cause })
}
