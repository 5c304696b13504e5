'use client'

import { PermittedButton } from '../../components/permitted.tsx'
import { Page } from '../shell/page.tsx'
import { PipelinesSection } from './pipelines-section.tsx'
import { TokensSection } from './tokens-section.tsx'

/** Who comes in without being a person: by a token that was made for it, or by the proof of its forge. */
export function TokensScreen() {
  return (
    <Page
      title={['Tokens']}
      headline="How machines come in."
      aside={
        <PermittedButton needs="token.create" where="anywhere" look="primary" href="/tokens/new">
          Make a token
        </PermittedButton>
      }
    >
      <TokensSection />
      <PipelinesSection />
    </Page>
  )
}
