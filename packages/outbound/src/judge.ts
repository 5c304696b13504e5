import { type Address, addressOf, embeddedAddresses, isCarrier, isWithin, type Range, rangeOf } from './address.ts'
import { blocks, publicIPv6, unallocated } from './blocks.ts'
import { reachVariable } from './reach.ts'

const openIPv6 = rangeOf(publicIPv6)
const known = blocks.map((block) => ({ ...block, in: rangeOf(block.range) }))

/**
 * Why an address must not be connected to; null: it may. `listed` are the ranges that an administrator allowed besides
 * the public internet. An IPv6 address that carries an IPv4 one is judged by both, and outside of what has been given out
 * to the public it is reached where it is listed only. What is no address is refused.
 */
export function judgeAddress(text: string, listed: readonly Range[] | 'all'): string | null {
  const address = addressOf(text)
  if (address === null) return `${JSON.stringify(text.slice(0, 80))} is not an address`
  const carried = embeddedAddresses(address)
  const found = [address, ...carried].flatMap((one) => blocksOf(one).map((block) => ({ ...block, one })))
  const never = found.find(({ kind }) => kind === 'never')
  if (never) return `${text} is no address that Rollcall may connect to: ${never.what} (${never.source})`
  const unlisted = found.find(({ one }) => !isListed(one, listed) && !(one !== address && isListed(address, listed)))
  if (unlisted === undefined) return null
  const { what, source } = unlisted
  return `${text} is no address that Rollcall may connect to: ${what} (${source}), and no administrator has listed it in ${reachVariable}`
}

function blocksOf(address: Address) {
  const found = known.filter((block) => isWithin(address, block.in))
  const isOpen = address.length === 4 || isWithin(address, openIPv6) || isCarrier(address)
  return found.length > 0 || isOpen ? found : [unallocated]
}

function isListed(address: Address, listed: readonly Range[] | 'all'): boolean {
  return listed === 'all' || listed.some((range) => isWithin(address, range))
}
