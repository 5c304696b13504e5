import { applyPage, expectRow } from '../src/apply-page.ts'
import { expect, story } from '../src/story.ts'

story(
  'a claim is not believed: what failed is named at once, and Retry brings it home when its cause is gone',
  async ({ page, api, demo }) => {
    const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
    const id = items[0]?.id ?? ''
    await api.untilApply(id, 'paused')

    await page.goto('/applies?environment=production')
    await page
      .getByRole('link', { name: /workspace-server/ })
      .first()
      .click()
    const apply = applyPage(page)
    await expect(apply.headline).toContainText('Paused')
    await expectRow(apply.operation('lies-lagoon'), 'failed', 'Success', 'stale')
    await expectRow(apply.operation('html-juniper'), 'failed', 'wrong service')
    await expectRow(apply.operation('down-nimbus'), 'failed', 'unreachable')
    await expectRow(apply.operation('elm'), 'pending')

    for (const slug of ['lies-lagoon', 'html-juniper', 'down-nimbus']) await demo.setFault('production', slug, 'none')
    await apply.action(/^Retry 3 failed/).click()
    await expectRow(apply.operation('lies-lagoon'), 'completed', 'fresh')
    await expect(apply.headline).toContainText('Completed', { timeout: 60_000 })
  },
)
