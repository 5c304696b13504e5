import type { Readable, Writable } from 'node:stream'
import { readFailure } from './answers.ts'
import type { Exchange, Result } from './facts.ts'
import type { Keyring } from './keyring.ts'
import type { KnownRegistry } from './known.ts'
import type { Call, Line, Question } from './line.ts'

export interface Task {
  method: Question['method']
  /** Below the registry's origin, query included. */
  path: string
  /** What a token must allow for it. */
  scopes: readonly string[]
  /** The beginning of the sentence about a failure, without the host: `reading demo/tenant:1`. */
  about: string
  effect: 'read' | 'write'
  /** The statuses of success; every other one is a failure. */
  expect: readonly number[]
  headers?: Record<string, string>
  body?: Buffer | Readable | null
  maxBytes?: number
  into?: () => Writable
  /** Reads are repeatable unless told; writes only when they name their effect by digest. */
  repeatable?: boolean
}

const largestAnswer = 64 * 1024

/** Asks registries, signed in where they want it. */
export class Door {
  readonly line: Line
  readonly #keyring: Keyring

  constructor(line: Line, keyring: Keyring) {
    this.line = line
    this.#keyring = keyring
  }

  async ask(registry: KnownRegistry, task: Task, call: Call): Promise<Result<{ exchange: Exchange }>> {
    const about = { about: `${task.about} at ${registry.host}`, effect: task.effect, secrets: registry.secrets }
    let key = await this.#keyring.present(registry, task.scopes, call)
    for (let signedIn = false; ; signedIn = true) {
      if (key.outcome !== 'ok') return { ...key, message: `${about.about}: ${key.message}` }
      const exchange = await this.#send(registry, task, key.authorization, call)
      const { body } = task
      // A body that streams is used up by the first attempt.
      const canRepeat = !signedIn && (body === undefined || body === null || Buffer.isBuffer(body))
      if (exchange.status === 401 && exchange.fault === null && canRepeat) {
        const next = await this.#keyring.answer(registry, exchange, task.scopes, call)
        // The same once more would only count as another failed sign-in.
        if (next.outcome !== 'ok' || next.authorization !== key.authorization) {
          key = next
          continue
        }
      }
      if (exchange.fault === null && task.expect.includes(exchange.status ?? 0)) return { outcome: 'ok', exchange }
      return readFailure(exchange, about)
    }
  }

  #send(registry: KnownRegistry, task: Task, authorization: string | null, call: Call): Promise<Exchange> {
    const {
      method,
      headers,
      body = null,
      maxBytes = largestAnswer,
      into,
      effect,
      repeatable = effect === 'read',
    } = task
    const url = new URL(task.path, registry.origin)
    const signed = { ...headers, ...(authorization !== null && { authorization }) }
    const errand = { url, method, headers: signed, body, maxBytes, into, repeatable, secrets: registry.secrets }
    const streams = body !== null && !Buffer.isBuffer(body)
    return streams ? this.line.upload(errand, call) : this.line.send(errand, call)
  }
}

export type Action = 'pull' | 'pull,push' | 'pull,delete'

export function scopeOf(repository: string, action: Action): string {
  return `repository:${repository}:${action}`
}
