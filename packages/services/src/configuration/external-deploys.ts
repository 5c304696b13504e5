import type { Context } from '../context.ts'
import { currentConfiguration } from './current.ts'
import { externalToWire } from './to-wire.ts'
import type { ExternalDeployView } from './views.ts'

/** What upstream repositories may report, in the order of the configuration. */
export async function externalDeploys(ctx: Context): Promise<ExternalDeployView[]> {
  const { external, deploys } = await currentConfiguration(ctx.store.db)
  return externalToWire(external).flatMap(({ repo, ref, deploys: written }) =>
    written.map(({ name, ...more }) => ({
      deploy_name: name,
      source_repo: repo,
      ref,
      component: deploys[name]?.component ?? name,
      ...more,
    })),
  )
}
