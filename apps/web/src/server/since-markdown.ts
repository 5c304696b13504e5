import { type SinceView, sinceMarkdown } from '@rollcall/services'
import { hrefOf } from '../screens/since/href-of.ts'
import type { Deps } from './context.ts'

/** The Markdown of what happened, with links to the pages of this Rollcall. */
export function markdownFor(deps: Deps, view: SinceView): string {
  const { baseUrl } = deps.env()
  return sinceMarkdown(view, (item) => new URL(hrefOf(item), baseUrl).href)
}
