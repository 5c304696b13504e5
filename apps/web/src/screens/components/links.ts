/** The form for an apply of this build there. */
export function applyHref({ component, environment }: { component: string; environment: string }, sha: string): string {
  return `/applies/new?${new URLSearchParams({ environment, component, sha })}`
}

export function fleetHref({ component, environment }: { component: string; environment: string }): string {
  return `/fleet?${new URLSearchParams({ environment, component })}`
}
