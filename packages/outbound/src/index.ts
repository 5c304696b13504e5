export { addressOf, embeddedAddresses, rangeOf } from './address.ts'
export { type BlockKind, blocks } from './blocks.ts'
export { type Guard, outboundGuard, type Reach } from './guard.ts'
export { judgeAddress } from './judge.ts'
