const smallNumbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const

/** A number as a sentence shows it: below ten as a word, above with thousands separated. Zero is `no`. */
export function inWords(count: number): string {
  return smallNumbers[count] ?? inDigits(count)
}

/** A number as a label shows it. */
export function inDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `one tenant`, `two tenants`, `1,200 tenants`. */
export function counted(count: number, noun: string): string {
  return `${inWords(count)} ${count === 1 ? noun : `${noun}s`}`
}

export function tenants(count: number): string {
  return counted(count, 'tenant')
}

/** Picks the verb form that agrees with the count. */
export function agree(count: number, one: string, many: string): string {
  return count === 1 ? one : many
}

/** A sha as people read it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7)
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** At most five names, then how many more there are. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, 5)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${inWords(rest)} more`
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** A length of time in its largest sensible unit, rounded down: `45 seconds`, `four minutes`. Never negative. */
export function lasting(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 90) return counted(seconds, 'second')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 90) return counted(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day')
}
