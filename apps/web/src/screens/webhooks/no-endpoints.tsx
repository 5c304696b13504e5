import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { exampleWebhooks } from './example.ts'

/** Nothing receives webhooks yet: how to have one that does. */
export function NoEndpoints() {
  return (
    <>
      <EmptyState
        title="No endpoint receives webhooks."
        actions={
          <Button look="primary" href="/components/configuration">
            Import a rollcall.yaml
          </Button>
        }
      >
        A forge that sends its webhooks here reports checks and new versions by itself. Add an endpoint to your
        rollcall.yaml, give the process that serves these pages its secret, and have the forge send to /hooks/forge:
      </EmptyState>
      <CopyText name="an example of an endpoint" text={exampleWebhooks} />
    </>
  )
}
