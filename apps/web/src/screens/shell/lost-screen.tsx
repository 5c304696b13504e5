import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from './page.tsx'

interface LostProps {
  /** What is not there: `This apply`. */
  what?: string
  message?: string
}

/** Nobody answers to this name. */
export function LostScreen({ what = 'This page', message }: LostProps) {
  return (
    <Page title={['Not found']} headline={`${what} did not answer the roll call.`}>
      <EmptyState
        title={message ?? 'There is nothing at this address.'}
        actions={
          <>
            <Button look="primary" href="/">
              Overview
            </Button>
            <Button href="/applies">Applies</Button>
            <Button href="/fleet">Fleet</Button>
          </>
        }
      >
        It may have been mistyped, or it belongs to another Rollcall.
      </EmptyState>
    </Page>
  )
}
