'use client'

import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from './page.tsx'

/** The page itself broke. The rollouts did not: nothing in a browser drives them. */
export function BrokenScreen({ digest, retry }: { digest?: string; retry: () => void }) {
  return (
    <Page title={['Broken']} headline="This page broke; the rollouts did not.">
      <EmptyState
        title="Something in this page could not be drawn."
        actions={
          <>
            <Button look="primary" onClick={retry}>
              Draw it again
            </Button>
            <Button href="/">Go to the overview</Button>
          </>
        }
      >
        The worker drives rollouts without this page.
        {digest && (
          <>
            {' '}
            For the log: <span className="mono">{digest}</span>.
          </>
        )}
      </EmptyState>
    </Page>
  )
}
