import {
  getAuditFacets,
  getAuditRow,
  getAuditRowInput,
  getAuditStanding,
  listAudit,
  listAuditInput,
  verifyAuditInput,
  verifyAuditOnce,
} from '@rollcall/services'
import { accepts, acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')

export const audit = router({
  list: read.input(acceptsPage(listAuditInput)).query(({ ctx, input }) => listAudit(ctx.service, input)),
  get: read.input(accepts(getAuditRowInput)).query(({ ctx, input }) => getAuditRow(ctx.service, input)),
  facets: read.query(({ ctx }) => getAuditFacets(ctx.service)),
  standing: read.query(({ ctx }) => getAuditStanding(ctx.service)),
  verify: read.input(accepts(verifyAuditInput)).query(({ ctx, input }) => verifyAuditOnce(ctx.service, input)),
})
