import { expect, type Locator, type Page } from '@playwright/test'

/** What a person sees of one apply, in its own words. */
export function applyPage(page: Page) {
  const actions = page.getByRole('group', { name: 'What can be done' })
  return {
    headline: page.getByRole('heading', { level: 1 }),
    action: (name: RegExp | string) => actions.getByRole('button', { name }),
    /** the row of a tenant among the operations */
    operation: (slug: string) => operationRow(page, slug),
  }
}

function operationRow(page: Page, slug: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name: slug, exact: true }) })
}

/** Each word stands in the row. */
export async function expectRow(row: Locator, ...words: (string | RegExp)[]): Promise<void> {
  for (const word of words) await expect(row).toContainText(word)
}
