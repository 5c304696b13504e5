'use client'

import { Textarea } from '@mantine/core'
import type { ConfigurationView } from '@rollcall/services'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ChangeEvent, useRef, useState } from 'react'
import { PermittedButton } from '../../components/permitted.tsx'
import { troubleOf } from '../../components/trouble.tsx'
import { plural } from '../../format/count.ts'
import { useTRPCClient } from '../../trpc/client.tsx'
import { refusalOf } from '../../trpc/error.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { toastDone } from '../../ui/toast.ts'
import { exampleConfiguration } from '../components/example.ts'
import { ChangeList } from './change-list.tsx'
import classes from './configuration.module.css'
import { ProblemList } from './problem-list.tsx'

/** Takes a file, says what it would change, and puts it in force once somebody has seen that. */
export function ImportPanel({ running }: { running: ConfigurationView }) {
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const preview = useMutation({ mutationFn: (given: string) => client.configuration.diff.query({ text: given }) })
  const put = useMutation({
    mutationFn: (baseHash: string) => client.configuration.import.mutate({ text, baseHash }),
    onSuccess: async ({ changes }) => {
      setAsking(false)
      preview.reset()
      setText('')
      toastDone('In force', `${plural(changes.length, 'change')} came with it.`)
      // environments, components and fleets are on every screen
      await queryClient.invalidateQueries()
    },
  })
  const change = (given: string) => {
    setText(given)
    preview.reset()
    put.reset()
  }
  const diff = preview.data
  const refusal = preview.error ? refusalOf(preview.error) : null
  const problems = refusal?.code === 'invalid' ? refusal.details : []
  const trouble = preview.error && problems.length === 0 ? troubleOf(preview.error) : null
  const count = diff?.changes.length ?? 0
  return (
    <Section
      title="Import"
      note="whole, or not at all"
      aside={
        <>
          <Button small look="quiet" onClick={() => change(running.yaml)}>
            Start from what runs
          </Button>
          <Button small look="quiet" onClick={() => change(exampleConfiguration)}>
            Start from an example
          </Button>
        </>
      }
    >
      <div className={classes.import}>
        <Textarea
          ref={field}
          label="rollcall.yaml, or JSON"
          classNames={{ input: classes.text }}
          placeholder="environments: …"
          spellCheck={false}
          autosize
          minRows={8}
          maxRows={28}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          error={problems.length > 0 ? plural(problems.length, 'problem') : undefined}
        />
        <div className={classes.tools}>
          <label className={classes.file}>
            <span>Choose a file</span>
            <input
              type="file"
              accept=".yaml,.yml,.json"
              className="visually-hidden"
              onChange={(event) => readFile(event, change)}
            />
          </label>
          <Button
            busy={preview.isPending}
            reason={text.trim() === '' ? 'There is no text yet: paste one, or choose a file.' : null}
            onClick={() => preview.mutate(text)}
          >
            Preview
          </Button>
          {diff && (
            <PermittedButton
              needs={['configuration.import', 'environment.define', 'component.define']}
              where="everywhere"
              look="primary"
              reason={count === 0 ? 'Nothing would change: this is what runs already.' : null}
              onClick={() => setAsking(true)}
            >
              Import {plural(count, 'change')}
            </PermittedButton>
          )}
        </div>
        {trouble && (
          <Notice tone="bad" title={trouble.message} role="alert">
            {trouble.remedy}
          </Notice>
        )}
        {problems.length > 0 && <ProblemList problems={problems} onLine={(line) => goToLine(field.current, line)} />}
        {diff && <ChangeList diff={diff} />}
      </div>
      {asking && diff && (
        <Dialog
          title={`Import ${plural(count, 'change')}?`}
          confirm={`Import ${plural(count, 'change')}`}
          busy={put.isPending}
          error={put.error ? troubleOf(put.error) : null}
          onConfirm={() => put.mutate(diff.baseHash)}
          onClose={() => {
            setAsking(false)
            put.reset()
          }}
        >
          All of it is in force at once. Applies that are under way keep the plan that they were opened with; new and
          changed fleets are asked what they run.
        </Dialog>
      )}
    </Section>
  )
}

async function readFile(event: ChangeEvent<HTMLInputElement>, done: (text: string) => void) {
  const input = event.currentTarget
  const [file] = input.files ?? []
  if (!file) return
  done(await file.text())
  // the same file may be chosen again, after it was corrected
  input.value = ''
}

function goToLine(field: HTMLTextAreaElement | null, line: number) {
  if (!field) return
  const lines = field.value.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  field.focus()
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  field.scrollTop = (line - 4) * (field.scrollHeight / Math.max(1, lines.length))
}
