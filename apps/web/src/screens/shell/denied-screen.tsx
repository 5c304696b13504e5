import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from './page.tsx'

interface DeniedProps {
  /** which capability is missing, and where */
  message: string
  /** who has it */
  remedy: string | null
}

/** In place of a screen that whoever is signed in may not see. */
export function DeniedScreen({ message, remedy }: DeniedProps) {
  return (
    <Page title={['Not for you']} headline="This is not yours to see.">
      <EmptyState
        title={message}
        actions={
          <Button look="primary" href="/">
            Overview
          </Button>
        }
      >
        {remedy}
      </EmptyState>
    </Page>
  )
}
