import type { SignInRefusal } from '@rollcall/services'
import type { Trouble } from './ask.ts'

/** Why the way through the provider did not lead in: the words that its page is opened with. */
const words: Record<SignInRefusal | 'failed' | 'too_late' | 'access_denied', Trouble> = {
  no_role: {
    title: 'You are known, but you have no role here.',
    remedy: 'None of your groups at the provider is a role here. Ask whoever keeps them, or an administrator.',
  },
  disabled: {
    title: 'An administrator has disabled you here.',
    remedy: 'Ask an administrator to enable you again.',
  },
  local_person: {
    title: 'Somebody here has your e-mail address already, and nothing proves that it is you.',
    remedy: 'If it is, sign in with your password. Or have an administrator delete that person first.',
  },
  other_account: {
    title: 'Somebody here has your e-mail address already and comes in through the provider as another account.',
    remedy:
      'Come in as that account. If the provider has made yours anew, or has changed, have an administrator delete that person first: then you are made with your next sign-in.',
  },
  no_email: {
    title: 'The provider has not told an e-mail address of yours.',
    remedy: 'Ask whoever runs it to give Rollcall the scope email, and to correct the address.',
  },
  access_denied: { title: 'The provider did not let you through.', remedy: 'Try again, or sign in with a password.' },
  too_late: {
    title: 'This way in is used up, or was begun in another browser.',
    remedy: 'Begin again here; it is good for ten minutes.',
  },
  failed: {
    title: 'The provider could not say who you are.',
    remedy: 'Try again. The log of Rollcall has the cause.',
  },
}

export function refusalWords(code: string | null): Trouble | null {
  if (code === null) return null
  return Object.hasOwn(words, code) ? words[code as keyof typeof words] : words.failed
}
