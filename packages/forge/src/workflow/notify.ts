import type { Manifest } from '../manifest/manifest.ts'
import { secretName } from './publish.ts'
import { plain } from './receiver.ts'
import { connection, updateScript } from './tell-rollcall.ts'
import { expression, yamlText } from './text.ts'

export interface NotifyTarget {
  deployName: string
  environment: string
}

/**
 * What a satellite reports: what `notify` says, else its first deploy or else its first build, and its first environment
 * or else `dev`. Null when it names nothing that could be reported, which a primary would only refuse.
 */
export function notifyTarget({ notify, deploys, builds, environments }: Manifest): NotifyTarget | null {
  const deployName = notify?.deployName ?? deploys[0] ?? builds[0]
  if (deployName === undefined) return null
  return { deployName, environment: notify?.environment ?? environments[0] ?? 'dev' }
}

/**
 * The step with which a satellite reports that its component was released, to be put at the end of the job that deployed
 * it. A version and artifacts come from the environment of that job, as `VERSION` and `ARTIFACTS`.
 *
 * Throws a TypeError for a manifest that is not a satellite's, or that names nothing to report.
 */
export function notifyStep(manifest: Manifest): string {
  if (manifest.notify === null) throw new TypeError('not configured as satellite: there is no notify')
  const target = notifyTarget(manifest)
  if (target === null)
    throw new TypeError('notify.deploy_name is required: the repository has no deploy and no build to name')
  const { tokenSecret } = manifest.notify
  return yamlText([
    {
      name: 'Tell Rollcall',
      env: {
        ...connection(tokenSecret === null ? undefined : secretName(tokenSecret)),
        SOURCE_REPO: expression('github.repository'),
        DEPLOY_NAME: plain(target.deployName),
        ENVIRONMENT: plain(target.environment),
        SHA: expression('github.sha'),
        VERSION: expression('env.VERSION'),
        ARTIFACTS: expression('env.ARTIFACTS'),
        RUN_ID: expression('github.run_id'),
      },
      run: updateScript,
    },
  ])
}
