'use client'

import { Modal, Switch } from '@mantine/core'
import {
  applyWords,
  deliveryWords,
  operationWords,
  phaseWords,
  promotionWords,
  tagWords,
  verdictOrder,
  verdictWords,
} from '../../components/vocabulary.ts'
import dialog from '../../ui/dialog.module.css'
import { Status, type StatusProps } from '../../ui/status.tsx'
import classes from './keyboard-help.module.css'

export const helpEvent = 'rollcall:help'
export const openKeyboardHelp = () => window.dispatchEvent(new Event(helpEvent))

const keys: [combination: string[], does: string][] = [
  [['Ctrl', 'k'], 'Go to anything'],
  [['g', 'o'], 'Overview'],
  [['g', 'a'], 'Applies'],
  [['g', 'f'], 'Fleet'],
  [['g', 'c'], 'Components'],
  [['g', 'u'], 'Updates'],
  [['g', 'p'], 'Promotions'],
  [['g', 'w'], 'Webhooks'],
  [['g', 's'], 'Secrets'],
  [['g', 'e'], 'People'],
  [['g', 't'], 'Tokens'],
  [['g', 'l'], 'Since you left'],
  [['g', 'd'], 'Audit'],
  [['g', 'n'], 'New apply'],
  [['/'], 'Search on this page'],
  [['?'], 'This sheet'],
  [['Esc'], 'Close'],
  [['Ctrl', 'Enter'], 'Confirm in a dialog'],
]

interface HelpProps {
  singleKeys: boolean
  onSingleKeys: (on: boolean) => void
  onClose: () => void
}

/** The keys, and every status word with what it means. */
export function KeyboardHelp({ singleKeys, onSingleKeys, onClose }: HelpProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Keys and words"
      size={860}
      classNames={dialog}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.sheet}>
        <section>
          <h3>Keys</h3>
          <dl className={classes.keys}>
            {keys.map(([combination, does]) => (
              <div key={does}>
                <dt>
                  {combination.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <Switch
            label="Single keys"
            description="Off leaves only Esc and Ctrl-Enter."
            checked={singleKeys}
            onChange={(event) => onSingleKeys(event.currentTarget.checked)}
          />
        </section>
        <Words title="An apply" words={Object.values(applyWords)} />
        <Words title="A promotion" words={Object.values(promotionWords)} />
        <Words title="A tag in a promotion" words={Object.values(tagWords)} />
        <Words title="A webhook delivery" words={Object.values(deliveryWords)} />
        <Words title="A tenant's operation" words={[...Object.values(operationWords), ...Object.values(phaseWords)]} />
        <Words title="What a tenant answers" words={verdictOrder.map((verdict) => verdictWords[verdict])} />
      </div>
    </Modal>
  )
}

function Words({ title, words }: { title: string; words: readonly (StatusProps & { sentence: string })[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className={classes.words}>
        {words.map(({ tone, shape, word, sentence }) => (
          <div key={String(word)}>
            <dt>
              <Status tone={tone} shape={shape} word={word} />
            </dt>
            <dd>{sentence}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
