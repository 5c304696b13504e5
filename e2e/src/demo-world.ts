import { type APIRequestContext, expect } from '@playwright/test'

export interface PushedCommit {
  sha: string
  /** digest by repository */
  images: Record<string, string>
}

/** What happens outside Rollcall: tenants with faults, a forge on which people work, a registry that anybody can ask. */
export interface DemoWorld {
  /** `none` takes away the fault that a tenant's name brings. */
  setFault(environment: string, slug: string, fault: string): Promise<void>
  /** Somebody pushes a commit: images, build, and a check that stays pending until `setCheck`. */
  pushCommit(): Promise<PushedCommit>
  /** A check ends; the forge tells so with a signed webhook. */
  setCheck(sha: string, state: 'success' | 'failure'): Promise<void>
  /** Another repository releases a version of a component, and tells so with a signed webhook. */
  release(asked: { deployName: string; environment: string; version: string }): Promise<{ sha: string; runId: string }>
  /** What the registry itself says a tag is; null when it has none. */
  digest(repository: string, tag: string): Promise<string | null>
}

const context = 'e2e/staging'

export function demoWorld(
  request: APIRequestContext,
  at: { url: string; token: string; registry: { url: string; password: string } },
): DemoWorld {
  async function admin<T>(method: 'PUT' | 'POST', path: string, data: object): Promise<T> {
    const answer = await request.fetch(`${at.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${at.token}` },
      data,
    })
    expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true)
    return answer.json()
  }
  return {
    async setFault(environment, slug, fault) {
      await admin('PUT', `/${environment}/admin/faults/${slug}`, { fault })
    },
    pushCommit: () => admin('POST', '/forge/admin/commits', { context, ends: null }),
    async setCheck(sha, state) {
      await admin('POST', '/forge/admin/checks', { sha, context, state })
    },
    release: (asked) => admin('POST', '/forge/admin/releases', asked),
    async digest(repository, tag) {
      const { url, password } = at.registry
      const answer = await request.head(`${url}/v2/${repository}/manifests/${tag}`, {
        headers: {
          authorization: `Basic ${Buffer.from(`demo:${password}`).toString('base64')}`,
          accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json',
        },
      })
      expect([200, 404]).toContain(answer.status())
      return answer.headers()['docker-content-digest'] ?? null
    },
  }
}
