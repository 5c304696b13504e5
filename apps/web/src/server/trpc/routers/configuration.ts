import {
  diffConfiguration,
  diffConfigurationInput,
  exportConfiguration,
  getWorkflows,
  getWorkflowsInput,
  importConfiguration,
  importConfigurationInput,
} from '@rollcall/services'
import { importOverrides } from '../../overrides.ts'
import { accepts } from '../accepts.ts'
import { procedure, router } from '../trpc.ts'

const read = procedure.may('read', 'everywhere')

export const configuration = router({
  get: read.query(({ ctx }) => exportConfiguration(ctx.service)),
  diff: read.input(accepts(diffConfigurationInput)).query(({ ctx, input }) => diffConfiguration(ctx.service, input)),
  import: procedure
    .may('configuration.import', 'everywhere', importOverrides)
    .input(accepts(importConfigurationInput))
    .mutation(({ ctx, input }) => importConfiguration(ctx.service, input)),
  workflows: read.input(accepts(getWorkflowsInput)).query(({ ctx, input }) => getWorkflows(ctx.service, input)),
})
