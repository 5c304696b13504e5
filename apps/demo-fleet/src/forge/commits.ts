import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { shaSchema } from '../config.ts'
import { HttpError } from '../http.ts'
import type { BuildsSource } from '../published-builds.ts'
import { imageOf } from '../registry/images.ts'
import type { DemoRegistry } from '../registry/registry.ts'
import { type DemoForge, sourceRepo } from './forge.ts'

/** What the pipeline of the demo's repository builds: the image of the fleet, and the one that new tenants begin with. */
const repositories = ['platform', 'platform-tenant']
const component = 'workspace-server'

export const commitSchema = z.strictObject({
  /** made up when left out */
  sha: shaSchema.optional(),
  branch: z.string().min(1).max(100).default('main'),
  /** the check that follows, pending at once; null: none */
  context: z.string().min(1).max(200).nullable().default('e2e/staging'),
  /** how that check ends; null: it stays pending */
  ends: z.enum(['success', 'failure', 'error']).nullable().default('success'),
  afterSeconds: z.number().min(0).max(600).default(5),
})

/**
 * What happens when somebody pushes a commit: its images are pushed to the registry, its build is published, its check
 * turns pending and, a little later, whatever it ends as. Resolves once the check is pending.
 */
export async function pushCommit(
  world: { forge: DemoForge; registry: DemoRegistry | null; builds: BuildsSource | null },
  asked: z.output<typeof commitSchema>,
) {
  const { forge, registry, builds } = world
  const { sha = randomBytes(20).toString('hex'), branch, context, ends, afterSeconds } = asked
  const tag = `${branch.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}-${sha.slice(0, 7)}`
  const images: Record<string, string> = {}
  for (const repository of registry === null ? [] : repositories) {
    const image = imageOf(repository, sha)
    registry?.store.hold(repository, image, [tag, `staging-${sha.slice(0, 7)}`])
    images[repository] = image.digest
  }
  await registry?.save()
  if (builds !== null) await publish(builds, { component, sha, branch, tag, images })
  if (context !== null) forge.store.setStatus(sourceRepo, sha, { context, state: 'pending' })
  if (context !== null && ends !== null) void later(afterSeconds, () => check(forge, { sha, context, state: ends }))
  return { repo: sourceRepo, component, sha, branch, tag, images, context }
}

export const checkSchema = z.strictObject({
  sha: shaSchema,
  context: z.string().min(1).max(200).default('e2e/staging'),
  state: z.enum(['pending', 'success', 'failure', 'error']),
})

/** Sets a check of a commit and tells so by webhook. */
export function check(forge: DemoForge, { sha, context, state }: z.output<typeof checkSchema>) {
  return forge.store.setStatus(sourceRepo, sha, { context, state })
}

/** Unreferenced: nobody waits for it when the box ends, and the check then stays pending. */
async function later(seconds: number, what: () => void): Promise<void> {
  await delay(seconds * 1000, undefined, { ref: false })
  what()
}

async function publish({ url, token }: BuildsSource, build: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(build),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error) => {
    throw new HttpError(502, `the build could not be published: ${error.message}`)
  })
  const said = await answer.text()
  if (!answer.ok) throw new HttpError(502, `publishing the build was answered ${answer.status}: ${said.slice(0, 200)}`)
}
