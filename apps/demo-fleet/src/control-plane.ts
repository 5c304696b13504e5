import { createHash } from 'node:crypto'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { adminPage } from './admin-page.ts'
import { adminRoute } from './admin-route.ts'
import { bearerGuard, type Guard } from './auth.ts'
import type { DemoConfig } from './config.ts'
import { Edge } from './edge.ts'
import { Environment } from './environment.ts'
import { forgeAdmin } from './forge/admin.ts'
import { deployByRun } from './forge/deploy-run.ts'
import { DemoForge } from './forge/forge.ts'
import { HttpError, sendHtml, sendJson } from './http.ts'
import { Images } from './images.ts'
import { LightRunner } from './light-runner.ts'
import { Ports } from './ports.ts'
import { ProcessRunner } from './process-runner.ts'
import { redeployRoute } from './redeploy-route.ts'
import { registryAdmin } from './registry/admin.ts'
import { DemoRegistry } from './registry/registry.ts'
import { writeTenantProgram } from './tenant-program.ts'

/** A control plane for one machine: several environments behind one port, told apart by the first part of the path. */
export class ControlPlane {
  readonly #config: DemoConfig
  readonly #environments = new Map<string, Environment>()
  readonly #guard: Guard
  readonly #images: Images
  readonly #registry: DemoRegistry | null
  readonly #forge: DemoForge | null
  readonly #edge = new Edge()
  readonly #ending = new AbortController()
  readonly #server: Server
  readonly #folderId: string
  #leaseTimer: NodeJS.Timeout | null = null
  #ready: Promise<void> = Promise.resolve()

