import { expect, expectAccessible, sitDown, story } from '../src/story.ts'

/** How the names of buttons begin that change something. */
const changing =
  /^(approve|reject|release|retry|stop|cancel|sweep|ask the|deploy|overrule|force|go back|roll|undo|withdraw|repair|promote|plan|check|replay|import|open|make|revoke|invite|add|new|set|change|allow|clear|send|disable|enable|delete|end)\b/i

story(
  'whoever may only look sees every screen, and is told at every button who may press it',
  async ({ page, api }) => {
    story.setTimeout(240_000)
    const first = async (path: string) => (await api.get<{ items: { id: string }[] }>(`/api/v1/${path}`)).items[0]?.id
    const apply = await first('applies?environment=production')
    const operation = await first(`applies/${apply}/operations`)
    await sitDown(page, 'vera')
    const deciding = [
      `/applies/${apply}`,
      `/applies/${apply}/operations/${operation}`,
      '/fleet?environment=production',
      `/updates/${await first('external-updates')}`,
      `/promotions/${await first('promotions')}`,
      '/promotions/new',
      `/webhooks/deliveries/${await first('webhooks/deliveries')}`,
    ]
    const others = [
      '/',
      '/applies',
      '/applies/new',
      '/components',
      '/components/configuration',
      '/updates',
      '/promotions',
    ]
    const trusted = ['/people', '/people/new', '/tokens', '/tokens/new', '/secrets', '/audit', '/since']
    for (const screen of [...deciding, ...others, '/webhooks', ...trusted]) {
      await page.goto(screen)
      await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expect(page.getByText('not yours to see')).toHaveCount(0)
      const denied = page.getByRole('main').locator('button[aria-disabled=true]')
      if (deciding.includes(screen)) {
        await expect(denied.first()).toHaveAccessibleDescription(/^You may not .+: that needs [a-z._]+\. Ask .*Ada/)
      }
      const live = page.getByRole('main').locator('button:not([aria-disabled=true])')
      await expect(live.filter({ hasText: changing }), `${screen} changes nothing`).toHaveCount(0)
    }
  },
)

story('a finger that presses in vain is told why', async ({ page, api }) => {
  const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
  await sitDown(page, 'vera')
  await page.goto(`/applies/${items[0]?.id}`)
  const release = page.getByRole('button', { name: /^Release/ })
  await expect(release).toHaveAccessibleDescription(/You may not release/)
  await release.dispatchEvent('click')
  await expect(page.getByRole('tooltip')).toContainText(/that needs apply.release. Ask .*Ada Admin \(admin\)/)
  await expectAccessible(page)
})

story('by hand, too: what a page may not do, its session may not do', async ({ page, api }) => {
  const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
  await sitDown(page, 'vera')
  const id = items[0]?.id ?? ''
  for (const [call, data, needed] of [
    ['applies.stop', { id }, 'apply.stop'],
    ['applies.cancel', { id, reason: 'by hand' }, 'apply.stop'],
    [
      'people.add',
      { name: 'Eve', email: 'eve@x.test', roles: [{ role: 'admin', environment: null }] },
      'people.manage',
    ],
    ['configuration.import', { text: 'components: []' }, 'configuration.import'],
  ] as const) {
    const answer = await page.request.post(`/api/trpc/${call}`, { data, headers: { 'sec-fetch-site': 'same-origin' } })
    expect(answer.status(), call).toBe(403)
    expect(await answer.text()).toContain(`that needs ${needed}`)
  }
})
