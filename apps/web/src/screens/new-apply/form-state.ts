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

/** The form is the address: a half-made plan can be sent to somebody. */
export const formParsers = {
  environment: parseAsString,
  component: parseAsString,
  sha: parseAsString,
  targets: parseAsSlugs,
  canary: parseAsString,
  batch: parseAsInteger.withDefault(3),
  soak: parseAsInteger.withDefault(60),
  onFailure: parseAsStringLiteral(onFailurePolicies).withDefault('halt'),
  stragglers: parseAsInteger.withDefault(0),
  approval: parseAsBoolean.withDefault(false),
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
    ...(form.canary ? { canary: form.canary } : {}),
    batchSize: form.batch,
    soakSeconds: form.soak,
    onFailure: form.onFailure,
    maxStragglers: form.stragglers,
    requiresApproval: form.approval,
    allowDowngrade: form.downgrade,
    allowUnknownOrder: form.unknownOrder,
  }
}
