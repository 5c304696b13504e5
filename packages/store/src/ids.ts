import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id such as `apl_0k3v9x2m1qh7w…`: sorts by the time it was made (milliseconds), then by chance (50 bits). */
export function newId(
  prefix:
    | 'apl'
    | 'op'
    | 'att'
    | 'bld'
    | 'env'
    | 'cmp'
    | 'tgt'
    | 'wrk'
    | 'upd'
    | 'flt'
    | 'chk'
    | 'dlv'
    | 'prm'
    | 'alr'
    | 'usr'
    | 'ses'
    | 'acc'
    | 'ver'
    | 'grt'
    | 'inv'
    | 'tok'
    | 'trs'
    | 'sbd',
  now = Date.now(),
): string {
  let chance = ''
  for (const byte of randomBytes(10)) chance += alphabet[byte & 31]
  return `${firstIdAt(prefix, now)}${chance}`
}

/** Sorts before every id that is made at this time, in milliseconds, or later, and after all that were made before. */
export function firstIdAt(prefix: string, at: number): string {
  let time = ''
  for (let rest = at, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time
  return `${prefix}_${time}`
}
