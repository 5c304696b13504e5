import type { ApplyAnswer, FleetAnswer, PromotionAnswer } from '../src/api.ts'
import { applyPage, expectRow } from '../src/apply-page.ts'
import { expect, story } from '../src/story.ts'

const images = ['platform', 'platform-tenant']

story(
  'a commit walks the whole way: published, on staging, its checks green, its images promoted together, approved, observed',
  async ({ page, api, demo }) => {
    story.setTimeout(300_000)
    // What an earlier story may have left: a paused apply holds the lane of production, because of three tenants.
    for (const slug of ['lies-lagoon', 'html-juniper', 'down-nimbus']) await demo.setFault('production', slug, 'none')
    const { items } = await api.get<{ items: ApplyAnswer[] }>(
      '/api/v1/applies?environment=production&component=workspace-server',
    )
    for (const { id, settled } of items) {
      if (!settled) await api.post(`/api/v1/applies/${id}/cancel`, { reason: 'a newer commit is to be brought' })
    }

    // 1 its images are pushed and its build is published
    const pushed = await demo.pushCommit()
    const { sha } = pushed
    for (const image of images) {
      expect(await demo.digest(image, `staging-${sha.slice(0, 7)}`)).toBe(pushed.images[image])
      expect(await demo.digest(image, 'latest')).not.toBe(pushed.images[image])
    }

    // 2 staging gets it
    const staging = await api.post<ApplyAnswer>('/api/v1/applies', {
      environment: 'staging',
      component: 'workspace-server',
      sha,
      canary: 'aurora',
      batchSize: 4,
      soakSeconds: 1,
    })
    await api.untilApply(staging.id, 'completed')

    // 3 its checks turn green, and the set is promoted by itself
    await demo.setCheck(sha, 'success')
    const promotion = await api.untilPromotion(sha, 'done')
    expect(promotion.moves.map(({ repository }) => repository)).toEqual(images)
    for (const image of images) expect(await demo.digest(image, 'latest')).toBe(pushed.images[image])

    // 4 the apply that follows waits for a person
    await expect
      .poll(async () => (await api.get<PromotionAnswer>(`/api/v1/promotions/${promotion.id}`)).applyId)
      .not.toBeNull()
    const { applyId } = await api.get<PromotionAnswer>(`/api/v1/promotions/${promotion.id}`)
    const waits = await api.untilApply(applyId ?? '', 'awaiting_approval')
    expect(waits).toMatchObject({ environment: 'production', component: 'workspace-server', sha })

    // 5 somebody approves it
    await page.goto('/')
    const waiting = page.getByRole('region', { name: /waits for a person/i })
    const card = waiting.getByRole('listitem').filter({ hasText: sha.slice(0, 7) })
    await expect(card).toContainText('production')
    await card.getByRole('link', { name: 'Review' }).click()
    const apply = applyPage(page)
    await apply.action(/^Approve/).click()

    // 6 and every tenant itself is heard to run it
    await expectRow(apply.operation('acme'), 'canary', 'completed', 'fresh')
    await expect(apply.headline).toContainText('Completed', { timeout: 150_000 })
    const fleet = await api.get<FleetAnswer>('/api/v1/fleet?environment=production&component=workspace-server')
    expect(fleet.targets).toHaveLength(16)
    expect(fleet.targets.filter(({ verdict, observedSha }) => verdict !== 'fresh' || observedSha !== sha)).toEqual([])
  },
)
