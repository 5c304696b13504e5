import type { Api, ApplyAnswer, UpdateAnswer } from '../src/api.ts'
import { expect, story } from '../src/story.ts'

interface Updates {
  items: UpdateAnswer[]
}

/** Told by the forge, with a signed webhook; the receiver answers before it is handled. */
async function untilUpdate(api: Api, runId: string, state: string): Promise<UpdateAnswer> {
  const read = async () => (await api.get<Updates>(`/api/v1/external-updates?run_id=${runId}`)).items
  await expect.poll(async () => (await read()).map((update) => update.state), { timeout: 60_000 }).toEqual([state])
  return (await read())[0] as UpdateAnswer
}

const appliesOf = async (api: Api, component: string) =>
  (await api.get<{ items: ApplyAnswer[] }>(`/api/v1/applies?component=${component}`)).items

story(
  'another repository releases two components: one opted in and is deployed alone, the other is recorded and no more',
  async ({ api, demo }) => {
    const before = { server: await appliesOf(api, 'workspace-server'), infra: await appliesOf(api, 'infra') }

    const cache = await demo.release({ deployName: 'edge-cache', environment: 'staging', version: 'v0.11.0' })
    expect(await untilUpdate(api, cache.runId, 'recorded')).toMatchObject({ sha: cache.sha, applyId: null })

    const infra = await demo.release({ deployName: 'infra', environment: 'staging', version: 'v1.5.0' })
    const update = await untilUpdate(api, infra.runId, 'observed')
    expect(update).toMatchObject({ deploy_name: 'infra', environment: 'staging', sha: infra.sha })

    const [apply, ...earlier] = await appliesOf(api, 'infra')
    expect(apply).toMatchObject({ id: update.applyId, state: 'completed', sha: infra.sha, environment: 'staging' })
    expect(earlier.map(({ id }) => id)).toEqual(before.infra.map(({ id }) => id))
    const untouched = (applies: ApplyAnswer[]) => applies.map(({ id, sha, environment }) => ({ id, sha, environment }))
    expect(untouched(await appliesOf(api, 'workspace-server'))).toEqual(untouched(before.server))
  },
)
