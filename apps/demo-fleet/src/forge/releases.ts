import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { shaSchema } from '../config.ts'
import type { DemoForge } from './forge.ts'
import type { DeliveryItem } from './hooks.ts'

export const releaseSchema = z.strictObject({
  repo: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'is not owner/name')
    .default('acme/infra'),
  deployName: z.string().min(1).max(100).default('infra'),
  environment: z.string().min(1).max(100).default('staging'),
  /** made up when left out */
  sha: shaSchema.optional(),
  version: z.string().max(200).optional(),
  artifacts: z.record(z.string(), z.string()).optional(),
  runId: z.string().max(100).optional(),
})

/** What happens when another repository releases a component: it says so with a signed `repository_dispatch`. */
export async function release(
  forge: DemoForge,
  asked: z.output<typeof releaseSchema>,
): Promise<{ sha: string; runId: string; delivery: DeliveryItem | null }> {
  const { repo, deployName, environment, version, artifacts } = asked
  const { sha = randomBytes(20).toString('hex'), runId = String(Date.now()) } = asked
  const delivery = await forge.hooks.send('repository_dispatch', {
    action: 'external-update',
    branch: 'main',
    client_payload: {
      source_repo: repo,
      deploy_name: deployName,
      environment,
      sha,
      run_id: runId,
      ...(version !== undefined && { version }),
      ...(artifacts !== undefined && { artifacts: JSON.stringify(artifacts) }),
    },
    repository: { full_name: repo },
  })
  return { sha, runId, delivery }
}
