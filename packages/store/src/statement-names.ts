/** Longer ones are lists of rows: made once, and of another length the next time. So are long texts that are given. */
const longestText = 6_000
const mostValues = 64
/** PostgreSQL keeps each named statement on each connection. */
const mostNames = 400

/**
 * Names the statements of one process, so that PostgreSQL parses and plans each of them once per connection instead of
 * every time: planning was most of what an operation cost it. Long lists stay without a name, also those in one array or
 * one text: a plan that was made for a fleet of three takes half a minute for twenty thousand. So does whatever comes
 * after the first 400.
 */
export function statementNames(): (query: { sql: string; args: readonly unknown[] }) => string {
  const names = new Map<string, string>()
  return ({ sql, args }) => {
    if (sizeOf(args) > mostValues || sql.length > longestText) return ''
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= mostNames) return ''
    const name = `rollcall_${names.size + 1}`
    names.set(sql, name)
    return name
  }
}

/** How many values there are in all, those in arrays counted; a long text is a list in JSON. */
function sizeOf(args: readonly unknown[]): number {
  let size = 0
  for (const arg of args) {
    if (typeof arg === 'string' && arg.length > longestText) return Number.POSITIVE_INFINITY
    size += Array.isArray(arg) ? arg.length : 1
  }
  return size
}
