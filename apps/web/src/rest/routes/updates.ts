import {
  deployUpdate,
  deployUpdateInput,
  forceUpdate,
  forceUpdateInput,
  getUpdate,
  getUpdateInput,
  listSlots,
  listSlotsInput,
  listUpdates,
  listUpdatesInput,
  receiveUpdate,
  receiveUpdateInput,
  rollBackExternal,
  rollBackExternalInput,
} from '@rollcall/services'
import { at, may } from '../../server/access.ts'
import { deployOverrides, forceOverrides, updateOverrides } from '../../server/overrides.ts'
import { apiRoot } from '../dispatch.ts'
import { gives, type Route } from '../route.ts'

const noun = 'external update'
const path = '/external-updates'

export const updateRoutes: Route[] = [
  {
    method: 'POST',
    path,
    access: may('update.receive', at.environment(), updateOverrides),
    summary: 'Record that an external component has a new version, and deploy just it where its deploy opted in',
    input: receiveUpdateInput,
    header: { name: 'x-rollcall-deploys', field: 'deploys' },
    answers: {
      201: 'The update',
      200: 'The update that the same report made before, or what a dry run found',
      409: 'Refused by the rule that errors[0].code names; the refusal is kept as an update, too',
    },
    async handle(context, input) {
      const answer = await receiveUpdate(context, input)
      if (!('update' in answer)) return { status: 200, body: answer }
      const { update, created } = answer
      return {
        status: created ? 201 : 200,
        body: { ...update, created },
        headers: { location: `${apiRoot}${path}/${update.id}` },
      }
    },
  },
  {
    method: 'GET',
    path,
    access: may('read', 'anywhere'),
    summary: 'List external updates, newest first',
    input: listUpdatesInput,
    query: {
      state: 'list',
      environment: 'text',
      deploy_name: 'text',
      run_id: 'text',
      cursor: 'text',
      limit: 'number',
    },
    answers: { 200: 'A page of external updates' },
    handle: gives(listUpdates),
  },
  {
    method: 'GET',
    path: `${path}/:id`,
    access: may('read', at.update()),
    summary: 'Read one external update: what was recorded, attempted and observed, and why it is not further',
    input: getUpdateInput,
    answers: { 200: 'The update' },
    noun,
    handle: gives(getUpdate),
  },
  {
    method: 'POST',
    path: `${path}/:id/deploy`,
    access: may('update.deploy', at.update(), deployOverrides),
    summary: 'Deploy what is recorded, or try its deploy again',
    input: deployUpdateInput,
    answers: { 200: 'The update as it is now' },
    noun,
    handle: gives(deployUpdate),
  },
  {
    method: 'POST',
    path: `${path}/:id/force`,
    access: may('update.force', at.update(), forceOverrides),
    summary: 'Overrule the rule of order that keeps an update back, with a reason',
    input: forceUpdateInput,
    answers: { 200: 'The update that is recorded now' },
    noun,
    handle: gives(forceUpdate),
  },
  {
    method: 'POST',
    path: `${path}/rollback`,
    access: may('update.roll_back', at.environment()),
    summary: 'Take an external component back to something that was recorded before',
    input: rollBackExternalInput,
    answers: { 201: 'The update that takes it back', 200: 'It is there already: the update that recorded it' },
    async handle(context, input) {
      const { update, created } = await rollBackExternal(context, input)
      return { status: created ? 201 : 200, body: update, headers: { location: `${apiRoot}${path}/${update.id}` } }
    },
  },
  {
    method: 'GET',
    path: '/external-slots',
    access: may('read', 'anywhere'),
    summary: 'List what is recorded of external components, each with what was recorded before',
    input: listSlotsInput,
    query: { environment: 'text' },
    answers: { 200: 'All slots' },
    handle: async (context, input) => ({
      status: 200,
      body: { items: await listSlots(context, input), nextCursor: null },
    }),
  },
]
