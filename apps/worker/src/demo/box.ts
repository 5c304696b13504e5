/** The admin side of the demo fleet, as far as the seed needs it. */
export interface Box {
  /** Pushes the image of a commit into the registry; tags that are there already stay where they are. */
  pushImage(repository: string, sha: string, tags: readonly string[]): Promise<{ digest: string }>
  putImage(tag: string, sha: string): Promise<void>
  addTenants(environment: string, slugs: readonly string[], sha: string): Promise<void>
}

/** tenants that are started at once: each is a process of its own */
const atOnce = 4

export function openBox(url: string, token: string, anyEnvironment: string): Box {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(
        `the demo fleet answered ${response.status} to ${method} ${path}: ${(await response.text()).slice(0, 200)}`,
      )
    return response.json()
  }
  return {
    async pushImage(repository, sha, tags) {
      return (await call('PUT', '/registry/admin/images', { repository, sha, tags, keep: true })) as { digest: string }
    },
    async putImage(tag, sha) {
      await call('PUT', `/${anyEnvironment}/admin/images/${encodeURIComponent(tag)}`, { sha })
    },
    async addTenants(environment, slugs, sha) {
      const { items } = (await call('GET', `/${environment}/admin/tenants`)) as { items: { slug: string }[] }
      const there = new Set(items.map(({ slug }) => slug))
      const line = slugs.filter((slug) => !there.has(slug))
      // names go in one after the other, so that the fleet has this order; the processes come up side by side
      const starting: Promise<unknown>[] = []
      for (const slug of line) {
        starting.push(call('POST', `/${environment}/admin/tenants`, { slug, sha }))
        if (starting.length % atOnce === 0) await Promise.all(starting)
      }
      await Promise.all(starting)
    },
  }
}
