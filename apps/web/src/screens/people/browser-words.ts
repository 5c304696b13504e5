const browsers: readonly (readonly [found: RegExp, name: string])[] = [
  [/\bEdg\//, 'Edge'],
  [/\bFirefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly (readonly [found: RegExp, name: string])[] = [
  [/\biPhone|iPad\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** What a browser calls itself, in two words: `Firefox on Linux`. What is none says its own name, cut. */
export function browserWords(told: string | null): string {
  if (told === null || told === '') return 'Unknown browser'
  const browser = browsers.find(([found]) => found.test(told))?.[1]
  const system = systems.find(([found]) => found.test(told))?.[1]
  if (browser === undefined) return told.slice(0, 40)
  return system === undefined ? browser : `${browser} on ${system}`
}
