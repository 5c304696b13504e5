import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

interface SecretKey {
  /** tells which key it is, and nothing about it */
  id: string
  bytes: Buffer
}

/** What stored secrets are encrypted with: the first one encrypts, all of them decrypt. */
export type SecretKeys = readonly [SecretKey, ...SecretKey[]]

const keyBytes = 32
const make = 'head -c 32 /dev/urandom | base64'

/**
 * The keys of a process: ROLLCALL_SECRET_KEY, or the file that ROLLCALL_SECRET_KEY_FILE names, and behind it the one that
 * it replaces, ROLLCALL_SECRET_KEY_PREVIOUS. Null when there is none: then no secret can be stored. Throws an Error that
 * names the variable or the file, and never what is in it, when a key is none or others could read its file.
 */
export function readSecretKeys(env: Readonly<Record<string, string | undefined>>): SecretKeys | null {
  const { ROLLCALL_SECRET_KEY: given, ROLLCALL_SECRET_KEY_FILE: file, ROLLCALL_SECRET_KEY_PREVIOUS: previous } = env
  if (given && file) throw new Error('ROLLCALL_SECRET_KEY and ROLLCALL_SECRET_KEY_FILE are both set: set one of them.')
  const current = given
    ? keyOf(given, 'ROLLCALL_SECRET_KEY')
    : file
      ? keyOf(readOwn(file), `ROLLCALL_SECRET_KEY_FILE (${file})`)
      : null
  if (current === null) {
    if (previous) throw new Error('ROLLCALL_SECRET_KEY_PREVIOUS is set, and no key that replaces it.')
    return null
  }
  const old = previous ? keyOf(previous, 'ROLLCALL_SECRET_KEY_PREVIOUS') : null
  return old === null || old.id === current.id ? [current] : [current, old]
}

function keyOf(text: string, source: string): SecretKey {
  const trimmed = text.trim()
  const bytes = Buffer.from(trimmed, 'base64')
  if (bytes.length !== keyBytes || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed))
    throw new Error(`${source} is no key: it must be ${keyBytes} random bytes in base64. Make one with: ${make}`)
  return { id: createHash('sha256').update('rollcall secret key').update(bytes).digest('hex').slice(0, 12), bytes }
}

/** A key that others can read, or could have put there, protects nothing. What is looked at is what is read. */
function readOwn(file: string): string {
  const wrong = (what: string) => new Error(`ROLLCALL_SECRET_KEY_FILE: ${file} ${what}`)
  let opened: number | null = null
  try {
    // without waiting: the other end of a pipe may never come
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = fstatSync(opened)
    if (!found.isFile()) throw wrong('is no file')
    if ((found.mode & 0o077) !== 0) throw wrong('can be read by others: give it to its owner alone, with chmod 600')
    if (process.getuid !== undefined && found.uid !== process.getuid())
      throw wrong('belongs to another user than this process')
    return readFileSync(opened, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === undefined ? error : wrong(`cannot be read: ${code}`)
  } finally {
    if (opened !== null) closeSync(opened)
  }
}
