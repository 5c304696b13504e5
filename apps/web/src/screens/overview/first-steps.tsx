'use client'

import { curlLine } from '../../components/curl.ts'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Section } from '../../ui/section.tsx'
import { useOrigin } from '../shell/origin.tsx'
import classes from './first-steps.module.css'

interface FirstStepsProps {
  environments: readonly { slug: string; total: number }[]
  builds: number
}

/** Nothing has happened yet: the steps to the first rollout, each as a line to copy, the done ones struck. */
export function FirstSteps({ environments, builds }: FirstStepsProps) {
  const origin = useOrigin()
  const environment = environments[0]?.slug ?? 'staging'
  const call = (method: string, path: string, body: object) => curlLine(origin, method, path, body)
  const steps = [
    {
      title: 'Say where a fleet lives',
      done: environments.length > 0,
      line: call('PUT', `/environments/${environment}`, {
        controlPlaneUrl: 'https://cp.example.com',
        controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN',
        tenantUrlTemplate: 'https://{slug}.example.com',
      }),
    },
    {
      title: 'Publish a build',
      done: builds > 0,
      line: call('POST', '/builds', {
        component: 'workspace-server',
        sha: '0000000000000000000000000000000000000000',
        branch: 'main',
        tag: 'main-0000000',
      }),
    },
    {
      title: 'Open an apply',
      done: false,
      line: call('POST', '/applies', {
        environment,
        component: 'workspace-server',
        sha: '0000000000000000000000000000000000000000',
        requiresApproval: true,
      }),
    },
  ]
  return (
    <Section title="The first rollout" note="three lines">
      <ol className={classes.steps}>
        {steps.map(({ title, done, line }, index) => (
          <li key={title} data-done={done || undefined}>
            <span className={classes.number} aria-hidden="true">
              {index + 1}
            </span>
            <div>
              <p className={classes.title}>
                {title}
                {done && <span className="faint small"> — done</span>}
              </p>
              {!done && <CopyLine text={line} />}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  )
}
