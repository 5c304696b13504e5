import { onFailurePolicies } from '@rollcall/rollout'
import type { OpenApplyInput } from '@rollcall/services'
import {
  createParser,
  type inferParserType,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs'

/** `targets=acme,globex`. Present and empty is an empty choice, which is refused, never read as the whole fleet. */
const parseAsSlugs = createParser<string[]>({
  parse: (text) => [...new Set(text.split(',').filter((slug) => slug !== ''))],
  serialize: (slugs) => slugs.join(','),
  eq: (a, b) => a.join() === b.join(),
})

/** The form is the address: a half-made plan can be sent to somebody. How it goes is left to the policy until it is said. */
export const formParsers = {
  environment: parseAsString,
  component: parseAsString,
  sha: parseAsString,
  targets: parseAsSlugs,
  /** present and empty: none, whatever the policy says */
  canary: parseAsString,
  batch: parseAsInteger,
  soak: parseAsInteger,
  onFailure: parseAsStringLiteral(onFailurePolicies),
  stragglers: parseAsInteger,
  approval: parseAsBoolean,
  downgrade: parseAsBoolean.withDefault(false),
  unknownOrder: parseAsBoolean.withDefault(false),
}

export type FormState = inferParserType<typeof formParsers>
export type FormChange = { [Key in keyof FormState]?: FormState[Key] | null }

/** What the services are asked; null while environment, component or build is not chosen. */
export function inputOf(form: FormState): OpenApplyInput | null {
  if (!form.environment || !form.component || !form.sha) return null
  return {
    environment: form.environment,
    component: form.component,
    sha: form.sha,
    ...(form.targets ? { targets: form.targets } : {}),
    ...(form.canary === null ? {} : { canary: form.canary || null }),
    batchSize: form.batch ?? undefined,
    soakSeconds: form.soak ?? undefined,
    onFailure: form.onFailure ?? undefined,
    maxStragglers: form.stragglers ?? undefined,
    requiresApproval: form.approval ?? undefined,
    allowDowngrade: form.downgrade,
    allowUnknownOrder: form.unknownOrder,
  }
}
