import { randomBytes } from 'node:crypto'
import type { ApplyAnswer, FleetAnswer } from '../src/api.ts'
import { expect, story } from '../src/story.ts'

story('a pipeline publishes a build, has it approved and sees it proven, through the API alone', async ({ api }) => {
  const sha = randomBytes(20).toString('hex')
  await api.post('/api/v1/builds', {
    component: 'workspace-server',
    sha,
    branch: 'main',
    tag: `main-${sha.slice(0, 7)}`,
  })
  const opened = await api.post<ApplyAnswer>('/api/v1/applies', {
    environment: 'staging',
    component: 'workspace-server',
    sha,
    targets: ['birch', 'cinder'],
    soakSeconds: 0,
    requiresApproval: true,
  })
  expect(opened).toMatchObject({ state: 'awaiting_approval', environment: 'staging', component: 'workspace-server' })
  await api.post(`/api/v1/applies/${opened.id}/approve`)
  const done = await api.untilApply(opened.id, 'completed', 'failed')
  expect(done).toMatchObject({ state: 'completed', settled: true, releaseStatus: 'completed' })

  const fleet = await api.get<FleetAnswer>('/api/v1/fleet?environment=staging')
  const mine = fleet.targets.filter(({ slug }) => ['birch', 'cinder'].includes(slug))
  expect(mine.map(({ verdict, observedSha, expectedSha }) => ({ verdict, observedSha, expectedSha }))).toEqual([
    { verdict: 'fresh', observedSha: sha, expectedSha: sha },
    { verdict: 'fresh', observedSha: sha, expectedSha: sha },
  ])
})
