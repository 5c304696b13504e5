import type { Browser, Page } from '@playwright/test'
import { expect, expectAccessible, peoplePassword, story, url } from '../src/story.ts'

/** A browser of its own in which somebody of the demo world has signed in on the page. */
async function signedIn(browser: Browser, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url() })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(`${name}@demo.rollcall`)
  await page.getByLabel('Password', { exact: true }).fill(peoplePassword())
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${url()}/`)
  return page
}

for (const [name, told] of [
  ['ada', /Ada Admin.*admin/s],
  ['rel', /Rel Releaser.*releaser/s],
  ['appa', /Appa Approver.*approver/s],
  ['opal', /Opal Operator.*operator/s],
  ['stan', /Stan Staging.*operator in staging/s],
] as const) {
  story(`${name} signs in with a password, and the room says who that is`, async ({ browser }) => {
    const page = await signedIn(browser, name)
    await expect(page.getByRole('link', { name: /^Signed in as/ })).toHaveText(told)
    await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
    await page.context().close()
  })
}

/** How the buttons begin that change something. */
const changing =
  /^(approve|reject|release|retry|stop|cancel|open|plan|promote|undo|repair|replay|deploy|force|roll|import|add|invite|new|disable|enable|delete|revoke|make|set|change|send|sweep|ask)\b/i

story('a viewer sees every screen and can change nothing, by no button and by no call', async ({ browser, api }) => {
  story.setTimeout(240_000)
  const page = await signedIn(browser, 'vera')
  const { items: applies } = await api.get<{ items: { id: string }[] }>('/api/v1/applies?environment=production')
  const apply = applies[0]?.id ?? ''
  for (const screen of [
    '/',
    '/applies',
    '/applies/new',
    `/applies/${apply}`,
    '/fleet?environment=production',
    '/components',
    '/components/configuration',
    '/updates',
    '/promotions',
    '/promotions/new',
    '/webhooks',
    '/people',
    '/people/new',
    '/tokens',
    '/tokens/new',
    '/secrets',
    '/since',
    '/audit',
  ]) {
    await page.goto(screen)
    await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    const enabled = await page.locator('main button:not([aria-disabled=true]):not([disabled])').allInnerTexts()
    const pressable = enabled.filter((text) => changing.test(text.trim()) && !/^ask again$/i.test(text.trim()))
    expect(pressable, `${screen} lets a viewer press`).toEqual([])
  }
  await page.goto('/people')
  await expect(page.getByRole('button', { name: 'Add a person' })).toHaveAttribute('aria-disabled', 'true')

  const answers = await page.evaluate(async (id) => {
    const call = async (path: string, body: object) =>
      (
        await fetch(`/api/trpc/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).status
    return Promise.all([
      call('applies.cancel', { id, reason: 'by hand' }),
      call('applies.retry', { id }),
      call('people.add', { name: 'Eve', email: 'eve@x.test', roles: [{ role: 'admin', environment: null }] }),
      call('configuration.import', { text: 'components: []' }),
    ])
  }, apply)
  expect(answers).toEqual([403, 403, 403, 403])
  await page.context().close()
})

story(
  'an administrator adds somebody, who comes in by the link; deleting them ends what they have open',
  async ({ browser }) => {
    const ada = await signedIn(browser, 'ada')
    await ada.goto('/people/new')
    await ada.getByLabel('Name').fill('Nora New')
    await ada.getByLabel('E-mail address').fill('nora@demo.test')
    await ada.getByRole('checkbox', { name: 'viewer everywhere' }).check()
    await ada.getByRole('button', { name: 'Add the person' }).click()
    const link = await ada.getByText(/\/invitation#/).textContent()

    const context = await browser.newContext({ baseURL: url() })
    const nora = await context.newPage()
    await nora.goto(link ?? '')
    await expect(nora).toHaveURL(`${url()}/invitation`)
    await expectAccessible(nora)
    await nora.getByLabel('Password', { exact: true }).fill('a good password of hers')
    await nora.getByRole('button', { name: 'Come in' }).click()
    await nora.waitForURL(`${url()}/`)
    await expect(nora.getByRole('link', { name: /^Signed in as Nora New/ })).toBeVisible()

    await ada.getByRole('link', { name: 'See Nora New' }).click()
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText('Nora New is viewer.')
    await expectAccessible(ada)
    await ada.getByRole('button', { name: 'Delete…' }).click()
    await ada.getByRole('button', { name: 'Delete 1 person' }).click()
    await ada.waitForURL(`${url()}/people`)
    await nora.waitForURL(/\/sign-in/)
    await context.close()
    await ada.context().close()
  },
)
