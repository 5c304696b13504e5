export { deployUpdate, deployUpdateInput } from './deploy.ts'
export { forceUpdate, forceUpdateInput } from './force.ts'
export { updateGoesBack } from './goes-back.ts'
export { type ReceivedBy, receiveUpdateInput, rollBackExternalInput } from './input.ts'
export {
  countUpdates,
  countUpdatesInput,
  getUpdate,
  getUpdateInput,
  listUpdates,
  listUpdatesInput,
} from './list.ts'
export { openUpdateApply } from './open-apply.ts'
export { type ReceivedUpdate, receiveUpdate, receiveUpdateFrom } from './receive.ts'
export { rollBackExternal } from './roll-back.ts'
export { listSlots, listSlotsInput } from './slots.ts'
export type * from './views.ts'
