import { z } from 'zod'

/** One field may be missing or of a type nobody promised; that must not cost us the rest of the answer. */
const text = z.string().nullish().catch(null)

const errorSchema = z.looseObject({ code: text, message: text })
const errorsSchema = z.looseObject({ errors: z.array(z.unknown()) })

const annotations = z.record(z.string(), z.unknown()).nullish().catch(null)

/** How a manifest names a part of itself: what it is, its digest, its length in bytes. */
export const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).nullish().catch(null),
  annotations,
  platform: z.looseObject({ os: text, architecture: text }).nullish().catch(null),
})
export type Descriptor = z.infer<typeof descriptorSchema>

export const imageSchema = z.looseObject({
  mediaType: text,
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  annotations,
})

export const indexSchema = z.looseObject({ mediaType: text, manifests: z.array(descriptorSchema), annotations })

/** An image's configuration, as far as we rely on it. */
export const configSchema = z.looseObject({
  config: z
    .looseObject({ Labels: z.record(z.string(), z.unknown()).nullish().catch(null) })
    .nullish()
    .catch(null),
})

/** A repository without tags is answered with null by registries that are in wide use. */
export const tagsSchema = z.looseObject({ tags: z.array(z.string()).nullable() })

/** Two names for one thing: the registry's own specification and OAuth. `expires_in` is in seconds. */
export const tokenSchema = z.looseObject({
  token: text,
  access_token: text,
  expires_in: z.number().positive().nullish().catch(null),
})

/** The parsed body, or undefined when it is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The registry's error list, in its order; empty when the body is none. Not yet redacted. */
export function parseErrors(body: Buffer): { code: string; message: string }[] {
  const parsed = errorsSchema.safeParse(parseJson(body))
  if (!parsed.success) return []
  return parsed.data.errors.flatMap((entry) => {
    const error = errorSchema.safeParse(entry)
    return error.success ? [{ code: error.data.code ?? '', message: error.data.message ?? '' }] : []
  })
}
