import { type Manifest, workflowDeploysOf } from '../manifest/manifest.ts'
import { type ForgeKind, workflowFolder } from '../manifest/workflow-path.ts'
import { concurrencyGroup } from '../receive/lane.ts'
import { connection, updateScript } from './tell-rollcall.ts'
import { expression, generatedFile, yamlText } from './text.ts'

export interface ReceiverOptions {
  forge?: ForgeKind
  /** Put in front of the concurrency group; the component stays in it. */
  group?: string
  /** The label of the runner. Default `ubuntu-latest`. */
  runsOn?: string
  /** The file that the header names as the place to change. Default `rollcall.yaml`. */
  source?: string
}

export interface GeneratedFile {
  path: string
  text: string
}

const inputs = {
  source_repo: { description: 'Repository that releases the component, as owner/name', required: true, type: 'string' },
  deploy_name: { description: 'External deploy to update', required: true, type: 'string' },
  environment: { description: 'Environment to record it for', required: true, type: 'string' },
  sha: { description: 'Commit of the source repository, in full', required: true, type: 'string' },
  version: { description: 'Version at that commit', required: false, type: 'string' },
  artifacts: { description: 'Artifacts as JSON: a map of text to text', required: false, type: 'string' },
}

/**
 * The receiver workflow of a primary. One `update` job records; after it, one job per opted-in deploy runs that
 * component's reusable workflow in the same run, and only for the component that was dispatched. The same manifest gives
 * the same bytes, and a manifest in which nothing opts in gives the text that others begin with.
 *
 * Throws a TypeError for a manifest that is not a primary's and for options that hold more than plain names.
 */
export function receiverWorkflow(manifest: Manifest, options: ReceiverOptions = {}): GeneratedFile {
  const { forge = 'github', group, runsOn = 'ubuntu-latest', source = 'rollcall.yaml' } = options
  if (manifest.external.length === 0) {
    throw new TypeError('not configured as primary: without external deploys there is nothing to receive')
  }
  const deploys = workflowDeploysOf(manifest, forge)
  const workflow = {
    name: 'External update',
    'run-name': `External update of ${expression('inputs.deploy_name')} at ${expression('inputs.sha')}`,
    on: { workflow_dispatch: { inputs } },
    permissions: { contents: 'read' },
    concurrency: {
      group: concurrencyGroup(
        expression('inputs.deploy_name'),
        expression('github.ref'),
        group === undefined ? null : plain(group),
      ),
      // A run that was cut off may have recorded or deployed already.
      'cancel-in-progress': false,
    },
    jobs: {
      update: {
        name: 'Record update',
        'runs-on': plain(runsOn),
        'timeout-minutes': 10,
        steps: [
          {
            name: 'Tell Rollcall',
            env: {
              ...connection(),
              SOURCE_REPO: expression('inputs.source_repo'),
              DEPLOY_NAME: expression('inputs.deploy_name'),
              ENVIRONMENT: expression('inputs.environment'),
              SHA: expression('inputs.sha'),
              VERSION: expression('inputs.version'),
              ARTIFACTS: expression('inputs.artifacts'),
              RUN_ID: expression('github.run_id'),
              // Opted-in deploys follow in this very run, so nobody needs to dispatch them once more.
              DEPLOYS: 'in-this-run',
            },
            run: updateScript,
          },
        ],
      },
      ...Object.fromEntries(deploys.map((deploy) => [`deploy_${deploy.name}`, deployJob(deploy)])),
    },
  }
  return {
    path: `${workflowFolder[forge]}/external-update.yaml`,
    text: generatedFile(yamlText(workflow), plain(source)),
  }
}

function deployJob({ name, uses, permissions }: ReturnType<typeof workflowDeploysOf>[number]) {
  return {
    name: `Deploy ${name}`,
    needs: 'update',
    if: `needs.update.result == 'success' && inputs.deploy_name == '${name}'`,
    ...(permissions === null ? {} : { permissions }),
    uses,
    with: {
      environment: expression('inputs.environment'),
      sha: expression('inputs.sha'),
      version: expression('inputs.version'),
      deploy_name: expression('inputs.deploy_name'),
    },
    secrets: 'inherit',
  }
}

/** Text that may stand in a workflow as it is: no expression, no quote, no line end. */
export function plain(text: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}$/.test(text)) {
    throw new TypeError('only letters, digits, ., -, _ and / may go into a generated workflow')
  }
  return text
}
