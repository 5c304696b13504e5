const whole = new Intl.NumberFormat('en')
const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** `12,400`. */
export const formatCount = (count: number): string => whole.format(count)

/** Numbers below ten as words, as the headlines have them: `two tenants`, `12 tenants`. */
export const countWord = (count: number): string => words[count] ?? formatCount(count)

/** `1 tenant`, `24 tenants`. The plural is the singular with an s unless it is given. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/**
 * Share of a whole, rounded down: 100 % only when it is all, 0 % only when it is none.
 * `99.9 %` for 9,999 of 10,000; an empty whole has no share and gives a dash.
 */
export function formatShare(part: number, total: number): string {
  if (total <= 0) return '—'
  if (part >= total) return '100 %'
  if (part <= 0) return '0 %'
  const tenths = Math.floor((part / total) * 1000)
  if (tenths < 1) return '< 0.1 %'
  return tenths >= 900 || tenths < 10 ? `${(tenths / 10).toFixed(1)} %` : `${Math.floor(tenths / 10)} %`
}
