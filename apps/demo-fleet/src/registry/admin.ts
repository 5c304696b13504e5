import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { shaSchema, tagSchema } from '../config.ts'
import { HttpError, parse, readJson, sendJson } from '../http.ts'
import { switchSchema } from '../switches.ts'
import { registryFaultNames } from './faults.ts'
import { imageOf, tagRows } from './images.ts'
import type { DemoRegistry } from './registry.ts'

const repository = z.string().regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/, 'is not the name of a repository')
const imageSchema = z.object({
  repository,
  sha: shaSchema,
  tags: z.array(tagSchema).min(1),
  /** a tag that is there already stays where it is */
  keep: z.boolean().default(false),
})
const tagMove = z.object({ repository, tag: tagSchema, digest: z.string().nullable() })

/** `/registry/admin/…`: what is in it, its faults, its record. The caller has checked the bearer token. */
export async function registryAdmin(
  registry: DemoRegistry,
  rest: string[],
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [what = '', name = ''] = rest
  switch (`${request.method} ${what}${name === '' ? '' : '/…'}`) {
    case 'GET record':
      return sendJson(response, 200, {
        items: registry.record.list(query.get('since') ?? '', Number(query.get('last') ?? 0)),
      })

    case 'GET images':
      return sendJson(response, 200, { port: registry.port, items: tagRows(registry.store) })
    case 'PUT images': {
      const { repository, sha, tags, keep } = parse(imageSchema, await readJson(request))
      const image = imageOf(repository, sha)
      const wanted = tags.filter((tag) => !keep || registry.store.digest(repository, tag) === null)
      registry.store.hold(repository, image, wanted)
      await registry.save()
      return sendJson(response, 200, { ok: true, repository, digest: image.digest, tags: wanted })
    }
    // As somebody else would: past everybody who thinks that tags move only through them.
    case 'PUT tags': {
      const { repository, tag, digest } = parse(tagMove, await readJson(request))
      try {
        registry.store.move(repository, tag, digest)
      } catch (error) {
        throw new HttpError(404, (error as Error).message)
      }
      await registry.save()
      return sendJson(response, 200, { ok: true, repository, tag, digest })
    }

    case 'GET faults':
      return sendJson(response, 200, { names: registryFaultNames, items: registry.switches.list() })
    case 'POST faults': {
      const added = registry.switches.add(parse(switchSchema(registryFaultNames), await readJson(request)))
      await registry.save()
      return sendJson(response, 201, added)
    }
    case 'DELETE faults':
      registry.switches.clear()
      await registry.save()
      return sendJson(response, 200, { ok: true })
    case 'DELETE faults/…':
      if (!registry.switches.remove(name)) throw new HttpError(404, 'there is no such switch')
      await registry.save()
      return sendJson(response, 200, { ok: true })

    default:
      throw new HttpError(404, 'there is no such admin path')
  }
}
