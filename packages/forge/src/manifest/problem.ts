/** One thing that is wrong with a manifest. `message` begins with the field, so it can stand alone in a log. */
export interface Problem {
  /** Where, as a person would find it: `external[0].deploys[1].on_update.deploy.workflow`; empty for the whole text. */
  field: string
  rule: string
  message: string
}

export function problem(path: readonly PropertyKey[], rule: string, text: string): Problem {
  const field = fieldOf(path)
  return { field, rule, message: field === '' ? text : `${field}: ${text}` }
}

export function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    // a key is foreign text as much as a value is
    const name = String(step)
      .slice(0, 100)
      .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    return text === '' ? name : `${text}.${name}`
  }, '')
}
