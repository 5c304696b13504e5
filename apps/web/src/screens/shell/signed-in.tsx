'use client'

import Link from 'next/link'
import { useAccount } from '../../components/use-may.ts'
import { rolesSentence } from '../people/role-words.tsx'
import classes from './signed-in.module.css'

/** Who is signed in and as what; leads to their own page. */
export function SignedIn() {
  const { data: account } = useAccount()
  return (
    <Link href="/account" className={classes.who}>
      <span className="visually-hidden">Signed in as </span>
      <b>{account?.name ?? ' '}</b>
      <span>{account === undefined ? ' ' : account.id === null ? 'operator token' : rolesSentence(account.roles)}</span>
    </Link>
  )
}
