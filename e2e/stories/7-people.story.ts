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
