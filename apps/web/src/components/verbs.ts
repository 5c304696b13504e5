import type { ApplyVerb } from '@rollcall/rollout'
import { plural } from '../format/count.ts'

interface VerbTexts {
  /** What it sets off, as the second half of `Release 14 held …` in the why block. */
  effect: string
  /** What the toast says when it is recorded. */
  done: string
  next: string
  /** What will be so, in the dialog that asks first. */
  title: string
  consequence: (counts: { waiting: number; moving: number }) => string
  reasonLabel: string
}

const keep = 'keeps the build it runs'

/** The sentences around the six verbs. Whether one is possible, and its label, come from the core. */
export const verbTexts = {
  approve: {
    effect: 'lets it start.',
    done: 'Approved.',
    next: 'It starts as soon as the lane is free.',
    title: 'Approve this plan?',
    consequence: () => 'The approval is for exactly this plan.',
    reasonLabel: 'Why is it approved?',
  },
  release: {
    effect: 'lets the rest go on; what failed stays on record, and later failures no longer pause.',
    done: 'Released.',
    next: 'The tenants that were held go on.',
    title: 'Release what is held?',
    consequence: ({ waiting }) => `${plural(waiting, 'tenant')} go on. Later failures no longer pause this apply.`,
    reasonLabel: 'Why is it released?',
  },
  retry: {
    effect: 'puts what failed back in line; each tenant is looked at before anything is done to it.',
    done: 'Back in line.',
    next: 'Each tenant is looked at first, and only touched if it still needs it.',
    title: 'Retry what failed?',
    consequence: () => 'Each tenant is looked at first, and only touched if it still needs it.',
    reasonLabel: 'Why is it tried again?',
  },
  reject: {
    effect: 'ends it before it starts.',
    done: 'Rejected.',
    next: 'Nothing was started.',
    title: 'Reject this plan?',
    consequence: () => 'Nothing has started and nothing will. A new apply can be planned at any time.',
    reasonLabel: 'Why is it rejected?',
  },
  stop: {
    effect: 'ends it here; what has not started keeps the build it runs.',
    done: 'Stop recorded.',
    next: 'What is in progress comes to its own end.',
    title: 'Stop this apply?',
    consequence: ({ waiting, moving }) =>
      `${waiting > 0 ? `${plural(waiting, 'tenant')} that ${waiting === 1 ? `waits ${keep}` : 'wait keep the build they run'}. ` : ''}${moving > 0 ? `${plural(moving, 'tenant')} in progress ${moving === 1 ? 'comes to its' : 'come to their'} own end. ` : ''}A stopped apply is not revived.`,
    reasonLabel: 'Why is it stopped?',
  },
  cancel: {
    effect: 'gives it up for good.',
    done: 'Cancel recorded.',
    next: 'What is in progress comes to its own end.',
    title: 'Cancel this apply?',
    consequence: ({ waiting, moving }) =>
      `It is given up for good. ${waiting > 0 ? `${plural(waiting, 'tenant')} that ${waiting === 1 ? `waits ${keep}` : 'wait keep the build they run'}. ` : ''}${moving > 0 ? `${plural(moving, 'tenant')} in progress ${moving === 1 ? 'comes to its' : 'come to their'} own end.` : ''}`,
    reasonLabel: 'Why is it cancelled?',
  },
} as const satisfies Record<ApplyVerb, VerbTexts>
