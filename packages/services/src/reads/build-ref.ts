import type { Build } from '@rollcall/store'
import type { BuildRef } from '../views.ts'

export function buildRef(build: Build): BuildRef {
  return {
    id: build.id,
    sha: build.sha,
    branch: build.branch,
    tag: build.tag,
    orderedAt: build.orderedAt.toISOString(),
    publishedAt: build.publishedAt.toISOString(),
  }
}
