/** `staging, production and 2 more`: where something was given, of which some may not be told. */
export function placesText({
  environments,
  elsewhere,
}: {
  environments: 'everywhere' | string[]
  elsewhere: number
}): string {
  if (environments === 'everywhere') return environments
  if (environments.length === 0) return elsewhere > 0 ? `${elsewhere} that you do not see` : 'no environment'
  return `${environments.join(', ')}${elsewhere > 0 ? ` and ${elsewhere} more` : ''}`
}
