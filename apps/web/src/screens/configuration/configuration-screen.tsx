'use client'

import { useQuery } from '@tanstack/react-query'
import { Trouble } from '../../components/trouble.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Section } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { ComponentsNav } from '../components/components-nav.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { ImportPanel } from './import-panel.tsx'

/** What runs as a file, and the way for another one to take its place. */
export function ConfigurationScreen() {
  const trpc = useTRPC()
  const query = useQuery(trpc.configuration.get.queryOptions())
  const configuration = query.data
  if (!configuration) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="The configuration" />
    ) : (
      <ScreenSkeleton rows={8} />
    )
  }
  const { yaml, hash, importedAt, importedBy } = configuration
  return (
    <Page
      title={['Configuration', 'Components']}
      headline="What runs, as rollcall.yaml."
      sub={<ComponentsNav />}
      aside={<Button onClick={() => download(yaml)}>Download</Button>}
    >
      <Section
        title="What runs"
        note={
          importedAt ? (
            <>
              imported <Time at={importedAt} /> by {importedBy}
            </>
          ) : (
            'no file was imported yet; this is what was defined otherwise'
          )
        }
        aside={
          <>
            hash <Sha sha={hash} />
          </>
        }
      >
        <CopyText name="rollcall.yaml" text={yaml} />
      </Section>
      <ImportPanel running={configuration} />
    </Page>
  )
}

function download(text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'rollcall.yaml'
  link.click()
  URL.revokeObjectURL(url)
}
