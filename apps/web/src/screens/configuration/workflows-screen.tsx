'use client'

import type { GeneratedWorkflow } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { Trouble } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../../ui/choice.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ComponentsNav } from '../components/components-nav.tsx'
import { Page } from '../shell/page.tsx'
import classes from './configuration.module.css'

const forges = ['github', 'gitea'] as const

const kinds = {
  receiver: {
    what: 'A whole file, for the repository that receives updates.',
    of: (count: number) => plural(count, 'job'),
  },
  publish: { what: 'A job, for the workflow that builds and pushes the images.', of: (n: number) => plural(n, 'job') },
  notify: { what: 'A step, at the end of the job that releases it.', of: (count: number) => plural(count, 'step') },
} as const satisfies Record<GeneratedWorkflow['kind'], { what: string; of: (count: number) => string }>

/** What repositories need so that they and Rollcall hear of each other, made from the configuration, to be copied. */
export function WorkflowsScreen() {
  const trpc = useTRPC()
  const [forge, setForge] = useQueryState('forge', parseAsStringLiteral(forges).withDefault('github'))
  const query = useQuery(trpc.configuration.workflows.queryOptions({ forge }))
  return (
    <Page
      title={['Workflows', 'Components']}
      headline="Workflows for the repositories around."
      sub={<ComponentsNav />}
      aside={
        <Choice
          label="Forge"
          look="switch"
          value={forge}
          options={[
            { value: 'github', label: 'GitHub' },
            { value: 'gitea', label: 'Gitea, Forgejo' },
          ]}
          onChange={(value) => setForge(forges.find((one) => one === value) ?? null)}
        />
      }
    >
      {query.error ? (
        <Trouble error={query.error} retry={() => query.refetch()} />
      ) : query.data === undefined ? (
        <SkeletonRows rows={6} height={54} />
      ) : query.data.length === 0 ? (
        <EmptyState title="There is nothing to generate yet.">
          Workflows are made from components and external deploys. Name some in the configuration first.
        </EmptyState>
      ) : (
        query.data.map((workflow) => <Generated key={`${workflow.kind} ${workflow.title}`} workflow={workflow} />)
      )}
    </Page>
  )
}

function Generated({ workflow: { kind, title, path, text, jobs, problem } }: { workflow: GeneratedWorkflow }) {
  const { what, of } = kinds[kind]
  return (
    <Section title={title} note={problem ? undefined : `${of(jobs.length)}: ${jobs.join(', ')}`}>
      <p className={`${classes.path} dim small`}>
        {what} {path !== '' && <span className="mono wrap">{path}</span>}
      </p>
      {problem ? (
        <Notice tone="person" shape="question" title={`It cannot be made: ${problem}.`} />
      ) : (
        <CopyText name={title} text={text} />
      )}
    </Section>
  )
}
