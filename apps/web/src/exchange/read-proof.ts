import { z } from 'zod'
import { readBody } from '../server/body.ts'
import { DoorError } from '../server/faults.ts'
import { parseJson } from '../server/json.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** What a forge's proof may be called (RFC 8693, section 3). */
const proofTypes = ['urn:ietf:params:oauth:token-type:jwt', 'urn:ietf:params:oauth:token-type:id_token']
export const givenType = 'urn:ietf:params:oauth:token-type:access_token'

/** The proofs of all forges are far smaller; it bounds what one request has decoded. */
const longestProof = 16_384

/** A proof and what a form says around it, each character as three. */
const capBytes = 4 * longestProof

const json = z.strictObject({ token: z.string().min(1) })

/** The proof that a request brings, as a form (RFC 8693) or as JSON `{token}`; its text is never repeated. */
export async function readProof(request: Request): Promise<string> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json' && type !== 'application/x-www-form-urlencoded') {
    throw new DoorError('unsupported_type', 'The proof is sent as a form or as JSON.', {
      field: 'Content-Type',
      remedy: 'Send {"token": "…"} as application/json, or a token exchange of RFC 8693 as a form.',
    })
  }
  const text = await readBody(request, capBytes)
  const proof = type === 'application/json' ? proofOfJson(text) : proofOfForm(new URLSearchParams(text))
  if (proof.length <= longestProof) return proof
  throw new DoorError('too_large', `A proof of more than ${longestProof} characters is not read.`, {
    remedy: 'Send the identity token of the pipeline and nothing else.',
  })
}

function proofOfJson(text: string): string {
  const given = json.safeParse(parseJson(text))
  if (given.success) return given.data.token.trim()
  throw new DoorError('malformed', 'The body must be {"token": "…"} and nothing else.', {
    field: 'token',
    remedy: 'Send the identity token of the pipeline.',
  })
}

/** What else a form says (scope, resource, audience) is left aside: the trust alone decides what is given. */
function proofOfForm(form: URLSearchParams): string {
  const only = (field: string, wanted: readonly string[] | null): string => {
    const values = form.getAll(field)
    const [value = ''] = values
    if (values.length === 1 && value !== '' && (wanted === null || wanted.includes(value))) return value
    throw new DoorError(
      'malformed',
      `${field} ${values.length > 1 ? 'is given more than once' : value === '' ? 'is missing' : 'is not taken here'}.`,
      {
        field,
        remedy: wanted === null ? 'Send the identity token of the pipeline.' : `Send ${field}=${wanted[0]}.`,
      },
    )
  }
  only('grant_type', [grantType])
  only('subject_token_type', proofTypes)
  return only('subject_token', null).trim()
}
