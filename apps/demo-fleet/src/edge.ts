import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Environment, Tenant } from './environment.ts'
import { sendHtml, sendJson } from './http.ts'

/** The public side of the tenants: `/{env}/t/{slug}/…` goes to whatever the tenant runs now. */
export class Edge {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })

  /** `path` begins with a slash and has its query. */
  serve(env: Environment, slug: string, path: string, request: IncomingMessage, response: ServerResponse): void {
    const tenant = env.tenants.get(slug)
    if (tenant === undefined)
      return sendHtml(response, 404, '<!doctype html><title>No such site</title><h1>No such site</h1>')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendJson(response, 405, { error: 'only GET here' })
    const isBuildinfo = path === '/buildinfo' || path.startsWith('/buildinfo?')
    switch (isBuildinfo ? env.faults.take(slug, 'read') : env.faults.of(slug)) {
      case 'down':
        request.socket.destroy()
        return
      case 'html':
        if (isBuildinfo)
          return sendHtml(response, 200, `<!doctype html><title>${slug}</title><h1>Welcome to ${slug}</h1>`)
        break
      case 'dev':
        if (isBuildinfo) return sendJson(response, 200, { git_sha: 'dev', slug })
        break
      case 'sick':
        if (isBuildinfo) return sendJson(response, 500, { error: 'no connection to the database' })
        break
      default:
    }
    if (isBuildinfo && this.#serveCached(env, tenant, response)) return
    if (tenant.running === null) return sendJson(response, 502, { error: 'nothing runs here' })
    if (env.light) return this.#serveLight(env, tenant, isBuildinfo, path, response)
    this.#proxy(env, tenant, isBuildinfo, path, request, response)
  }

  #serveCached(env: Environment, tenant: Tenant, response: ServerResponse): boolean {
    const cache = tenant.edgeCache
    if (cache === null) return false
    if (Date.now() > cache.until) {
      tenant.edgeCache = null
      return false
    }
    if (cache.sha === null) sendJson(response, 502, { error: 'nothing runs here' })
    else {
      env.record.served(tenant.slug, cache.sha)
      sendJson(response, 200, { git_sha: cache.sha, slug: tenant.slug })
    }
    return true
  }

  #serveLight(env: Environment, tenant: Tenant, isBuildinfo: boolean, path: string, response: ServerResponse): void {
    const { sha, since } = tenant.running!
    if (isBuildinfo) {
      env.record.served(tenant.slug, sha)
      return sendJson(response, 200, { git_sha: sha, slug: tenant.slug, since })
    }
    if (path === '/health') return sendJson(response, 200, { ok: true, slug: tenant.slug, git_sha: sha, since })
    sendHtml(
      response,
      200,
      `<!doctype html><title>${tenant.slug}</title><h1>${tenant.slug}</h1><p>runs <code>${sha}</code> since ${since}</p>`,
    )
  }

  #proxy(
    env: Environment,
    tenant: Tenant,
    isBuildinfo: boolean,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const running = tenant.running!
    const headers: Record<string, string> = { host: `${tenant.slug}.localhost` }
    // Only what a page needs: whoever sends the control plane's token here by mistake must not hand it to a tenant.
    for (const name of ['accept', 'accept-language', 'user-agent'] as const) {
      const value = request.headers[name]
      if (value !== undefined) headers[name] = value
    }
    const upstream = httpRequest(
      {
        host: '127.0.0.1',
        port: running.port,
        method: request.method,
        path,
        headers,
        agent: this.#agent,
        timeout: 10_000,
      },
      (answer) => {
        // Another program may sit on the port of a tenant that died: that is nobody, not somebody else's answer.
        if (answer.headers['x-tenant-instance'] !== running.instance) {
          answer.resume()
          return sendJson(response, 502, { error: 'the tenant is not there' })
        }
        if (isBuildinfo && answer.statusCode === 200) env.record.served(tenant.slug, running.sha)
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
