import { plain } from './receiver.ts'
import { buildScript, connection } from './tell-rollcall.ts'
import { expression, yamlText } from './text.ts'

export interface PublishOptions {
  component: string
  /** The job that builds and pushes the images. */
  needs: string
  /** Image names in the registry, and which output of that job holds the digest. */
  images: readonly { name: string; digestOutput: string }[]
  /** In front of the first seven digits of the commit. Default `staging-`. */
  tagPrefix?: string
  /** The only branch whose builds are published. Default `main`. */
  branch?: string
  tokenSecret?: string
  runsOn?: string
}

/**
 * The job that makes a build known once its images are pushed, to be put under `jobs:`. It needs the pushing job, so a
 * failed build publishes nothing, and runs for pushes to one branch only, so no pull request ever sees the token.
 */
export function publishJob(options: PublishOptions): string {
  const { component, needs, images, tagPrefix = 'staging-', branch = 'main', runsOn = 'ubuntu-latest' } = options
  const job = jobName(needs)
  const digests = images.flatMap(({ name, digestOutput }, index) => [
    [`IMAGE_${index}`, imageName(name)],
    [`DIGEST_${index}`, expression(`needs.${job}.outputs.${jobName(digestOutput)}`)],
  ])
  return yamlText({
    publish_build: {
      name: 'Tell Rollcall about the build',
      needs: job,
      if: `github.event_name == 'push' && github.ref == 'refs/heads/${plain(branch)}'`,
      'runs-on': plain(runsOn),
      'timeout-minutes': 10,
      permissions: { contents: 'read' },
      steps: [
        {
          name: 'Publish the build',
          env: {
            ...connection(options.tokenSecret === undefined ? undefined : secretName(options.tokenSecret)),
            COMPONENT: plain(component),
            SHA: expression('github.sha'),
            BRANCH: expression('github.ref_name'),
            TAG_PREFIX: tagPrefix === '' ? '' : plain(tagPrefix),
            COMMITTED_AT: expression('github.event.head_commit.timestamp'),
            ...Object.fromEntries(digests),
          },
          run: buildScript,
        },
      ],
    },
  })
}

function jobName(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(text))
    throw new TypeError('a job or an output is named by letters, digits, - and _')
  return text
}

export function secretName(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(text)) throw new TypeError('a secret is named by letters, digits and _')
  return text
}

function imageName(text: string): string {
  if (!/^[a-z0-9][a-z0-9._:/-]{0,254}$/.test(text))
    throw new TypeError('an image is named as in the registry, without tag or digest')
  return text
}
