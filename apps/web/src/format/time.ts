const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const two = (value: number) => String(value).padStart(2, '0')

/** A length in two units at most, rounded down: `8 s`, `6 m 40 s`, `1 h 04 m`, `3 d 02 h`. Negative counts as none. */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms)
  if (length > 0 && length < second) return '< 1 s'
  if (length < minute) return `${Math.floor(length / second)} s`
  if (length < hour) return `${Math.floor(length / minute)} m ${two(Math.floor((length % minute) / second))} s`
  if (length < day) return `${Math.floor(length / hour)} h ${two(Math.floor((length % hour) / minute))} m`
  return `${Math.floor(length / day)} d ${two(Math.floor((length % day) / hour))} h`
}

/** A length in one unit, for running text: `12 s`, `4 min`, `3 h`, `6 d`. */
export function formatAge(ms: number): string {
  const length = Math.max(0, ms)
  if (length > 0 && length < second) return '< 1 s'
  if (length < minute) return `${Math.floor(length / second)} s`
  if (length < hour) return `${Math.floor(length / minute)} min`
  if (length < 2 * day) return `${Math.floor(length / hour)} h`
  return `${Math.floor(length / day)} d`
}

/** Where a moment lies from now: `12 s ago`, `in 4 min`. Less than a second either way is `now`. */
export function formatRelative(at: number, now: number): string {
  const away = at - now
  if (Math.abs(away) < second) return 'now'
  return away < 0 ? `${formatAge(-away)} ago` : `in ${formatAge(away)}`
}

const local = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
const utc = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
})

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** The time of day in the reader's zone, for steps that lie close together: `20:58:13`. */
export const formatClock = (at: number): string => (Number.isNaN(at) ? '—' : clock.format(at))

/** The three exact forms of a moment: in the reader's zone, in UTC, and as ISO 8601. Unreadable text comes back as is. */
export function exactTimes(iso: string): { local: string; utc: string; iso: string } {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return { local: iso, utc: iso, iso }
  return { local: local.format(at), utc: utc.format(at), iso: at.toISOString() }
}

/** Time between two moments; null when one of them is not known yet. */
export const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from))
