import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * `rc_1a2B3c4D_…`: a beginning that scanners for secrets know and that is shown, 43 characters of chance (256 bits), and
 * six that say whether all of it was typed correctly. Only digits and letters, so that a double click selects it.
 */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shownLength = 8
const secretLength = 43
const checksumLength = 6

const shape = /^rc_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/

export interface NewToken {
  /** all of it: given to whoever asked, and kept nowhere */
  token: string
  /** `rc_` and eight characters, to recognise it by */
  prefix: string
  hash: string
}

export function newToken(): NewToken {
  const prefix = `rc_${chance(shownLength)}`
  const body = `${prefix}_${chance(secretLength)}`
  const token = `${body}${checksumOf(body)}`
  return { token, prefix, hash: hashOfToken(token) }
}

/**
 * What is stored of a token. A plain SHA-256, because a slow hash protects what people choose and can be guessed; this is
 * 256 bits of chance, and every request of a machine would pay for it.
 */
export const hashOfToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex')

/** Whether a text looks like one of ours at all: then it is no other secret that was sent here by mistake. */
export const looksLikeToken = (text: string): boolean => text.startsWith('rc_')

/** Whether a text can be a token: of that shape, and with the checksum that its other characters have. */
export function isWellFormedToken(text: string): boolean {
  return shape.test(text) && text.slice(-checksumLength) === checksumOf(text.slice(0, -checksumLength))
}

/** The CRC-32 of a text in six digits of the same alphabet: against slips of the hand, not against anybody. */
function checksumOf(text: string): string {
  let digits = ''
  for (let rest = crc32(text), i = 0; i < checksumLength; i++, rest = Math.floor(rest / alphabet.length)) {
    digits = alphabet[rest % alphabet.length] + digits
  }
  return digits
}

/** Characters that are all equally likely: a byte that would favour the first ones is drawn again. */
function chance(length: number): string {
  const fair = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length))
      if (byte < fair && text.length < length) text += alphabet[byte % alphabet.length]
  }
  return text
}
