'use client'

import { Modal, Textarea } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import classes from './dialog.module.css'
import { Notice } from './notice.tsx'

interface DialogProps {
  title: string
  /** What will be so afterwards. */
  children: ReactNode
  /** Verb, object and number: `Cancel 14 operations`. Never OK. */
  confirm: string
  danger?: boolean
  /** Asks for a reason of at least so many characters; null asks for none. */
  reason?: { label: string; placeholder: string; atLeast: number } | null
  busy: boolean
  error: { message: string; remedy: string | null } | null
  onConfirm: (reason: string) => void
  onClose: () => void
}

/** Asks before something that matters. Enter in the button or Ctrl/Cmd-Enter anywhere confirms; Escape leaves. */
export function Dialog({ title, children, confirm, danger, reason, busy, error, onConfirm, onClose }: DialogProps) {
  const [text, setText] = useState('')
  const missing = reason ? Math.max(0, reason.atLeast - text.trim().length) : 0
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault()
    if (missing === 0 && !busy) onConfirm(text.trim())
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      classNames={classes}
      size={480}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event)
        }}
      >
        <div className={classes.what}>{children}</div>
        {reason && (
          <Textarea
            data-autofocus
            label={reason.label}
            placeholder={reason.placeholder}
            description="Kept in the record, with your name."
            autosize
            minRows={2}
            maxRows={6}
            maxLength={500}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            required
          />
        )}
        {error && (
          <Notice tone="bad" title={error.message} role="alert">
            {error.remedy}
          </Notice>
        )}
        <div className={classes.foot}>
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button
            type="submit"
            look={danger ? 'danger' : 'primary'}
            busy={busy}
            reason={missing > 0 ? `A reason of at least ${reason?.atLeast} characters is needed.` : null}
          >
            {confirm}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
