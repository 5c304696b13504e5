import { join } from 'node:path'
import { expect, story } from '../src/story.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')

for (const theme of ['light', 'dark'] as const) {
  story(`the pictures of the README, ${theme}`, async ({ page, api }) => {
    await page.setViewportSize({ width: 1280, height: 860 })
    await page.emulateMedia({ colorScheme: theme })
    const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
    const id = items[0]?.id ?? ''
    await api.untilApply(id, 'paused')
    for (const [name, path] of [
      ['overview', '/'],
      ['apply', `/applies/${id}`],
      ['fleet', '/fleet?environment=production'],
      ['components', '/components'],
    ] as const) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await page.evaluate(() => document.fonts.ready)
      await page.screenshot({ path: join(docs, `${name}-${theme}.png`) })
    }
  })
}
