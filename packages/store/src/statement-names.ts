/** Longer ones are lists of rows: made once, and of another length the next time. */
const longestText = 6_000
const mostValues = 64
/** PostgreSQL keeps each named statement on each connection. */
const mostNames = 400

/**
 * Names the statements of one process, so that PostgreSQL parses and plans each of them once per connection instead of
 * every time: planning was most of what an operation cost it. Lists of varying length stay without a name, and so does
 * whatever comes after the first 400.
 */
export function statementNames(): (query: { sql: string; args: readonly unknown[] }) => string {
  const names = new Map<string, string>()
  return ({ sql, args }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (args.length > mostValues || sql.length > longestText || names.size >= mostNames) return ''
    const name = `rollcall_${names.size + 1}`
    names.set(sql, name)
    return name
  }
}
