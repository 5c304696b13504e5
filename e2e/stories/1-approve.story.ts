import { applyPage, expectRow } from '../src/apply-page.ts'
import { expect, story } from '../src/story.ts'

story('the overview begins with what waits for a person, and Approve sets it going', async ({ page, api }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/wait/i)
  const waiting = page.getByRole('region', { name: /waits for a person/i })
  const card = waiting.getByRole('listitem').filter({ hasText: 'approval needed' })
  await expect(card).toContainText('workspace-server')
  await expect(card).toContainText('staging')

  // the lane is free only when the demo world's first staging apply has come to its end
  const { items } = await api.get<{ items: { id: string; state: string }[] }>('/api/v1/applies?environment=staging')
  const [waits, earlier] = items
  await api.untilApply(earlier?.id ?? '', 'completed')

  await card.getByRole('link', { name: 'Review' }).click()
  await expect(page).toHaveURL(new RegExp(`/applies/${waits?.id}`))
  const apply = applyPage(page)
  await expect(apply.action('Release')).toHaveAttribute('aria-disabled', 'true')
  await apply.action(/^Approve/).click()

  await expectRow(apply.operation('aurora'), 'canary', 'completed', 'fresh')
  await expect(apply.headline).toContainText('Completed', { timeout: 60_000 })
  await expect(apply.action('Approve')).toHaveAttribute('aria-disabled', 'true')
})
