import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { SecretKeys } from './keys.ts'

/** version · nonce · tag · what was encrypted */
const version = 1
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + nonceBytes + tagBytes

export interface Sealed {
  ciphertext: Uint8Array<ArrayBuffer>
  keyId: string
}

/** Encrypts with AES-256-GCM under the first key. The name is bound in: one secret's row does not open under another's. */
export function seal(keys: SecretKeys, name: string, value: string): Sealed {
  const [{ id, bytes }] = keys
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(name))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return {
    ciphertext: new Uint8Array(Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed])),
    keyId: id,
  }
}

/** What was sealed; null when it is another name's, was changed, or none of the keys is the one. Says no more than that. */
export function unseal(keys: SecretKeys | null, name: string, { ciphertext, keyId }: Sealed): string | null {
  const key = keys?.find(({ id }) => id === keyId)
  const bytes = Buffer.from(ciphertext)
  if (key === undefined || bytes.length < headBytes || bytes[0] !== version) return null
  const nonce = bytes.subarray(1, 1 + nonceBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(1 + nonceBytes, headBytes))
    return Buffer.concat([decipher.update(bytes.subarray(headBytes)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
