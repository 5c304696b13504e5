'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { useOrigin } from '../shell/origin.tsx'
import { testLine } from './test-line.ts'
import classes from './updates.module.css'

function useTestLine(): string {
  const trpc = useTRPC()
  const deploys = useQuery(trpc.updates.deploys.queryOptions())
  const environments = useQuery(trpc.environments.list.queryOptions())
  const origin = useOrigin()
  return testLine(origin, deploys.data?.[0], environments.data?.[0]?.slug)
}

/** How a repository tells what it has released, as a line to try. */
export function SendOne() {
  const line = useTestLine()
  return (
    <Section title="Send one" note="as a pipeline does">
      <CopyLine text={line} />
      <p className={classes.hint}>
        With dry_run it only says what would be. Its answer has an id; GET /api/v1/external-updates/:id tells what
        became of it, and ?run_id= finds it by the run that sent it.
      </p>
    </Section>
  )
}

/** Nothing matched, or nothing was ever sent; the way on from either. */
export function NoUpdates({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const line = useTestLine()
  if (filtered)
    return <EmptyState title="No update is like that." actions={<Button onClick={clear}>Show all updates</Button>} />
  return (
    <EmptyState
      title="An update says that a component of another repository has a new version."
      line={line}
      actions={
        <Button look="primary" href="/components/workflows">
          Copy the workflow that sends them
        </Button>
      }
    >
      It is recorded for one environment; where its deploy opted in, just that component is deployed. Send one from a
      pipeline:
    </EmptyState>
  )
}
