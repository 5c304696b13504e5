import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ForgeFault, forgeFaults } from '@rollcall/forge/testing'
import { z } from 'zod'
import { HttpError, parse, readJson, sendJson } from '../http.ts'
import type { BuildsSource } from '../published-builds.ts'
import type { DemoRegistry } from '../registry/registry.ts'
import { switchSchema } from '../switches.ts'
import { check, checkSchema, commitSchema, pushCommit } from './commits.ts'
import type { DemoForge } from './forge.ts'
import { release, releaseSchema } from './releases.ts'

const faultNames = Object.keys(forgeFaults) as ForgeFault[]
const endSchema = z.strictObject({ conclusion: z.string().min(1).max(60) })

/** `/forge/admin/…`: what happens on the forge, its faults, what it sent and was asked. The caller has checked the token. */
export async function forgeAdmin(
  world: { forge: DemoForge; registry: DemoRegistry | null; builds: BuildsSource | null },
  rest: string[],
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { forge } = world
  const [what = '', name = ''] = rest
  const since = query.get('since') ?? ''
  const last = Number(query.get('last') ?? 0)
  const body = async <T>(schema: z.ZodType<T>) => parse(schema, (await readJson(request)) ?? {})
  switch (`${request.method} ${what}${name === '' ? '' : '/…'}`) {
    case 'POST commits':
      return sendJson(response, 201, await pushCommit(world, await body(commitSchema)))
    case 'POST checks':
      return sendJson(response, 201, check(forge, await body(checkSchema)))
    case 'GET checks':
      return sendJson(response, 200, { items: forge.store.statuses })
    case 'POST releases':
      return sendJson(response, 201, await release(forge, await body(releaseSchema)))

    case 'GET runs':
      return sendJson(response, 200, { items: forge.store.runs })
    case 'POST runs/…': {
      const { conclusion } = await body(endSchema)
      if (!forge.end(Number(name), conclusion)) throw new HttpError(404, 'no run of that number is under way')
      return sendJson(response, 200, { ok: true })
    }

    case 'GET deliveries':
      return sendJson(response, 200, { items: forge.hooks.log.list(since, last) })
    case 'POST deliveries/…': {
      const delivery = await forge.hooks.again(Number(name))
      if (delivery === null) throw new HttpError(404, 'there is no delivery of that number')
      return sendJson(response, 200, delivery)
    }

    case 'GET record':
      return sendJson(response, 200, { items: forge.record.list(since, last) })
    case 'GET faults':
      return sendJson(response, 200, { names: faultNames, items: forge.switches.list() })
    case 'POST faults': {
      const added = forge.switches.add(await body(switchSchema(faultNames)))
      await forge.save()
      return sendJson(response, 201, added)
    }
    case 'DELETE faults':
      forge.switches.clear()
      await forge.save()
      return sendJson(response, 200, { ok: true })
    case 'DELETE faults/…':
      if (!forge.switches.remove(name)) throw new HttpError(404, 'there is no such switch')
      await forge.save()
      return sendJson(response, 200, { ok: true })

    default:
      throw new HttpError(404, 'there is no such admin path')
  }
}
