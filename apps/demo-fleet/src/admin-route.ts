import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { shaSchema, slugSchema, tagSchema, tenantSchema } from './config.ts'
import type { Environment } from './environment.ts'
import { faultNames } from './faults.ts'
import { HttpError, parse, readJson, sendJson } from './http.ts'
import type { Images } from './images.ts'
import { BuildFailed } from './runner.ts'

const imageSchema = z.object({ sha: shaSchema })
const faultSchema = z.object({ fault: z.enum([...faultNames, 'none']), times: z.number().int().min(1).nullish() })

/** `/{env}/admin/…`: the switches of this box. The caller has checked the bearer token. */
export async function adminRoute(
  env: Environment,
  images: Images,
  rest: string[],
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [what = '', name = '', ...more] = rest
  const route = `${request.method} ${what}${name === '' ? '' : '/…'}`
  if (more.length > 0) throw new HttpError(404, 'there is no such admin path')
  switch (route) {
    case 'GET record':
      return sendJson(response, 200, {
        items: env.record.list(query.get('since') ?? '', Number(query.get('last') ?? 0)),
      })

    case 'GET images':
      return sendJson(response, 200, { items: images.list() })
    case 'PUT images/…': {
      const { sha } = parse(imageSchema, await readJson(request))
      await images.put(parse(tagSchema, name), sha)
      return sendJson(response, 200, { ok: true, tag: name, sha })
    }

    case 'GET tenants':
      return sendJson(response, 200, listTenants(env, query))
    case 'POST tenants': {
      const { slug, sha } = parse(tenantSchema, await readJson(request))
      const added = await env.add(slug, sha).catch((error: unknown) => {
        throw error instanceof BuildFailed ? new HttpError(502, `"${slug}" was added, but ${error.message}`) : error
      })
      if (!added) throw new HttpError(409, `there is a tenant "${slug}" already`)
      return sendJson(response, 201, { ok: true, slug, sha })
    }
    case 'DELETE tenants/…':
      if (!(await env.remove(name))) throw new HttpError(404, `there is no tenant "${name.slice(0, 80)}"`)
      return sendJson(response, 200, { ok: true })

    case 'GET faults/…':
      return sendJson(response, 200, {
        slug: tenantSlug(env, name),
        fault: env.faults.of(name),
        switch: env.faults.switched(name),
      })
    case 'PUT faults/…': {
      const { fault, times } = parse(faultSchema, await readJson(request))
      env.faults.set(tenantSlug(env, name), { fault, times: times ?? null })
      await env.save()
      return sendJson(response, 200, {
        ok: true,
        slug: name,
        fault: env.faults.of(name),
        switch: env.faults.switched(name),
      })
    }
    case 'DELETE faults/…':
      env.faults.remove(tenantSlug(env, name))
      await env.save()
      return sendJson(response, 200, { ok: true, slug: name, fault: env.faults.of(name) })

    default:
      throw new HttpError(404, 'there is no such admin path')
  }
}

function tenantSlug(env: Environment, name: string): string {
  if (!slugSchema.safeParse(name).success || !env.tenants.has(name))
    throw new HttpError(404, `there is no tenant "${name.slice(0, 80)}"`)
  return name
}

/** In rollout order, with `total`; `limit` and `offset` for large fleets. */
function listTenants(env: Environment, query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? Number.POSITIVE_INFINITY)
  const offset = Number(query.get('offset') ?? 0)
  const items = [...env.tenants.values()].slice(offset, offset + limit).map((tenant) => ({
    slug: tenant.slug,
    state:
      tenant.passing !== null
        ? 'changing'
        : tenant.running === null
          ? 'nothing'
          : env.runner.alive(tenant.running)
            ? 'running'
            : 'dead',
    sha: tenant.running?.sha ?? null,
    since: tenant.running?.since ?? null,
    pid: tenant.running?.pid ?? null,
    port: tenant.running?.port ?? null,
    fault: env.faults.of(tenant.slug),
    switch: env.faults.switched(tenant.slug),
  }))
  return { total: env.tenants.size, items }
}
