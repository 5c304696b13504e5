import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { error, RegistryAuth, type RegistryStore, type Reply } from '@rollcall/registry-client/testing'
import { AppendLog } from '../append-log.ts'
import type { RegistryConfig } from '../config.ts'
import { HttpError, readBody } from '../http.ts'
import type { Switches } from '../switches.ts'
import { faultOfNames, type RegistryFaultName, registryFault } from './faults.ts'
import { KeptStore } from './kept-store.ts'

/** One request that was let in, as it ended. */
export interface RegistryItem {
  seq: number
  at: string
  method: string
  /** with its query */
  path: string
  /** null when there was no answer */
  status: number | null
  fault: RegistryFaultName | null
  /** of the manifest that was read or written */
  digest: string | null
}

interface Asked {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Buffer
}

/** A layer of a real image may be this large; it is held in memory. */
const maxBytes = 64 * 1024 * 1024

/** An image registry for one machine: the contract, tokens of its own, faults by name, and a record of every request. */
export class DemoRegistry {
  readonly record: AppendLog<RegistryItem>
  readonly #config: RegistryConfig
  readonly #stallSeconds: number
  readonly #kept: KeptStore
  readonly #auth: RegistryAuth
  readonly #server: Server
  readonly #ending = new AbortController()
  /** requests that a fault met which strikes once */
  readonly #met = new Set<string>()

  constructor(config: RegistryConfig, host: { stateFolder: string; stallSeconds: number }) {
    this.#config = config
    this.#stallSeconds = host.stallSeconds
    this.#kept = new KeptStore(host.stateFolder)
    this.record = new AppendLog(join(host.stateFolder, 'registry.record.jsonl'))
    this.#auth = new RegistryAuth(() => ({ bearer: config.account, alsoBasic: true }))
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.keepAliveTimeout = 65_000
  }

  get store(): RegistryStore {
    return this.#kept.store
  }

  get switches(): Switches<RegistryFaultName> {
    return this.#kept.switches
  }

  get port(): number {
    return this.#config.port
  }

  /** Resolves when what was changed from within is on disk. */
  save(): Promise<void> {
    return this.#kept.save()
  }

  /** Rejects when the port is taken. */
  async open(hostName: string): Promise<void> {
    await this.#kept.open()
    await this.record.open()
    await new Promise<void>((done, fail) => {
      this.#server.once('error', fail)
      this.#server.listen(this.#config.port, hostName, done)
    })
  }

  async close(): Promise<void> {
    this.#ending.abort()
    this.#server.close()
    this.#server.closeAllConnections()
    await this.#kept.save()
    await this.record.close()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#serve(request, response).catch((failure: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy()
      if (failure instanceof HttpError) return send(error(failure.status, 'UNSUPPORTED', failure.message), response)
      process.stderr.write(`registry: ${failure instanceof Error ? failure.stack : String(failure)}\n`)
      send(error(500, 'UNKNOWN', 'the registry failed inside'), response)
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request
    const asked: Asked = { method, url, headers, body: await readBody(request, maxBytes) }
    const atTheDoor = this.#auth.answer(asked)
    if (atTheDoor !== null) return send(atTheDoor, response)

    const fault = this.#faultOf(asked)
    const { acts, ends } = fault === null ? { acts: true, ends: null } : registryFault(fault)
    const reply = acts ? await this.#act(asked) : null
    if (ends === null && reply !== null) {
      this.#note(asked, reply.status, null, reply)
      return send(reply, response)
    }
    this.#note(asked, ends === null || typeof ends === 'string' ? null : ends.status, fault, reply)
    if (ends === 'break' || ends === null) return void response.destroy()
    if (ends === 'silence') return this.#stall(response)
    const { status, code, ...more } = ends
    const said = status < 300 ? { ...error(status, code), body: Buffer.alloc(0) } : error(status, code)
    send({ ...said, headers: { ...said.headers, ...more.headers } }, response)
  }

  /** Everything that was acknowledged is on disk. */
  async #act(asked: Asked): Promise<Reply> {
    const reply = this.#kept.store.answer(asked)
    if (asked.method !== 'GET' && asked.method !== 'HEAD' && reply.status < 300) await this.#kept.save()
    return reply
  }

  #faultOf({ method, url }: Asked): RegistryFaultName | null {
    const path = url.split('?')[0] ?? ''
    const switched = this.switches.take(method, path)
    if (switched !== null) return switched
    const [, repository = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(path) ?? []
    const named = faultOfNames(repository, kind === 'manifests' ? reference : '')
    if (named === null) return null
    const { once = false, writes = false } = registryFault(named)
    if (writes && !(kind === 'manifests' && method === 'PUT')) return null
    if (!once) return named
    const request = `${method} ${path}`
    if (this.#met.has(request)) return null
    this.#met.add(request)
    return named
  }

  #note({ method, url }: Asked, status: number | null, fault: RegistryFaultName | null, reply: Reply | null): void {
    const isManifest = url.includes('/manifests/')
    const digest = (isManifest && reply?.headers['docker-content-digest']) || null
    this.record.append({ method, path: url.slice(0, 300), status, fault, digest })
  }

  /** Nothing is said until the client leaves or time is up. */
  async #stall(response: ServerResponse): Promise<void> {
    const left = new AbortController()
    response.once('close', () => left.abort())
    const signal = AbortSignal.any([left.signal, this.#ending.signal])
    await wait(this.#stallSeconds * 1000, undefined, { signal }).catch(() => {})
    if (!response.destroyed) send(error(504, 'UNKNOWN', 'the registry did not answer in time'), response)
  }
}

function send({ status, headers, body }: Reply, response: ServerResponse): void {
  response.writeHead(status, {
    'docker-distribution-api-version': 'registry/2.0',
    'content-length': body.length,
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
