import { type APIRequestContext, expect } from '@playwright/test'

export interface ApplyAnswer {
  id: string
  state: string
  settled: boolean
  releaseStatus: string
  environment: string
  component: string
  sha: string
  counts: Record<string, number>
  planHash: string
  headline: string
  firstFailure: { slug: string; reason: string } | null
  nextActions: { verb: string; label: string }[]
}

export interface FleetAnswer {
  environment: string
  asOf: string
  targets: {
    slug: string
    verdict: string
    expectedSha: string | null
    observedSha: string | null
    observedAt: string | null
    reason: string
  }[]
}

export interface PromotionAnswer {
  id: string
  set: string
  sha: string
  state: string
  settled: boolean
  headline: string
  applyId: string | null
  moves: { repository: string; sourceDigest: string | null; observedDigest: string | null }[]
}

export interface UpdateAnswer {
  id: string
  state: string
  deploy_name: string
  environment: string
  sha: string
  run_id: string | null
  applyId: string | null
}

/** The API for machines, as a pipeline uses it. */
export interface Api {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  /** Reads the apply until it is in one of these states. */
  untilApply(id: string, ...states: string[]): Promise<ApplyAnswer>
  /** Reads the promotions until the newest one of this commit is in one of these states. */
  untilPromotion(sha: string, ...states: string[]): Promise<PromotionAnswer>
}

export function api(request: APIRequestContext, url: string, token: string): Api {
  const headers = { authorization: `Bearer ${token}` }
  async function get<T>(path: string): Promise<T> {
    const answer = await request.get(`${url}${path}`, { headers })
    expect(answer.status(), `GET ${path}: ${await answer.text()}`).toBe(200)
    return answer.json()
  }
  return {
    get,
    async post(path, body) {
      const answer = await request.post(`${url}${path}`, { headers, data: body ?? {} })
      expect(answer.ok(), `POST ${path}: ${await answer.text()}`).toBe(true)
      return answer.json()
    },
    async untilApply(id, ...states) {
      let apply = await get<ApplyAnswer>(`/api/v1/applies/${id}`)
      await expect
        .poll(
          async () => {
            apply = await get<ApplyAnswer>(`/api/v1/applies/${id}`)
            return states.includes(apply.state) ? 'there' : `${apply.state}: ${apply.headline}`
          },
          { timeout: 80_000, intervals: [300] },
        )
        .toBe('there')
      return apply
    },
    async untilPromotion(sha, ...states) {
      let found: PromotionAnswer | undefined
      await expect
        .poll(
          async () => {
            const { items } = await get<{ items: PromotionAnswer[] }>('/api/v1/promotions')
            found = items.find((one) => one.sha === sha)
            if (found && states.includes(found.state)) return 'there'
            return found ? `${found.state}: ${found.headline}` : 'no promotion of this commit'
          },
          { timeout: 60_000, intervals: [300] },
        )
        .toBe('there')
      return get(`/api/v1/promotions/${found?.id}`)
    },
  }
}
