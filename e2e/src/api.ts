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

/** The API for machines, as a pipeline uses it. */
export interface Api {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  /** Reads the apply until it is in one of these states. */
  untilApply(id: string, ...states: string[]): Promise<ApplyAnswer>
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
  }
}
