import { z } from 'zod'

/** Only what is read; forges send far more, and differ in it. A field of another type counts as missing. */
const text = z.string().nullish().catch(null)
const number = z.number().nullish().catch(null)
const repository = z.object({ full_name: z.string() })

export const statusBody = z.object({
  id: number,
  sha: z.string(),
  context: z.string(),
  state: z.string(),
  target_url: text,
  repository,
})

export const pushBody = z.object({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean().nullish().catch(null),
  head_commit: z.object({ id: z.string() }).nullish().catch(null),
  repository,
})

export const workflowRunBody = z.object({
  action: text,
  workflow: z.object({ name: text }).nullish().catch(null),
  workflow_run: z.object({
    id: number,
    name: text,
    path: text,
    event: text,
    status: text,
    conclusion: text,
    head_sha: z.string(),
    head_branch: text,
    head_repository: repository.nullish().catch(null),
    html_url: text,
    updated_at: text,
    completed_at: text,
    started_at: text,
    created_at: text,
  }),
  repository,
})

/** The fields of an update; whatever they hold, the receiving rules judge it. */
const update = z.object({
  source_repo: z.unknown().optional(),
  deploy_name: z.unknown().optional(),
  environment: z.unknown().optional(),
  sha: z.unknown().optional(),
  version: z.unknown().optional(),
  artifacts: z.unknown().optional(),
  run_id: z.unknown().optional(),
})

export const dispatchBody = z.object({ action: z.string(), client_payload: update, repository })

export const standardBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('external_update'), data: update }),
  z.object({
    type: z.literal('check'),
    data: z.object({
      repo: text,
      sha: z.string(),
      context: z.string(),
      status: z.string(),
      url: text,
      order: number,
    }),
  }),
])

/** GitHub sends a form with the JSON in one field where an administrator left its default content type. */
export function parseBody(body: Uint8Array, contentType: string): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  const isForm = contentType.toLowerCase().startsWith('application/x-www-form-urlencoded')
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text)
  } catch {
    return undefined
  }
}
