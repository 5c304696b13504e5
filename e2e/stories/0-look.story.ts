import { expect, expectAccessible, story } from '../src/story.ts'

// before anything is pressed: the demo world shows four verdicts only while its faults stand

story(
  'the fleet shows what every tenant answers: fresh, stale, unreachable and wrong service',
  async ({ page, api }) => {
    const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
    await api.untilApply(items[0]?.id ?? '', 'paused')
    await page.goto('/fleet?environment=production&view=table')
    for (const [slug, verdict] of [
      ['acme', 'fresh'],
      ['lies-lagoon', 'stale'],
      ['down-nimbus', 'unreachable'],
      ['html-juniper', 'wrong service'],
    ] as const) {
      const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: slug, exact: true }) })
      await expect(row).toContainText(verdict)
    }
  },
)

/** Between them both themes and both widths; each page is measured in all four. */
const looks = [
  { colorScheme: 'light', width: 1280, axe: true },
  { colorScheme: 'light', width: 360, axe: false },
  { colorScheme: 'dark', width: 360, axe: true },
  { colorScheme: 'dark', width: 1280, axe: false },
] as const

story('every screen is accessible and fits, light and dark, 1280 and 360 px wide', async ({ page, api }) => {
  // many screens, and axe looks at every element of each
  story.setTimeout(480_000)
  const { items: applies } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
  const apply = applies[0]?.id ?? ''
  const { items: operations } = await api.get<{ items: { id: string }[] }>(`/api/v1/applies/${apply}/operations`)
  const first = async (path: string) => (await api.get<{ items: { id: string }[] }>(`/api/v1/${path}`)).items[0]?.id
  const screens = [
    '/',
    '/applies',
    '/applies/new',
    `/applies/${apply}`,
    `/applies/${apply}/operations/${operations[4]?.id}`,
    '/fleet?environment=production',
    '/fleet?environment=production&view=table',
    '/fleet/production/lies-lagoon',
    '/components',
    '/components/configuration',
    '/components/workflows',
    '/updates',
    `/updates/${await first('external-updates')}`,
    '/promotions',
    `/promotions/${await first('promotions')}`,
    '/promotions/new',
    '/webhooks',
    `/webhooks/deliveries/${await first('webhooks/deliveries')}`,
    '/secrets',
    '/people',
    '/people/new',
    '/account',
    '/since',
    '/audit',
    `/audit/${await first('audit')}`,
    '/tokens',
    '/tokens/new',
    '/tokens/trusts/new',
  ]
  for (const screen of screens) {
    await page.goto(screen)
    for (const { colorScheme, width, axe } of looks) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), {
          message: `${screen} scrolls sideways at ${width} px`,
          timeout: 5_000,
        })
        .toBeLessThanOrEqual(0)
      if (axe) await expectAccessible(page)
    }
  }
})
