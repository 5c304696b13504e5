import { inputHeader } from './input-header.ts'

/** For so long after somebody has opened or used the page, what it asks is a sign of them. */
const recentMs = 60_000

const signs = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'touchstart'] as const

/** The header that says so while somebody is at the page, and no header while it is only left open. */
export function watchInput(
  page: Pick<EventTarget, 'addEventListener'>,
  now: () => number,
): () => Record<string, string> {
  let usedAt = now()
  const used = () => {
    usedAt = now()
  }
  for (const sign of signs) page.addEventListener(sign, used, { capture: true, passive: true })
  const there: Record<string, string> = { [inputHeader]: 'recent' }
  return () => (now() - usedAt < recentMs ? there : {})
}
