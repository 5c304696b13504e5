/** Why a delivery is not taken for its sender's, as a person reads it. */
export const refusalReasons = {
  sender_unknown: 'The delivery bears no marks of a sender that Rollcall knows.',
  sender_unexpected: 'This endpoint is for another sender.',
  no_secret: 'This endpoint has no usable secret, so nothing can be verified.',
  signature_missing: 'The delivery is not signed.',
  signature_malformed: 'The signature is not written as this sender writes it.',
  signature_mismatch: 'The signature does not fit the body and the secret.',
  timestamp_malformed: 'The timestamp is not a number of seconds.',
  timestamp_out_of_range: 'The timestamp is more than five minutes away from now.',
} as const
export type RefusalReason = keyof typeof refusalReasons

/** Which secret fits. All are tried, whatever the first one says, so that time does not tell which of them is which. */
export function firstMatch(secrets: readonly string[], fits: (secret: string) => boolean): number | RefusalReason {
  const found = secrets.map((secret) => secret.trim() !== '' && fits(secret)).indexOf(true)
  return found === -1 ? 'signature_mismatch' : found
}
