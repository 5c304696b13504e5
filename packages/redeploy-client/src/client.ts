import { asText, type Line, type Lookup, openLine, outboundGuard, type Reach } from '@rollcall/outbound'
import type { Reading } from '@rollcall/rollout'
import { readReading } from './buildinfo.ts'
import { assertControlPlaneUrl } from './control-plane-url.ts'
import { type Enumeration, readEnumeration } from './enumerate.ts'
import type { ControlPlane, Exchange } from './facts.ts'
import { dryRunBody, type RedeployAnswer, type RedeployScope, readRedeploy, scopedBody } from './redeploy.ts'

const version = '0.1.0'
const mebibyte = 1024 * 1024
/** What our own event loop may add to a handshake before a call to a control plane is too late to be made. */
const sendGraceMs = 1000

export interface ClientOptions {
  /** For one TCP and TLS handshake, in milliseconds. Default 5,000. */
  connectTimeoutMs?: number
  /** Sent with every request: an edge firewall blocks libraries' own names. */
  userAgent?: string
  /** Open connections per origin for probes. Default 64. Calls to control planes have their own. */
  maxConnections?: number
  /** How long an idle probe connection is kept for the next sweep, in milliseconds. Default 4,000. */
  keepAliveMs?: number
  /** Ranges besides the public internet that may be connected to. Link-local is never among them. Default none. */
  reach?: Reach
  /** How names become addresses. Default: as this machine does it. */
  lookup?: Lookup | undefined
  /** The clock that stamps readings. */
  now?: () => Date
}

export interface RedeployClient {
  /**
   * Which targets the control plane would roll out to, in its order: a dry run over the whole fleet, which changes
   * nothing. Never rejects for what the network does; `timeoutMs` defaults to 120,000. Throws a TypeError for an
   * unusable URL, token or tag before anything is sent.
   */
  enumerate(
    controlPlane: ControlPlane,
    ask: { tag: string; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<Enumeration>
  /**
   * Asks for exactly `slugs` to be brought to `tag`, once: it never repeats the call, whatever happens. Never rejects
   * for what the network does, also not when `signal` fires (that is `unknown` once something was sent). Throws a
   * TypeError for an empty scope, an invalid slug, a missing tag, an unusable URL or token before anything is sent.
   */
  redeploy(
    controlPlane: ControlPlane,
    ask: RedeployScope & { timeoutMs: number; signal?: AbortSignal },
  ): Promise<RedeployAnswer>
  /**
   * What one tenant says it runs: asked without credentials, no redirect followed. `timeoutMs` defaults to 10,000 and is
   * for everything together. Never rejects for what the network does; rejects with the signal's reason when `signal`
   * fires, because a probe that we gave up is not a reading of the tenant.
   */
  readBuildinfo(ask: { url: string; timeoutMs?: number; signal?: AbortSignal }): Promise<Reading>
  /** Waits for nothing: drops open connections and ends. */
  close(): Promise<void>
}

/** The one door to control planes and `/buildinfo`. Make one per process and close it at the end. */
export function createRedeployClient(options: ClientOptions = {}): RedeployClient {
  const userAgent = options.userAgent ?? `Rollcall/${version} (+rollout control room)`
  const now = options.now ?? (() => new Date())
  const guard = outboundGuard(options.reach ?? [], { lookup: options.lookup })
  const connectTimeoutMs = options.connectTimeoutMs ?? 5000
  const common = { guard, userAgent, connectTimeoutMs }
  const probes = openLine({
    ...common,
    connections: options.maxConnections ?? 64,
    keepAliveMs: options.keepAliveMs ?? 4000,
    longestKeepAliveMs: 60_000,
  })
  // A redeploy on a connection that was kept idle could die with it, and then nobody knows whether it arrived. So each
  // call to a control plane gets a connection of its own (no keep-alive), and minutes-long calls never queue probes.
  const single = openLine({ ...common, keepAliveMs: null })

  async function call(
    controlPlane: ControlPlane,
    body: string,
    timeoutMs: number,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<Exchange> {
    const url = new URL(assertControlPlaneUrl(controlPlane.url))
    const token = assertToken(controlPlane.token)
    url.pathname = `${url.pathname.replace(/\/$/, '')}/cp/admin/tenants/redeploy-fleet`
    const answer = await single.ask({
      url,
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body,
      timeoutMs: assertTimeout(timeoutMs),
      sendWithinMs: connectTimeoutMs + sendGraceMs,
      maxBytes,
      signal,
      secrets: [token],
    })
    return asText(answer)
  }

  async function probe(url: URL, line: Line, timeoutMs: number, signal?: AbortSignal): Promise<Exchange> {
    const headers = { accept: 'application/json' }
    return asText(await line.ask({ url, method: 'GET', headers, timeoutMs, maxBytes: mebibyte, signal }))
  }

  return {
    async enumerate(controlPlane, { tag, timeoutMs = 120_000, signal }) {
      // 10,000 targets with the longest slugs are about 2 MiB of rows.
      const answer = await call(controlPlane, dryRunBody(tag), timeoutMs, 16 * mebibyte, signal)
      return readEnumeration(answer, [controlPlane.token])
    },

    async redeploy(controlPlane, { timeoutMs, signal, ...scope }) {
      const answer = await call(controlPlane, scopedBody(scope), timeoutMs, mebibyte, signal)
      return readRedeploy(answer, scope, [controlPlane.token])
    },

    async readBuildinfo({ url: text, timeoutMs = 10_000, signal }) {
      signal?.throwIfAborted()
      const url = new URL(text)
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new TypeError('a /buildinfo URL must be http or https')
      }
      if (url.username !== '' || url.password !== '') {
        throw new TypeError('a /buildinfo URL must not hold credentials')
      }
      const at = now()
      let answer = await probe(url, probes, assertTimeout(timeoutMs), signal)
      // The tenant may close a kept connection at the very moment we use it again. Only a connection of its own tells a
      // tenant that resets from one that was merely done with the old one.
      const left = timeoutMs - answer.latencyMs
      if (answer.fault?.code === 'reset' && answer.sent && answer.status === null && left > 0) {
        answer = await probe(url, single, left, signal)
      }
      if (answer.fault?.code === 'aborted') signal?.throwIfAborted()
      return readReading(answer, at)
    },

    async close() {
      await Promise.all([probes.close(), single.close()])
    },
  }
}

/** The TypeError that `redeploy` would throw, before anything is written down about a call that cannot be made. */
export function assertRedeploy(controlPlane: ControlPlane, scope: RedeployScope): void {
  assertControlPlaneUrl(controlPlane.url)
  assertToken(controlPlane.token)
  scopedBody(scope)
}

/** A token that cannot be a header value would fail deep inside, with a text that might quote it. */
function assertToken(token: string): string {
  if (typeof token !== 'string' || token === '') throw new TypeError('the control plane has no token')
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('the token of the control plane holds blanks or characters that a header cannot carry')
  return token
}

function assertTimeout(timeoutMs: number): number {
  // Beyond 2^31-1 a Node timer fires at once instead of late.
  if (!(timeoutMs > 0 && timeoutMs <= 2_147_483_647)) throw new TypeError('timeoutMs must be between 1 and 2147483647')
  return timeoutMs
}
