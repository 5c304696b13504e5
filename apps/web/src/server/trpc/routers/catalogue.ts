import {
  getComponents,
  getOverview,
  listBuilds,
  listBuildsInput,
  listComponents,
  listEnvironments,
} from '@rollcall/services'
import { acceptsPage } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'anywhere')

export const overview = router({ get: read.query(({ ctx }) => getOverview(ctx.service)) })
export const builds = router({
  list: read.input(acceptsPage(listBuildsInput)).query(({ ctx, input }) => listBuilds(ctx.service, input)),
})
export const environments = router({ list: read.query(({ ctx }) => listEnvironments(ctx.service)) })
export const components = router({
  list: read.query(({ ctx }) => listComponents(ctx.service)),
  matrix: read.query(({ ctx }) => getComponents(ctx.service)),
})
