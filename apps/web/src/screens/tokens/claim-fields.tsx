'use client'

import { Autocomplete, TextInput } from '@mantine/core'
import { type CiForge, ciForges } from '@rollcall/rollout'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Notice } from '../../ui/notice.tsx'
import classes from './tokens.module.css'
import type { ClaimRow } from './trust-form-state.ts'

/** Where the number of a repository is found. */
const findId: Record<CiForge, string> = {
  github: 'gh api repos/acme/app --jq .id',
  gitlab: 'curl -s https://gitlab.com/api/v4/projects/acme%2Fapp | jq .id',
  gitea: 'curl -s https://git.example.com/api/v1/repos/acme/app | jq .id',
}

interface ClaimFieldsProps {
  forge: CiForge | null
  claims: readonly ClaimRow[]
  onChange: (claims: ClaimRow[]) => void
}

/** What a proof must say, row by row. */
export function ClaimFields({ forge, claims, onChange }: ClaimFieldsProps) {
  const known = forge === null ? [] : [ciForges[forge].idClaim, ...ciForges[forge].claims]
  const set = (at: number, change: Partial<ClaimRow>) =>
    onChange(claims.map((row, i) => (i === at ? { ...row, ...change } : row)))
  const filled = claims.filter(({ wanted }) => wanted.trim() !== '').map(({ claim }) => claim)
  return (
    <div className={classes.fields}>
      <p className="dim small">
        A * stands for anything but a slash: <span className="mono">refs/heads/release-*</span>. Ids are given exactly:
        a name can be given up and taken by somebody else.
      </p>
      {claims.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name, and none is ever moved
        <div className={classes.claim} key={i}>
          <Autocomplete
            aria-label={`Claim ${i + 1}`}
            placeholder="claim"
            data={known.filter((name) => name === row.claim || !claims.some(({ claim }) => claim === name))}
            maxLength={100}
            value={row.claim}
            onChange={(claim) => set(i, { claim })}
          />
          <TextInput
            aria-label={`What ${row.claim || `claim ${i + 1}`} must be`}
            placeholder={row.claim.endsWith('_id') ? 'a number' : 'must be'}
            maxLength={500}
            classNames={{ input: 'mono' }}
            value={row.wanted}
            onChange={(event) => set(i, { wanted: event.currentTarget.value })}
          />
          <Button
            small
            look="quiet"
            label={`Leave out ${row.claim || 'this claim'}`}
            onClick={() => onChange(claims.filter((_, at) => at !== i))}
          >
            Leave out
          </Button>
        </div>
      ))}
      <div>
        <Button small onClick={() => onChange([...claims, { claim: '', wanted: '' }])}>
          Ask for another claim
        </Button>
      </div>
      {forge !== null && (
        <div className={classes.fields}>
          <p className="dim small">The number of a repository, for {ciForges[forge].idClaim}:</p>
          <CopyLine text={findId[forge]} />
        </div>
      )}
      {!filled.includes('ref') && !filled.includes('environment') && (
        <Notice tone="person" shape="hand" title="Every branch may come in, also one that nobody has reviewed.">
          Ask for a ref, or for an environment that the forge protects.
        </Notice>
      )}
    </div>
  )
}
