/** A deploy's name becomes a job id and a part of an expression of the generated workflow, so it holds nothing else. */
export const deployNamePattern = /^[A-Za-z0-9_-]{1,90}$/

/** `owner/name` as forges write it; deeper where groups nest. */
export const repoPattern = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){1,5}$/

/** A branch, tag or commit in the small alphabet that needs no quoting anywhere. */
export const refPattern = /^(?!.*\.\.)(?![-/.])[A-Za-z0-9._/-]{1,200}(?<![/.])$/

/** Only by reference: whatever else stood here would be a secret in a file. */
export const secretReferencePattern = /^\$\{\{\s*secrets\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}$/

/**
 * A repository's name as it is compared: forges take `Org/Infra` and `org/infra.git` for the same one, so a difference in
 * case is no mismatch.
 */
export function comparableRepo(repo: string): string {
  return repo
    .trim()
    .replace(/\.git$/i, '')
    .toLowerCase()
}

/**
 * What a deploy's name becomes where hyphens, underscores and case do not count: in output keys, and in the expressions
 * of a workflow, which compare text without regard to case.
 */
export function foldedName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_')
}
