'use client'

import { curlLine } from '../../components/curl.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useOrigin } from '../shell/origin.tsx'

/** Nothing matched, or nothing ever happened; the way on from either. */
export function NoApplies({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const origin = useOrigin()
  if (filtered) {
    return (
      <EmptyState title="No apply matches this filter." actions={<Button onClick={clear}>Show all applies</Button>} />
    )
  }
  const line = curlLine(origin, 'POST', '/applies', {
    environment: 'staging',
    component: 'workspace-server',
    sha: '0000000000000000000000000000000000000000',
    requiresApproval: true,
  })
  return (
    <EmptyState
      title="An apply brings one build to a set of tenants."
      line={line}
      actions={
        <Button look="primary" href="/applies/new">
          Plan one here
        </Button>
      }
    >
      Plan one on screen, or open it from a pipeline:
    </EmptyState>
  )
}
