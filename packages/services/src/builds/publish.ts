import { newId, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import { findComponent } from '../components/find.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { instant, sha, slug, text } from '../fields.ts'
import { decideJob } from '../promotions/drive-job.ts'
import { buildRef } from '../reads/build-ref.ts'
import type { BuildRef } from '../views.ts'

export const publishBuildInput = z.strictObject({
  component: slug,
  sha,
  branch: text(200),
  /** prefer one that never moves, such as staging-<sha7> */
  tag: z
    .string({ error: 'must be text' })
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'must be an image tag: up to 128 of letters, digits, _ . and -'),
  /** image name → digest */
  images: z
    .record(text(300), z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a digest: sha256: and 64 hexadecimal digits'))
    .optional(),
  committedAt: instant.optional(),
})

/**
 * Makes a build known. Builds of a branch are ordered by `committedAt`, or by the time of publication where it is left
 * out. Publishing the same build again answers the first one; the same commit under another tag or branch is refused.
 */
export async function publishBuild(ctx: Context, input: unknown): Promise<BuildRef & { created: boolean }> {
  const build = parse(publishBuildInput, input)
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const component = await findComponent(tx.db, build.component)
    const id = newId('bld', now.getTime())
    const { count } = await tx.db.build.createMany({
      data: {
        id,
        componentId: component.id,
        sha: build.sha,
        branch: build.branch,
        tag: build.tag,
        ...(build.images === undefined ? {} : { images: build.images }),
        committedAt: build.committedAt ?? null,
        orderedAt: build.committedAt ?? now,
        publishedAt: now,
        publishedBy: ctx.actor.name,
      },
      skipDuplicates: true,
    })
    const stored = await tx.db.build.findUniqueOrThrow({
      where: { componentId_sha: { componentId: component.id, sha: build.sha } },
    })
    for (const field of ['tag', 'branch'] as const) {
      if (stored[field] === build[field]) continue
      throw new ServiceError('conflict', `This commit was published with ${field} ${stored[field]}.`, {
        field,
        remedy: `Publish it with ${field} ${stored[field]}; a commit has one build.`,
      })
    }
    if (count === 1) {
      await audit(tx, ctx, {
        action: 'build.publish',
        subjectType: 'build',
        subjectId: id,
        environmentId: null,
        detail: { component: component.slug, sha: build.sha, tag: build.tag },
        after: {
          ...{ sha: build.sha, branch: build.branch, tag: build.tag },
          ...(build.images === undefined ? {} : { images: build.images }),
        },
      })
      await noteChange(tx, now, { kind: 'build.published' })
      // its checks may have been green before anybody published it
      tx.send(decideJob(build.sha))
    }
    return { ...buildRef(stored), created: count === 1 }
  })
}
