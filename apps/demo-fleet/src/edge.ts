import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Environment, Tenant } from './environment.ts'
import type { FaultName } from './faults.ts'
import { sendHtml, sendJson } from './http.ts'
import type { Running } from './runner.ts'

const noSuchSite = '<!doctype html><title>No such site</title><h1>No such site</h1>'

/** The public side of the tenants: `/{env}/t/{slug}/…` goes to whatever the tenant runs now. */
export class Edge {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })

  /** `path` begins with a slash and has its query. */
  serve(env: Environment, slug: string, path: string, request: IncomingMessage, response: ServerResponse): void {
    const tenant = env.tenants.get(slug)
    const isBuildinfo = path === '/buildinfo' || path.startsWith('/buildinfo?')
    if (tenant === undefined) {
      sendHtml(response, 404, noSuchSite)
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response, 405, { error: 'only GET here' })
    } else if (env.faults.of(slug) === 'down') {
      env.faults.take(slug, 'read')
      request.socket.destroy()
    } else if (isBuildinfo && showInstead(env, tenant, env.faults.take(slug, 'read'), response)) {
      // answered by the edge itself
    } else if (tenant.running === null) {
      sendJson(response, 502, { error: 'nothing runs here' })
    } else if (env.light) {
      serveLight(env, slug, tenant.running, isBuildinfo, path, response)
    } else {
      this.#proxy(env, slug, tenant.running, isBuildinfo, path, request, response)
    }
  }

  #proxy(
    env: Environment,
    slug: string,
    running: Running,
    isBuildinfo: boolean,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const headers: Record<string, string> = { host: `${slug}.localhost` }
    // Only what a page needs: whoever sends the control plane's token here by mistake must not hand it to a tenant.
    for (const name of ['accept', 'accept-language', 'user-agent'] as const) {
      const value = request.headers[name]
      if (value !== undefined) headers[name] = value
    }
    const { method } = request
    const upstream = httpRequest(
      { host: '127.0.0.1', port: running.port, method, path, headers, agent: this.#agent, timeout: 10_000 },
      (answer) => {
        // Another program may sit on the port of a tenant that died: that is nobody, not somebody else's answer.
        if (answer.headers['x-tenant-instance'] !== running.instance) {
          answer.resume()
          sendJson(response, 502, { error: 'the tenant is not there' })
          return
        }
        if (isBuildinfo && answer.statusCode === 200) env.record.served(slug, running.sha)
        const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers
        response.writeHead(answer.statusCode ?? 502, kept)
        answer.pipe(response)
      },
    )
    upstream.on('timeout', () => upstream.destroy(new Error('timeout')))
    upstream.on('error', () => {
      if (response.headersSent) response.destroy()
      else sendJson(response, 502, { error: 'the tenant does not answer' })
    })
    response.on('close', () => upstream.destroy())
    upstream.end()
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Answers a /buildinfo in the tenant's place when a fault or an edge cache says so; false = ask the tenant. */
function showInstead(env: Environment, tenant: Tenant, fault: FaultName | null, response: ServerResponse): boolean {
  const { slug, edgeCache } = tenant
  if (fault === 'html') {
    sendHtml(response, 200, `<!doctype html><title>${slug}</title><h1>Welcome to ${slug}</h1>`)
  } else if (fault === 'dev') {
    sendJson(response, 200, { git_sha: 'dev', slug })
  } else if (fault === 'sick') {
    sendJson(response, 500, { error: 'no connection to the database' })
  } else if (edgeCache !== null && Date.now() < edgeCache.until) {
    if (edgeCache.sha === null) {
      sendJson(response, 502, { error: 'nothing runs here' })
    } else {
      env.record.served(slug, edgeCache.sha)
      sendJson(response, 200, { git_sha: edgeCache.sha, slug })
    }
  } else {
    tenant.edgeCache = null
    return false
  }
  return true
}

function serveLight(
  env: Environment,
  slug: string,
  { sha, since }: Running,
  isBuildinfo: boolean,
  path: string,
  response: ServerResponse,
): void {
  if (isBuildinfo) {
    env.record.served(slug, sha)
    sendJson(response, 200, { git_sha: sha, slug, since })
  } else if (path === '/health') {
    sendJson(response, 200, { ok: true, slug, git_sha: sha, since })
  } else {
    const page = `<!doctype html><title>${slug}</title><h1>${slug}</h1><p>runs <code>${sha}</code> since ${since}</p>`
    sendHtml(response, 200, page)
  }
}