  constructor(config: DemoConfig) {
    this.#config = { ...config, stateFolder: resolve(config.stateFolder) }
    this.#guard = bearerGuard(config.token)
    this.#images = new Images(this.#config.stateFolder, config.builds ?? null)
    const { stateFolder } = this.#config
    this.#registry = config.registry
      ? new DemoRegistry(config.registry, { stateFolder, stallSeconds: config.timing.stallSeconds })
      : null
    this.#forge = config.forge
      ? new DemoForge(config.forge, {
          stateFolder,
          origin: () => `http://${config.host}:${this.port}/forge`,
          deploy: (run) => deployByRun(this.#environments, config.timing, run),
        })
      : null
    this.#folderId = createHash('sha256').update(this.#config.stateFolder).digest('hex').slice(0, 16)
    this.#server = createServer((request, response) => this.#answer(request, response))
    // Callers keep connections between sweeps; closing them first would make each sweep meet a few dead ones.
    this.#server.keepAliveTimeout = 65_000
    // A rollout is answered when it is over, however long that takes.
    this.#server.requestTimeout = 0
  }

  /**
   * Takes the port first and the tenants second: a second control plane on the same box must end before it touches
   * processes that are not its own. Rejects when the port is taken or another one works on the same state folder.
   */
  async open(): Promise<void> {
    const { port, host, stateFolder } = this.#config
    await mkdir(stateFolder, { recursive: true, mode: 0o700 })
    // Requests that come while the tenants are being taken up wait for them.
    let opened = () => {}
    this.#ready = new Promise((done) => {
      opened = done
    })
    await new Promise<void>((done, fail) => {
      this.#server.once('error', fail)
      this.#server.listen(port, host, done)
    })
    try {
      await this.#takeUp()
    } catch (error) {
      this.#server.close()
      this.#server.closeAllConnections()
      throw error
    }
    opened()
  }

  async #takeUp(): Promise<void> {
    const { stateFolder, environments, timing } = this.#config
    const leaseFile = join(stateFolder, 'lease')
    await this.#refuseSecond(leaseFile)
    await writeFile(leaseFile, JSON.stringify({ host: this.#config.host, port: this.port, folder: this.#folderId }))
    this.#leaseTimer = setInterval(() => {
      const now = new Date()
      utimes(leaseFile, now, now).catch(() => {})
    }, 2000).unref()
    await this.#images.load()
    await this.#registry?.open(this.#config.host)
    const program = await writeTenantProgram(stateFolder)
    const ports = new Ports()
    await Promise.all(
      environments.map((config) => {
        const { healthSeconds, orphanSeconds, lightDelayMs } = timing
        const runner = config.light
          ? new LightRunner(lightDelayMs)
          : new ProcessRunner({ program, stateFolder, leaseFile, healthSeconds, orphanSeconds, ports })
        const environment = new Environment(config, stateFolder, runner)
        this.#environments.set(config.name, environment)
        return environment.open(config)
      }),
    )
    await this.#forge?.open()
  }

  async #refuseSecond(leaseFile: string): Promise<void> {
    const lease = await readFile(leaseFile, 'utf8').catch(() => null)
    if (lease === null) return
    try {
      const { host, port } = JSON.parse(lease) as { host: string; port: number }
      if (port === this.port) return
      const answer = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(1000) })
      const health = (await answer.json()) as { folder?: string }
      if (health.folder === this.#folderId)
        throw new Error(`another control plane works on ${this.#config.stateFolder} (port ${port})`)
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('another control plane')) throw error
      // Nobody answers there: the one who wrote the lease is gone.
    }
  }

  /** The port it listens on; it is the configured one unless that was 0. */
  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : this.#config.port
  }

  /** Stops every tenant, writes the state and frees the port. */
  async close(): Promise<void> {
    this.#leave()
    await Promise.all([...this.#environments.values()].map((env) => env.stopAll()))
    await Promise.all([...this.#environments.values()].map((env) => env.close()))
    await Promise.all([this.#registry?.close(), this.#forge?.close()])
  }

  /** Goes away as if killed: the tenants stay, for the next control plane to find. */
  async abandon(): Promise<void> {
    this.#leave()
    await Promise.all([...this.#environments.values()].map((env) => env.leave()))
    await Promise.all([this.#registry?.close(), this.#forge?.close()])
  }

  #leave(): void {
    this.#ending.abort()
    if (this.#leaseTimer !== null) clearInterval(this.#leaseTimer)
    this.#server.close()
    this.#server.closeAllConnections()
    this.#edge.close()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#route(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return response.destroy()
      if (error instanceof HttpError) return sendJson(response, error.status, { ok: false, error: error.message })
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      sendJson(response, 500, { ok: false, error: 'the control plane failed inside' })
    })
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    const question = url.indexOf('?')
    const path = question === -1 ? url : url.slice(0, question)
    const [, name = '', area = '', ...rest] = path.split('/')
    if (path === '/') return sendHtml(response, 200, adminPage)
    if (path === '/healthz') return sendJson(response, 200, { ok: true, folder: this.#folderId })
    await this.#ready
    if (path === '/admin/environments') {
      this.#guard(request)
      return sendJson(response, 200, {
        items: [...this.#environments.values()].map(({ name, light, tenants }) => ({
          name,
          light,
          total: tenants.size,
        })),
        registry: this.#registry !== null,
        forge: this.#forge !== null,
      })
    }
    if (name === 'registry' && area === 'admin' && this.#registry !== null) {
      this.#guard(request)
      return registryAdmin(this.#registry, rest, queryOf(url), request, response)
    }
    if (name === 'forge' && this.#forge !== null) {
      const [forge, registry, builds] = [this.#forge, this.#registry, this.#config.builds ?? null]
      if (area !== 'admin') return forge.serve(url.slice('/forge'.length), request, response)
      this.#guard(request)
      return forgeAdmin({ forge, registry, builds }, rest, queryOf(url), request, response)
    }
    const env = this.#environments.get(name)
    if (env === undefined) throw new HttpError(404, 'there is no such environment')
    if (area === 't')
      return this.#edge.serve(env, rest[0] ?? '', `/${url.split('/').slice(4).join('/')}`, request, response)
    if (area === 'admin') {
      this.#guard(request)
      return adminRoute(env, this.#images, rest, queryOf(url), request, response)
    }
    if (area === 'cp' && rest.join('/') === 'admin/tenants/redeploy-fleet') {
      if (request.method !== 'POST') throw new HttpError(405, 'only POST here')
      const { timing } = this.#config
      return redeployRoute(
        env,
        { guard: this.#guard, images: this.#images, timing, ending: this.#ending.signal },
        request,
        response,
      )
    }
    throw new HttpError(404, 'there is nothing here')
  }
}

function queryOf(url: string): URLSearchParams {
  const question = url.indexOf('?')
  return new URLSearchParams(question === -1 ? '' : url.slice(question + 1))
}
