export {
  type ComponentConfig,
  type Configuration,
  type DeployConfig,
  emptyConfiguration,
  type GateConfig,
  type ImageSetConfig,
  type PolicyConfig,
} from './configuration.ts'
export { currentConfiguration } from './current.ts'
export { exportConfiguration } from './export.ts'
export { externalDeploys } from './external-deploys.ts'
export {
  diffConfiguration,
  diffConfigurationInput,
  importConfiguration,
  importConfigurationInput,
} from './import.ts'
export { importOnce } from './import-once.ts'
export type { ConfigurationProblem } from './problem.ts'
export { readConfiguration } from './read.ts'
export { configurationSchema } from './schema.ts'
export type * from './views.ts'
export { getWorkflows, getWorkflowsInput } from './workflows.ts'
