import * as services from '../index.ts'
import { type BadFields, firstOf, type Given, type Verbs } from './cases.ts'
import { ids, pages, reasons } from './rollouts.cases.ts'

/** Every verb about components, updates, checks, promotions, webhooks and the record, with input that it would understand. */
export const componentVerbs = (given: Given): Verbs => ({
  importConfiguration: { verb: services.importConfiguration, good: () => ({ text: 'environments: []' }) },
  diffConfiguration: { verb: services.diffConfiguration, good: () => ({ text: 'environments: []' }) },
  getWorkflows: { verb: services.getWorkflows, good: () => ({ forge: 'gitea' }) },
  receiveUpdate: {
    verb: services.receiveUpdate,
    good: () => ({
      source_repo: 'acme/infra',
      deploy_name: 'infra',
      environment: given.environment,
      sha: given.sha,
    }),
  },
  getUpdate: { verb: services.getUpdate, good: () => ({ id: 'upd_1' }) },
  listUpdates: { verb: services.listUpdates, good: () => ({}) },
  countUpdates: { verb: services.countUpdates, good: () => ({}) },
  deployUpdate: { verb: services.deployUpdate, good: () => ({ id: 'upd_1' }) },
  forceUpdate: { verb: services.forceUpdate, good: () => ({ id: 'upd_1', reason: 'because' }) },
  rollBackExternal: {
    verb: services.rollBackExternal,
    good: () => ({ environment: given.environment, deploy_name: 'infra' }),
  },
  listSlots: { verb: services.listSlots, good: () => ({}) },
  reportCheck: {
    verb: services.reportCheck,
    good: () => ({ sha: given.sha, context: 'e2e/staging', status: 'success' }),
  },
  listChecks: { verb: services.listChecks, good: () => ({ sha: given.sha }) },
  openPromotion: { verb: services.openPromotion, good: () => ({ sha: given.sha }) },
  getPromotion: { verb: services.getPromotion, good: () => ({ id: 'prm_1' }) },
  listPromotions: { verb: services.listPromotions, good: () => ({}) },
  undoPromotion: { verb: services.undoPromotion, good: () => ({ id: 'prm_1' }) },
  repairPromotion: { verb: services.repairPromotion, good: () => ({ id: 'prm_1' }) },
  getDelivery: { verb: services.getDelivery, good: () => ({ id: 'dlv_1' }) },
  listDeliveries: { verb: services.listDeliveries, good: () => ({}) },
  replayDelivery: { verb: services.replayDelivery, good: () => ({ id: 'dlv_1' }) },
  verifyAudit: { verb: services.verifyAuditOnce, good: () => ({}) },
  getAuditRow: { verb: services.getAuditRow, good: () => ({ id: '1' }) },
  sinceYouLeft: { verb: services.sinceYouLeft, good: () => ({}) },
  listAudit: { verb: services.listAudit, good: () => ({}) },
  exportAudit: {
    verb: async (ctx, input) => firstOf((await services.exportAudit(ctx, input)).pieces),
    good: () => ({ format: 'csv' }),
  },
})

const texts: BadFields = [
  ['text', 7, 'text'],
  ['text', 'x'.repeat(1_000_001), 'text'],
]
const filters: BadFields = [
  ['environment', 7, 'environment'],
  ['run_id', 'a\0', 'run_id'],
]

const auditFilters: BadFields = [
  ['actor', 'a\0', 'actor'],
  ['action', ' ', 'action'],
  ['subjectType', 'cat', 'subjectType'],
  ['environment', '!', 'environment'],
  ['outcome', 'failed', 'outcome'],
  ['via', 'post', 'via'],
  ['since', 'yesterday', 'since'],
  ['until', 7, 'until'],
  ['text', 'x'.repeat(201), 'text'],
]

/** What none of them can understand. */
export const componentBad: Record<string, BadFields> = {
  importConfiguration: [...texts, ['dryRun', 'yes', 'dryRun'], ['baseHash', 7, 'baseHash']],
  diffConfiguration: texts,
  getWorkflows: [['forge', 'sourceforge', 'forge']],
  receiveUpdate: [
    ['version', 7, 'version'],
    ['force', 'yes', 'force'],
    ['allow_downgrade', 1, 'allow_downgrade'],
    ['reason', 'a\0', 'reason'],
    ['dry_run', 'no', 'dry_run'],
  ],
  getUpdate: ids,
  listUpdates: [...pages, ...filters, ['state', 'done', 'state'], ['state', ['recorded', 'done'], 'state']],
  countUpdates: filters,
  deployUpdate: [...ids, ...reasons],
  forceUpdate: [...ids, ...reasons, ['reason', undefined, 'reason']],
  rollBackExternal: [...reasons, ['environment', '!', 'environment'], ['to', ' ', 'to']],
  listSlots: [['environment', '!', 'environment']],
  reportCheck: [
    ['sha', 'abc1234', 'sha'],
    ['context', ' ', 'context'],
    ['context', 'x'.repeat(201), 'context'],
    ['status', 7, 'status'],
    ['url', 'javascript:alert(1)', 'url'],
    ['repo', 'a\0', 'repo'],
  ],
  listChecks: [['sha', 'x', 'sha']],
  openPromotion: [
    ['sha', 'abc', 'sha'],
    ['sha', 'g'.repeat(40), 'sha'],
    ['set', 'No Slug', 'set'],
    ['dryRun', 'yes', 'dryRun'],
    ['override', { gate: 'yes' }, 'override.gate'],
    ['override', { reason: 'a\0' }, 'override.reason'],
  ],
  getPromotion: ids,
  listPromotions: [...pages, ['set', '!', 'set'], ['state', 'completed', 'state']],
  undoPromotion: [...ids, ...reasons],
  repairPromotion: [...ids, ...reasons],
  getDelivery: ids,
  listDeliveries: [...pages, ['endpoint', '!', 'endpoint'], ['verdict', 'maybe', 'verdict']],
  replayDelivery: ids,
  verifyAudit: [['anchor', '1:x', 'anchor']],
  getAuditRow: [
    ['id', '1; drop', 'id'],
    ['id', 7, 'id'],
  ],
  sinceYouLeft: [['since', 'yesterday', 'since']],
  listAudit: [...pages, ...auditFilters],
  exportAudit: [...auditFilters, ['format', 'xlsx', 'format']],
}
