import { type ApplyVerb, applyVerbCapability } from '@rollcall/rollout'
import {
  approveApply,
  approveApplyInput,
  cancelApply,
  cancelApplyInput,
  getApply,
  getApplyInput,
  listApplies,
  listAppliesInput,
  listOperations,
  listOperationsInput,
  openApply,
  openApplyInput,
  rejectApply,
  rejectApplyInput,
  releaseApply,
  releaseApplyInput,
  retryApply,
  retryApplyInput,
  stopApply,
  stopApplyInput,
} from '@rollcall/services'
import { at, may } from '../../server/access.ts'
import { applyOverrides } from '../../server/overrides.ts'
import { apiRoot } from '../dispatch.ts'
import { gives, type Route } from '../route.ts'

const noun = 'apply'

/** A person's or a machine's decision about one apply; each answers the apply as it is afterwards. */
const command = (verb: ApplyVerb, summary: string, input: Route['input'], act: Parameters<typeof gives>[0]): Route => ({
  method: 'POST',
  path: `/applies/:id/${verb}`,
  access: may(applyVerbCapability[verb], at.apply()),
  summary,
  input,
  answers: { 200: 'The apply as it is now' },
  noun,
  handle: gives(act),
})

export const applyRoutes: Route[] = [
  {
    method: 'POST',
    path: '/applies',
    access: may('apply.open', at.environment(), applyOverrides),
    summary: 'Open an apply: bring one build to a set of targets',
    input: openApplyInput,
    header: { name: 'Idempotency-Key', field: 'idempotencyKey' },
    answers: { 201: 'The apply that was opened', 200: 'The apply that the same request opened before' },
    async handle(context, input) {
      const { apply, created } = await openApply(context, input)
      return { status: created ? 201 : 200, body: apply, headers: { location: `${apiRoot}/applies/${apply.id}` } }
    },
  },
  {
    method: 'GET',
    path: '/applies',
    access: may('read', 'anywhere'),
    summary: 'List applies, newest first',
    input: listAppliesInput,
    query: { state: 'list', environment: 'text', component: 'text', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of applies' },
    handle: gives(listApplies),
  },
  {
    method: 'GET',
    path: '/applies/:id',
    access: may('read', at.apply()),
    summary: 'Read one apply: its state, why, what holds it and what can be done',
    input: getApplyInput,
    answers: { 200: 'The apply' },
    noun,
    handle: gives(getApply),
  },
  {
    method: 'GET',
    path: '/applies/:id/operations',
    access: may('read', at.apply('applyId')),
    summary: 'List the operations of an apply in rollout order',
    input: listOperationsInput,
    rename: { id: 'applyId' },
    query: { state: 'list', cursor: 'text', limit: 'number' },
    answers: { 200: 'A page of operations' },
    noun,
    handle: gives(listOperations),
  },
  command('approve', 'Let an apply that waits for approval begin', approveApplyInput, approveApply),
  command('reject', 'Turn down an apply that waits for approval', rejectApplyInput, rejectApply),
  command('release', 'Let a paused apply go on', releaseApplyInput, releaseApply),
  command('retry', 'Put the failed operations of an apply back in line', retryApplyInput, retryApply),
  command('stop', 'Start nothing more; what is in flight comes to its end', stopApplyInput, stopApply),
  command('cancel', 'Give an apply up', cancelApplyInput, cancelApply),
]
