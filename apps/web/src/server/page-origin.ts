import { headers } from 'next/headers'
import { originHeader } from './origin-header.ts'

/** The address at which people open this Rollcall, as it is configured: pages are told nothing of what a sender called it. */
export async function pageOrigin(): Promise<string | undefined> {
  return (await headers()).get(originHeader) ?? undefined
}
