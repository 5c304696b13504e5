import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { type Api, api } from './api.ts'
import { type DemoWorld, demoWorld } from './demo-world.ts'

interface World {
  /** signed in as the operator */
  page: Page
  api: Api
  demo: DemoWorld
}

export const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: the stories run after src/start-world.ts`)
  return value
}

export const url = () => setting('ROLLCALL_E2E_URL')
const demoUrl = () => setting('ROLLCALL_E2E_DEMO_URL')
const token = () => setting('ROLLCALL_E2E_TOKEN')
export const peoplePassword = () => setting('ROLLCALL_E2E_PEOPLE_PASSWORD')

/** A test with a signed-in page, and the API for machines beside it. A page that logs an error fails its story. */
export const story = base.extend<World>({
  baseURL: async ({ baseURL: _none }, use) => use(url()),
  page: async ({ page, context }, use) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    // told as an error by the browser, too; here with what it was that the policy refused
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
        console.error(`refused by the policy of the page: ${effectiveDirective} ${blockedURI} ${sample}`),
      )
    })
    const answer = await context.request.post(`${url()}/api/session`, {
      data: { token: token() },
      headers: { origin: url() },
    })
    expect(answer.ok()).toBe(true)
    await use(page)
    expect(errors).toEqual([])
  },
  api: async ({ request }, use) => use(api(request, url(), token())),
  demo: async ({ request }, use) => {
    const registry = {
      url: setting('ROLLCALL_E2E_REGISTRY_URL'),
      password: setting('ROLLCALL_E2E_REGISTRY_PASSWORD'),
    }
    await use(demoWorld(request, { url: demoUrl(), token: token(), registry }))
  },
})

/** Has somebody of the demo world sit at the page instead of the operator, by the beginning of their address. */
export async function sitDown(page: Page, who: string): Promise<void> {
  await page.context().clearCookies()
  const answer = await page.request.post(`${url()}/api/auth/sign-in/email`, {
    data: { email: `${who}@demo.rollcall`, password: setting('ROLLCALL_E2E_PEOPLE_PASSWORD') },
    headers: { origin: url() },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
}

export { expect }

/** No violation that axe knows of, in this theme. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const told = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('\n')}`,
  )
  expect(told).toEqual([])
}
